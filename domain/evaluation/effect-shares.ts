import { normalCdf, normalDensity } from "../base/normal.ts";

/** An effect as it was measured, and the standard deviation of its noise. */
export interface MeasuredEffect {
  effect: number;
  sd: number;
}

/** What share of the true effects is above zero: the most likely, and what the measurements do not rule out at 95 %. */
export interface GainShare {
  best: number;
  interval95: [number, number];
}

/** Effects of like noise and size, counted as one. */
interface Cell extends MeasuredEffect {
  n: number;
}

/** Within a cell noise differs by a fifth at most, and effects by half of it. */
const NOISE_STEP = Math.log(1.2);
const EFFECT_STEP = 0.5;

function cellsOf(effects: readonly MeasuredEffect[]): Cell[] {
  const cells = new Map<string, Cell>();
  for (const { effect, sd } of effects) {
    const step = Math.round(Math.log(sd) / NOISE_STEP);
    const key = `${step} ${Math.floor(effect / (EFFECT_STEP * Math.exp(step * NOISE_STEP)))}`;
    const cell = cells.get(key) ?? { n: 0, effect: 0, sd: 0 };
    cell.n += 1;
    cell.effect += (effect - cell.effect) / cell.n;
    cell.sd += (sd - cell.sd) / cell.n;
    cells.set(key, cell);
  }
  return [...cells.values()];
}

/** A side of the distribution of true effects is made of halves of normal distributions: weights, and widths in spreads. */
type Tails = readonly (readonly [weight: number, width: number])[];
const NORMAL_TAILS: Tails = [[1, 1]];
const HEAVY_TAILS: Tails = [
  [0.85, 0.7],
  [0.15, 2.5],
];

/** A distribution of true effects: its most frequent value, and how far it spreads below and above. */
interface Shape {
  mode: number;
  below: number;
  above: number;
  tails: Tails;
}

interface Candidate extends Shape {
  logLikelihood: number;
}

/**
 * How often an effect that lies `distance` beyond the mode, on the side looked at, is measured: half a normal distribution
 * blurred by the noise, which is a normal density times a normal distribution function (Azzalini 1985). Not normalised.
 */
function blurred(distance: number, sd: number, spread: number, tails: Tails): number {
  let density = 0;
  for (const [weight, width] of tails) {
    const own = width * spread;
    const both = Math.hypot(own, sd);
    density +=
      ((weight * spread) / both) * normalDensity(distance / both) * normalCdf((distance * own) / (sd * both));
  }
  return density;
}

/** The same, of those effects only that lie at least `from` beyond the mode. */
function blurredBeyond(
  from: number,
  distance: number,
  sd: number,
  { spread, tails }: { spread: number; tails: Tails },
) {
  let density = 0;
  for (const [weight, width] of tails) {
    const own = width * spread;
    const both = Math.hypot(own, sd);
    const [mean, rest] = [(distance * own * own) / (both * both), (own * sd) / both];
    density += ((weight * spread) / both) * normalDensity(distance / both) * normalCdf((mean - from) / rest);
  }
  return density;
}

/** Chance that the effect behind a measured one is above zero, if true effects are of this shape. */
function chanceAboveZero({ effect, sd }: MeasuredEffect, { mode, below, above, tails }: Shape): number {
  const distance = effect - mode;
  const up = blurred(distance, sd, above, tails);
  const down = blurred(-distance, sd, below, tails);
  const gains =
    mode > 0
      ? up + down - blurredBeyond(mode, -distance, sd, { spread: below, tails })
      : blurredBeyond(-mode, distance, sd, { spread: above, tails });
  return Math.min(1, Math.max(0, gains / (up + down + Number.MIN_VALUE)));
}

type Range = readonly [from: number, to: number];

/** Part of a grid of shapes; spreads as logarithms. */
interface Box {
  mode: Range;
  below: Range;
  above: Range;
  tails: Tails;
}

const MODES = 13;
const SPREADS = 8;

function steps([from, to]: Range, count: number): number[] {
  return Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));
}

function candidates(cells: readonly Cell[], { mode: modes, below, above, tails }: Box): Candidate[] {
  const [belows, aboves] = [steps(below, SPREADS).map(Math.exp), steps(above, SPREADS).map(Math.exp)];
  return steps(modes, MODES).flatMap((mode) => {
    const side = (spreads: readonly number[], sign: 1 | -1) =>
      spreads.map((spread) =>
        Float64Array.from(cells, ({ effect, sd }) => blurred(sign * (effect - mode), sd, spread, tails)),
      );
    const [downs, ups] = [side(belows, -1), side(aboves, 1)];
    return belows.flatMap((low, i) =>
      aboves.map((high, j) => {
        const [down, up] = [downs[i]!, ups[j]!];
        let logLikelihood = 0;
        for (let c = 0; c < cells.length; c++)
          logLikelihood +=
            cells[c]!.n * Math.log((2 / (low + high)) * (down[c]! + up[c]!) + Number.MIN_VALUE);
        return { mode, below: low, above: high, tails, logLikelihood };
      }),
    );
  });
}

/** The box around shapes found likely in another, one step wider. */
function closer(found: readonly Candidate[], box: Box): Box {
  const range = (values: readonly number[], [from, to]: Range, count: number): Range => {
    const step = (to - from) / (count - 1);
    return [Math.min(...values) - step, Math.max(...values) + step];
  };
  const of = (value: (one: Candidate) => number) => found.map(value);
  return {
    mode: range(
      of(({ mode }) => mode),
      box.mode,
      MODES,
    ),
    below: range(
      of(({ below }) => Math.log(below)),
      box.below,
      SPREADS,
    ),
    above: range(
      of(({ above }) => Math.log(above)),
      box.above,
      SPREADS,
    ),
    tails: box.tails,
  };
}

/** Spreads looked at, in units of the spread of what was measured: from practically none. */
const LEAST_SPREAD = 1e-3;
const MOST_SPREAD = 2;
const FARTHEST_MODE = 1.5;
/** Shapes less likely than the best by more than this in logarithm are left; the grid is fine with so many others. */
const FALL_SEEN = 4;
const FINE = 100;
const ZOOMS = 7;

/** The likely shapes of the distribution of true effects, from grids that close in on them. */
function likelyShapes(effects: readonly MeasuredEffect[], cells: readonly Cell[], fall: number): Candidate[] {
  const total = effects.reduce((sum, { sd }) => sum + sd ** -2, 0);
  const mean = (of: (effect: number) => number) =>
    effects.reduce((sum, { effect, sd }) => sum + sd ** -2 * of(effect), 0) / total;
  const centre = mean((effect) => effect);
  const noise = 1 / Math.sqrt(total / effects.length);
  const scale = Math.max(Math.sqrt(mean((effect) => (effect - centre) ** 2)), 0.1 * noise);
  const spreads: Range = [Math.log(LEAST_SPREAD * scale), Math.log(MOST_SPREAD * scale)];
  const mode: Range = [centre - FARTHEST_MODE * scale, centre + FARTHEST_MODE * scale];
  let found: Candidate[] = [];
  const among = (shapes: readonly Candidate[], most: number) => {
    const best = found.reduce(
      (sofar, { logLikelihood }) => Math.max(sofar, logLikelihood),
      Number.NEGATIVE_INFINITY,
    );
    return shapes.filter(({ logLikelihood }) => best - logLikelihood <= most);
  };
  for (const tails of [NORMAL_TAILS, HEAVY_TAILS]) {
    let box: Box = { mode, below: spreads, above: spreads, tails };
    for (let zoom = 0; zoom < ZOOMS; zoom++) {
      const shapes = candidates(cells, box);
      found = [...found, ...shapes];
      const likely = among(shapes, Math.max(FALL_SEEN, fall));
      if (likely.length === 0 || likely.length >= FINE) break;
      box = closer(likely, box);
    }
  }
  return among(found, fall);
}

/**
 * Half the 95 % quantile of chi-square with one degree of freedom, by which the likelihood may fall (Wilks 1938), and a half
 * more for what the family of shapes cannot be.
 */
const FALL_95 = 1.5 * 1.9207;

/**
 * What share of the true effects is above zero, behind the noise of their measurement. Of the true effects it is assumed that
 * they have one most frequent value and thin out on either side, normally or with heavier tails. The interval has the shares
 * of every such shape that the measurements do not rule out, by the likelihood and by the chance of each effect being one of
 * the gains. Where the noise hides the effects it is nearly the whole range.
 *
 * @param designEffect how many measurements say as much as one independent of the others, at least 1 (Kish 1965)
 */
export function gainShare(effects: readonly MeasuredEffect[], designEffect = 1): GainShare {
  const cells = cellsOf(effects);
  const n = effects.length;
  const likely = likelyShapes(effects, cells, FALL_95 * designEffect);
  const top = likely.reduce((best, one) => (one.logLikelihood > best.logLikelihood ? one : best));
  const judged = likely.map((shape) => {
    const chances = cells.map((cell) => ({ n: cell.n, p: chanceAboveZero(cell, shape) }));
    const share = chances.reduce((sum, cell) => sum + cell.n * cell.p, 0) / n;
    const variance = chances.reduce((sum, cell) => sum + cell.n * cell.p * (1 - cell.p), 0) / n ** 2;
    const fall = (top.logLikelihood - shape.logLikelihood) / designEffect;
    return { shape, share, reach: Math.sqrt(2 * (FALL_95 - fall) * variance * designEffect) };
  });
  return {
    best: judged.find(({ shape }) => shape === top)!.share,
    interval95: [
      Math.max(0, Math.min(...judged.map(({ share, reach }) => share - reach))),
      Math.min(1, Math.max(...judged.map(({ share, reach }) => share + reach))),
    ],
  };
}
