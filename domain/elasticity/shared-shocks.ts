import type { Sufficient } from "./sufficient.ts";

/**
 * Design effect of shocks that the SKUs of one category share (a season, a campaign): 1 + 2(n - 1)ρ with ρ
 * the mean correlation of standardised residuals of different SKUs in the same period. Treating the SKUs as
 * independent would overstate what they say together about the category mean by about this factor.
 */
export function sharedShockEffect(stats: readonly Sufficient[]): number {
  if (stats.length < 2) return 1;
  const { pairs, pairCount, squares, count } = crossProducts(stats);
  if (pairCount === 0 || squares === 0) return 1;
  const rho = Math.min(1, Math.max(0, pairs / pairCount / (squares / count)));
  return Math.max(1, 1 + 2 * (stats.length - 1) * rho);
}

function crossProducts(stats: readonly Sufficient[]) {
  const start = Math.min(...stats.map((stat) => stat.residualStart));
  const end = Math.max(...stats.map((stat) => stat.residualStart + stat.residuals.length));
  const sum = new Float64Array(Math.max(end - start, 0));
  const square = new Float64Array(sum.length);
  const number = new Float64Array(sum.length);
  for (const stat of stats) {
    stat.residuals.forEach((e, k) => {
      if (e === 0) return;
      const at = stat.residualStart - start + k;
      sum[at]! += e;
      square[at]! += e * e;
      number[at]! += 1;
    });
  }
  const totals = { pairs: 0, pairCount: 0, squares: 0, count: 0 };
  for (let t = 0; t < sum.length; t++) {
    totals.pairs += sum[t]! ** 2 - square[t]!;
    totals.pairCount += number[t]! * (number[t]! - 1);
    totals.squares += square[t]!;
    totals.count += number[t]!;
  }
  return totals;
}
