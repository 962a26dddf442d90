/** A share as a percentage for sentences, at most two decimals: 0.05 is "5 %". */
export function formatPercent(share: number): string {
  return `${Number((share * 100).toFixed(2))} %`;
}
