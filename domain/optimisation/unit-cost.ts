/** A unit cost from an instant on, until the next one. Minor units; ms. */
export interface DatedCost {
  unitCost: number;
  from: number;
}

/**
 * The cost in force at `at`: the latest that began by then, or null. The later of two that begin together
 * wins.
 */
export function costInForce(costs: readonly DatedCost[], at: number): number | null {
  let found: DatedCost | null = null;
  for (const cost of costs) {
    if (cost.from <= at && (found === null || cost.from >= found.from)) found = cost;
  }
  return found === null ? null : found.unitCost;
}
