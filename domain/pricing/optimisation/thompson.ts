import { key, mix, normal } from "../../base/keyed-random.ts";
import { normalCdf } from "../../base/normal.ts";
import { LEAST_ELASTIC, type PriceResponse, truncatedMean } from "./response.ts";

/** A text's 32-bit key for keyed draws. */
export function textKey(text: string): number {
  let hash = key();
  for (let i = 0; i < text.length; i++) hash = mix(hash, text.charCodeAt(i));
  return hash;
}

/**
 * A draw of the slope for exploration: N(mean, (temperature·sd)²), truncated as always in use. The same
 * (salt, sku, period) draws the same slope (tempered Thompson sampling; Ganti et al. 2018, arXiv 1802.03050).
 */
export function sampledSlope(
  response: PriceResponse,
  temperature: number,
  salt: number,
  sku: string,
  period: number,
): number {
  const draw = normal(salt, textKey(sku), period);
  return truncatedMean(response.mean + temperature * response.sd * draw);
}

/** A candidate as a line in the slope b: log of what it earns = log(value) + logChange·b. */
interface Line {
  candidate: number;
  slope: number;
  height: number;
}

/** Where two lines cross; `steep` has the larger slope and is above from there on. */
function crossing(flat: Line, steep: Line): number {
  return (flat.height - steep.height) / (steep.slope - flat.slope);
}

function upperEnvelope(
  logChange: Float64Array,
  unitValue: Float64Array,
  feasible: readonly number[],
): Line[] {
  const envelope: Line[] = [];
  for (const candidate of feasible) {
    const value = unitValue[candidate]!;
    if (value <= 0) continue;
    const line = { candidate, slope: logChange[candidate]!, height: Math.log(value) };
    while (envelope.length > 1) {
      const last = envelope[envelope.length - 1]!;
      const before = envelope[envelope.length - 2]!;
      if (crossing(before, line) > crossing(before, last)) break;
      envelope.pop();
    }
    envelope.push(line);
  }
  return envelope;
}

/**
 * The probability with which each feasible candidate is the best one for a sampled slope: exact, because what
 * a candidate earns is log-linear in the slope, so the best ones are the upper envelope of lines and each
 * wins on an interval. Candidates by ascending price; without run-out. The truncated part of the slope's
 * distribution counts for the candidate that is best at the truncation.
 */
export function propensities(
  logChange: Float64Array,
  unitValue: Float64Array,
  feasible: readonly number[],
  response: PriceResponse,
  temperature: number,
): Map<number, number> {
  const envelope = upperEnvelope(logChange, unitValue, feasible);
  const sd = temperature * response.sd;
  const cumulative = (slope: number): number => {
    if (slope >= LEAST_ELASTIC) return 1;
    if (sd <= 0) return slope >= truncatedMean(response.mean) ? 1 : 0;
    return normalCdf((slope - response.mean) / sd);
  };
  const result = new Map<number, number>();
  let below = 0;
  envelope.forEach((line, j) => {
    const next = envelope[j + 1];
    const upTo = next ? cumulative(crossing(line, next)) : 1;
    if (upTo > below) result.set(line.candidate, upTo - below);
    below = Math.max(below, upTo);
  });
  return result;
}
