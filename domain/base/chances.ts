/**
 * Chances that add up to 1, from logarithms of how likely each is up to a common constant.
 *
 * @example chancesOf([Math.log(1), Math.log(3)]) // [0.25, 0.75]
 */
export function chancesOf(logs: readonly number[]): number[] {
  const most = Math.max(...logs);
  const weights = logs.map((log) => Math.exp(log - most));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}
