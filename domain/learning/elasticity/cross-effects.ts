import type { Evidence } from "./instruments.ts";
import { sharedShockEffect } from "./shared-shocks.ts";
import type { Sufficient } from "./sufficient.ts";

/** What the cross effect of a family reads of one of its SKUs. Plain JSON. */
export interface FamilyMember {
  family: string;
  sufficient: Sufficient;
  /** mean units per period, and their dispersion */
  meanUnits: number;
  dispersion: number;
  /** log price of the periods of `sufficient.residuals`; null = no row */
  logPrices: readonly (number | null)[];
}

/** Evidence of a family up to a period, carried from run to run. */
export interface CrossEvidence extends Evidence {
  through: number;
}

/** How demand of a family's product answers to the mean price of its siblings, percent per percent. */
export interface CrossEffect {
  mean: number;
  sd: number;
  ci95: [number, number];
  /** the data have removed a quarter of the prior's variance, and decide the sign */
  identified: boolean;
  /** what the sign says, where it is decided */
  kind: "substitutes" | "complements" | "undecided";
}

/** Variance of the level per period: how fast the filter forgets what a sibling's price did. */
const LEVEL_NOISE = 0.03 ** 2;
/** Share of the evidence that is kept per day: half of it is gone after a year. */
const KEPT = 0.998;
/** Between families, and of their mean about no effect. */
const BETWEEN_SD = 0.25;
const MEAN_SD = 0.3;
const Z95 = 1.959963984540054;
const SHRINK_MIN = 0.25;

/** Evidence of each family with two members and more, added to what earlier runs gathered. */
export function crossEvidence(
  members: readonly FamilyMember[],
  previous: Readonly<Record<string, CrossEvidence>> = {},
): Record<string, CrossEvidence> {
  const families = Map.groupBy(members, ({ family }) => family);
  const evidence: Record<string, CrossEvidence> = {};
  for (const name of [...families.keys()].sort()) {
    const family = families.get(name)!.toSorted((a, b) => (a.sufficient.sku < b.sufficient.sku ? -1 : 1));
    if (family.length < 2) continue;
    const before = Object.hasOwn(previous, name) ? previous[name] : undefined;
    const last = Math.max(...family.map((one) => endOf(one)));
    const kept = before ? KEPT ** Math.max(0, last - before.through) : 0;
    const total = { score: kept * (before?.score ?? 0), information: kept * (before?.information ?? 0) };
    const shared = sharedShockEffect(family.map(({ sufficient }) => sufficient));
    for (const member of family) {
      const own = memberEvidence(member, family, before?.through ?? Number.NEGATIVE_INFINITY);
      total.score += own.score / shared;
      total.information += own.information / shared;
    }
    evidence[name] = { ...total, through: Math.max(last, before?.through ?? last) };
  }
  return evidence;
}

function endOf({ sufficient: { residualStart, residuals } }: FamilyMember): number {
  return residualStart + residuals.length - 1;
}

/** Mean log price of the siblings that have one in a period, weighted by what they sell. */
function siblingPrice(member: FamilyMember, family: readonly FamilyMember[], period: number): number | null {
  let sum = 0;
  let weight = 0;
  for (const other of family) {
    if (other === member) continue;
    const logPrice = other.logPrices[period - other.sufficient.residualStart] ?? null;
    if (logPrice === null) return null;
    sum += other.meanUnits * logPrice;
    weight += other.meanUnits;
  }
  return weight > 0 ? sum / weight : null;
}

/**
 * Score and information of the siblings' price in a member's one-step errors, its own price partialled out. Both prices
 * go through the gain that the filter's level has settled at (Muth 1960): what an error can still show of a price is its
 * distance from what the level has already followed.
 */
function memberEvidence(member: FamilyMember, family: readonly FamilyMember[], after: number): Evidence {
  const { sufficient, logPrices } = member;
  const noise = member.dispersion / Math.max(member.meanUnits, 1e-6);
  const ratio = LEVEL_NOISE / noise;
  const gain = (Math.sqrt(ratio * ratio + 4 * ratio) - ratio) / 2;
  const scale = Math.sqrt((1 - gain) / noise);
  const sums = { sibling: 0, own: 0, ss: 0, so: 0, oo: 0 };
  let levels: { sibling: number; own: number } | null = null;
  for (let k = 0; k < sufficient.residuals.length; k++) {
    const period = sufficient.residualStart + k;
    const residual = sufficient.residuals[k]!;
    const own = logPrices[k] ?? null;
    const sibling = siblingPrice(member, family, period);
    if (residual === 0 || own === null || sibling === null) continue;
    levels ??= { sibling, own };
    const s = (sibling - levels.sibling) * scale;
    const o = (own - levels.own) * scale;
    levels.sibling += gain * (sibling - levels.sibling);
    levels.own += gain * (own - levels.own);
    if (period <= after) continue;
    sums.sibling += s * residual;
    sums.own += o * residual;
    sums.ss += s * s;
    sums.so += s * o;
    sums.oo += o * o;
  }
  if (sums.oo < 1e-9) return { score: sums.sibling, information: sums.ss };
  const information = sums.ss - sums.so ** 2 / sums.oo;
  if (information < 1e-6 * sums.ss) return { score: 0, information: 0 };
  return { score: sums.sibling - (sums.so / sums.oo) * sums.own, information };
}

/** The families' effects, each shrunk to the mean of all, and that to none. */
export function crossEffects(evidence: Readonly<Record<string, CrossEvidence>>): Record<string, CrossEffect> {
  let precision = 1 / MEAN_SD ** 2;
  let pull = 0;
  for (const { score, information } of Object.values(evidence)) {
    const share = 1 / (1 + information * BETWEEN_SD ** 2);
    precision += information * share;
    pull += score * share;
  }
  const centre = pull / precision;
  const variance = BETWEEN_SD ** 2 + 1 / precision;
  return Object.fromEntries(
    Object.entries(evidence).map(([name, one]) => [name, effectOf(one, centre, variance)]),
  );
}

function effectOf({ score, information }: Evidence, centre: number, variance: number): CrossEffect {
  const posterior = 1 / (information + 1 / variance);
  const mean = posterior * (score + centre / variance);
  const sd = Math.sqrt(posterior);
  const ci95: [number, number] = [mean - Z95 * sd, mean + Z95 * sd];
  const isDecided = 1 - posterior / variance >= SHRINK_MIN && (ci95[0] > 0 || ci95[1] < 0);
  const kind = isDecided ? (mean > 0 ? "substitutes" : "complements") : "undecided";
  return { mean, sd, ci95, identified: isDecided, kind };
}
