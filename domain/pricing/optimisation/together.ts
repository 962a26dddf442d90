/** One product of a family that moves as one: its present price, and what each price it may have is expected to earn. */
export interface TogetherMember {
  current: number;
  prices: readonly number[];
  values: readonly number[];
}

/** Changes count as the same within this difference of ln price: each product has to end on a price of its own. */
const SAME_CHANGE = 0.015;

/** The prices of a family's members, and what they earn together. */
interface Together {
  prices: number[];
  value: number;
}

/**
 * The one price that every member may have and that earns most for all of them; the lower one of two that earn the same. Null if
 * there is none.
 *
 * @example
 * samePrice([
 *   { current: 1000, prices: [900, 1000], values: [5, 4] },
 *   { current: 1000, prices: [900, 1000, 1100], values: [1, 3, 9] },
 * ]) // { prices: [1000, 1000], value: 7 }
 */
export function samePrice(members: readonly TogetherMember[]): Together | null {
  const [first] = members;
  if (!first) return null;
  const worthOf = members.map(({ prices, values }) => new Map(prices.map((price, i) => [price, values[i]!])));
  let best: Together | null = null;
  for (const price of [...first.prices].sort((a, b) => a - b)) {
    if (!worthOf.every((known) => known.has(price))) continue;
    const value = worthOf.reduce((sum, known) => sum + known.get(price)!, 0);
    if (best === null || value > best.value) best = { prices: members.map(() => price), value };
  }
  return best;
}

/**
 * The change, a factor of the present prices, that earns most for all members together; each takes the price nearest to it.
 * Null if some member may have no price near any of the others' changes.
 */
export function sameChange(members: readonly TogetherMember[]): Together | null {
  const steps = members.map(({ current, prices }) => prices.map((price) => Math.log(price / current)));
  const wanted = [...new Set(steps.flat())].sort((a, b) => Math.abs(a) - Math.abs(b) || a - b);
  let best: Together | null = null;
  for (const step of wanted) {
    const nearest = steps.map((own) => nearestTo(own, step));
    if (nearest.some((at) => at < 0)) continue;
    const value = nearest.reduce((sum, at, m) => sum + members[m]!.values[at]!, 0);
    if (best === null || value > best.value)
      best = { prices: nearest.map((at, m) => members[m]!.prices[at]!), value };
  }
  return best;
}

/** The position of the step nearest to the wanted one; -1 if none is near. */
function nearestTo(steps: readonly number[], wanted: number): number {
  let best = -1;
  for (const [i, step] of steps.entries()) {
    const distance = Math.abs(step - wanted);
    if (distance <= SAME_CHANGE && (best < 0 || distance < Math.abs(steps[best]! - wanted))) best = i;
  }
  return best;
}
