/** One SKU's part in a decision about many: its feasible prices and what each is expected to earn. */
export interface PortfolioItem {
  sku: string;
  /** integer minor units, ascending */
  prices: readonly number[];
  /** expected objective of each price */
  values: readonly number[];
  /** position of the current price */
  current: number;
  /** weight in the price index and the competitors' price it compares with; null = not part of the index */
  weight: number;
  market: number | null;
}

/** Constraints that couple the SKUs. */
export interface PortfolioLimits {
  /** largest number of prices that may change; null = no limit */
  maxChanges: number | null;
  /** lo ≤ Σ weight·log(price / market) ≤ hi; null = no band */
  index: { lo: number; hi: number } | null;
}

export interface PortfolioSolution {
  /** position of the chosen price for each item */
  choice: number[];
  value: number;
  /** upper bound on every solution's value (Lagrangian dual) */
  bound: number;
  /** (bound − value) / |value|: how much better an exact solution could be at most */
  gap: number;
  /** value of the index and number of changes of the solution */
  index: number;
  changes: number;
  feasible: boolean;
}

const BISECTIONS = 60;
const TOLERANCE = 1e-12;

interface State {
  choice: number[];
  value: number;
  index: number;
  changes: number;
}

function indexTerm(item: PortfolioItem, j: number): number {
  return item.market === null ? 0 : item.weight * Math.log(item.prices[j]! / item.market);
}

function tally(items: readonly PortfolioItem[], choice: number[]): State {
  const state: State = { choice, value: 0, index: 0, changes: 0 };
  items.forEach((item, i) => {
    const j = choice[i]!;
    state.value += item.values[j]!;
    state.index += indexTerm(item, j);
    if (j !== item.current) state.changes++;
  });
  return state;
}

/**
 * For a fixed price λ of the index: each SKU's best price by value − λ·index term, and the K best gains if K
 * is limited.
 */
function innerChoice(
  items: readonly PortfolioItem[],
  terms: readonly Float64Array[],
  lambda: number,
  maxChanges: number | null,
): { choice: number[]; penalised: number } {
  let penalised = 0;
  const gains: { i: number; j: number; gain: number }[] = [];
  const choice = items.map((item, i) => {
    const term = terms[i]!;
    const keep = item.values[item.current]! - lambda * term[item.current]!;
    penalised += keep;
    let best = item.current;
    let bestValue = keep;
    for (let j = 0; j < item.values.length; j++) {
      const value = item.values[j]! - lambda * term[j]!;
      if (value > bestValue) {
        best = j;
        bestValue = value;
      }
    }
    if (best !== item.current) gains.push({ i, j: best, gain: bestValue - keep });
    return item.current;
  });
  gains.sort((a, b) => b.gain - a.gain || a.i - b.i);
  for (const { i, j, gain } of gains.slice(0, maxChanges ?? gains.length)) {
    choice[i] = j;
    penalised += gain;
  }
  return { choice, penalised };
}

interface Move {
  i: number;
  j: number;
  gain: number;
}

function bestMove(
  items: readonly PortfolioItem[],
  terms: readonly Float64Array[],
  state: State,
  band: { lo: number; hi: number },
  maxChanges: number,
): Move | null {
  let best: Move | null = null;
  for (let i = 0; i < items.length; i++) {
    const { values, current } = items[i]!;
    const term = terms[i]!;
    const now = state.choice[i]!;
    for (let j = 0; j < values.length; j++) {
      const gain = values[j]! - values[now]!;
      if (gain <= (best === null ? TOLERANCE : best.gain)) continue;
      const index = state.index + term[j]! - term[now]!;
      const changes = state.changes + Number(j !== current) - Number(now !== current);
      if (index >= band.lo && index <= band.hi && changes <= maxChanges) best = { i, j, gain };
    }
  }
  return best;
}

/**
 * Greedy repair: single price moves that raise the value and keep every limit, best first, until none is
 * left.
 */
function improve(
  items: readonly PortfolioItem[],
  terms: readonly Float64Array[],
  start: State,
  band: { lo: number; hi: number },
  maxChanges: number,
): State {
  let state = start;
  for (let round = 0; round < items.length; round++) {
    const move = bestMove(items, terms, state, band, maxChanges);
    if (move === null) return state;
    state = tally(items, state.choice.with(move.i, move.j));
  }
  return state;
}

function solutionOf(state: State, bound: number, feasible: boolean): PortfolioSolution {
  const { choice, value, index, changes } = state;
  const gap = Math.max(0, bound - value) / Math.max(Math.abs(value), TOLERANCE);
  return { choice, value, bound, gap, index, changes, feasible };
}

/**
 * Prices for many SKUs under limits that couple them. Only a limit on the number of changes: the largest
 * gains, exact. With an index band: Lagrangian relaxation of the band, bisection on its price λ, the number
 * of changes solved exactly inside, then greedy repair; the relaxation's value bounds every solution, and
 * `gap` is the distance to it (Fisher 1981, Management Science 27(1)). An infeasible band gives the nearest
 * index found and `feasible: false`.
 */
export function solvePortfolio(items: readonly PortfolioItem[], limits: PortfolioLimits): PortfolioSolution {
  const terms = items.map((item) => Float64Array.from(item.prices, (_, j) => indexTerm(item, j)));
  const free = innerChoice(items, terms, 0, limits.maxChanges);
  const start = tally(items, free.choice);
  const band = limits.index;
  if (band === null || (start.index >= band.lo && start.index <= band.hi)) {
    return solutionOf(start, free.penalised, true);
  }
  const above = start.index > band.hi;
  const target = above ? band.hi : band.lo;
  const isInside = (index: number) => (above ? index <= target : index >= target);
  let [near, far] = [0, above ? 1 : -1];
  let best = start;
  let bound = free.penalised;
  const probe = (lambda: number): State => {
    const inner = innerChoice(items, terms, lambda, limits.maxChanges);
    bound = Math.min(bound, inner.penalised + lambda * target);
    return tally(items, inner.choice);
  };
  for (let j = 0; j < BISECTIONS; j++, far *= 2) {
    best = probe(far);
    if (isInside(best.index)) break;
    near = far;
  }
  for (let j = 0; j < BISECTIONS; j++) {
    const middle = (near + far) / 2;
    const state = probe(middle);
    if (isInside(state.index)) {
      far = middle;
      best = state;
    } else near = middle;
  }
  const feasible = best.index >= band.lo && best.index <= band.hi;
  if (feasible) best = improve(items, terms, best, band, limits.maxChanges ?? items.length);
  return solutionOf(best, bound, feasible);
}
