import { type DemandPeriod, PERIOD_DAYS } from "./series.ts";
import type { FilterState, SpellSums } from "./state.ts";

const SAME_PRICE = 1e-4;
const SPELL_DAYS_MAX = 28;
/** Spells' worth of weight with which one SKU's ratio is held at the install's, and the install's at 1. */
const PRIOR_SPELLS = 8;
/**
 * One SKU's ratio counts only beyond this factor: below it is sampling noise, which goes with extreme
 * slopes.
 */
const OWN_RATIO_MARGIN = 2;

/** Memory of the running mean log price against which a spell's price counts as high or low, in rows. */
const PRICE_MEMORY_ROWS = 60;

/**
 * Adds a standardised one-step residual to the running price spell and to the ring of recent residuals.
 * `weight` is the row's information about the level (expected units over φ, or 1 over the variance of ln
 * units).
 */
export function recordResidual(
  state: FilterState,
  row: DemandPeriod,
  residual: number,
  weight: number,
): void {
  addToSpell(state.spells, row, { residual, weight, rows: state.count });
  pushResidual(state, row.t, residual);
}

/** Sums before the first row. */
export function noSpells(logPrice: number): SpellSums {
  const none = { sum: 0, length: 0, weight: 0, squares: 0, weights: 0, ended: 0 };
  return { ...none, logPrice, since: Number.NEGATIVE_INFINITY, meanLogPrice: logPrice };
}

/** Adds a standardised residual to the running price spell; `rows` came before it. */
export function addToSpell(
  spells: SpellSums,
  { logPrice, t }: Pick<DemandPeriod, "logPrice" | "t">,
  { residual, weight, rows }: { residual: number; weight: number; rows: number },
): void {
  const changed = Math.abs(logPrice - spells.logPrice) > SAME_PRICE;
  if (changed || t - spells.since >= SPELL_DAYS_MAX) {
    endSpell(spells);
    spells.logPrice = logPrice;
    spells.since = t;
  }
  spells.sum += residual;
  spells.length++;
  spells.weight += weight * (logPrice - spells.meanLogPrice) ** 2;
  spells.meanLogPrice += (logPrice - spells.meanLogPrice) / Math.min(rows + 1, PRICE_MEMORY_ROWS);
}

function endSpell(spells: SpellSums): void {
  if (spells.length === 0) return;
  spells.squares += (spells.weight / spells.length) * spells.sum ** 2;
  spells.weights += spells.weight;
  spells.ended++;
  spells.sum = 0;
  spells.length = 0;
  spells.weight = 0;
}

/** Number of the period that starts on day t, for aligning SKUs in time. */
export function periodIndex(t: number, days: number): number {
  return Math.round(t / days);
}

function pushResidual(state: FilterState, t: number, residual: number): void {
  const ring = state.residuals;
  const index = periodIndex(t, PERIOD_DAYS[state.period]);
  const missing = Math.min(index - state.residualIndex - 1, ring.length);
  for (let k = 1; k <= missing; k++) ring[(index - k) % ring.length] = 0;
  ring[index % ring.length] = rounded(residual);
  state.residualIndex = index;
}

const RESIDUAL_STEP = 1e-3;

/** Rounded to keep the state small; never 0, which stands for a missing row. */
function rounded(residual: number): number {
  const steps = Math.round(residual / RESIDUAL_STEP);
  return (steps === 0 ? 1 : steps) / (1 / RESIDUAL_STEP);
}

/** Sums over all spells including the running one, in the units of `designEffect`. */
export interface SpellEvidence {
  squares: number;
  weights: number;
  spells: number;
}

/** The evidence of a SKU's spells so far. */
export function spellEvidence(sums: SpellSums): SpellEvidence {
  const open = sums.length > 0;
  return {
    squares: sums.squares + (open ? (sums.weight / sums.length) * sums.sum ** 2 : 0),
    weights: sums.weights + sums.weight,
    spells: sums.ended + (open ? 1 : 0),
  };
}

/**
 * Design effect of price spells: how much the variance of the own-price score exceeds what independent rows
 * with variance φ would give, the cluster-robust (sandwich) variance of Liang and Zeger (1986) with a spell
 * of constant price as the cluster, over the model's variance. The price varies only between spells, so the
 * information on elasticity is overstated by this factor when rows of a spell move together (sales spread
 * evenly over a month, unmodelled campaigns) or when rows with extreme prices are noisier than the rest.
 * `common` is the ratio of the whole install; a SKU's own few spells raise it only where they clearly stand
 * out. Never below 1.
 */
export function designEffect({ squares, weights, spells }: SpellEvidence, common = 1): number {
  if (spells === 0 || weights === 0) return Math.max(1, common);
  const held = (PRIOR_SPELLS * weights) / spells;
  const own = (squares + common * held) / (weights + held);
  return Math.max(1, common, own / OWN_RATIO_MARGIN);
}

/** Ratio over all SKUs, each SKU's ratio weighted by its number of spells. */
export function commonSpellRatio(evidence: readonly SpellEvidence[]): number {
  let ratio = PRIOR_SPELLS;
  let spells = PRIOR_SPELLS;
  for (const one of evidence) {
    if (one.spells === 0 || one.weights === 0) continue;
    ratio += (one.spells * one.squares) / one.weights;
    spells += one.spells;
  }
  return ratio / spells;
}
