/** Critical value of the chi-square test with one degree of freedom at the 1 % level. */
const CRITICAL = 6.635;

/**
 * Hausman (1978) test of price endogeneity: an estimate from all days against one from days whose price was
 * set at random. H = (b_all - b_random)² / (V_random - V_all); above 6.6 the price reacted to demand and
 * the estimate from all days should not be automated on. Null when the random days are not the less precise
 * of the two.
 */
export function hausman(
  all: { mean: number; sd: number },
  randomised: { mean: number; sd: number },
): { statistic: number; flagged: boolean } | null {
  const variance = randomised.sd ** 2 - all.sd ** 2;
  if (!(variance > 0)) return null;
  const statistic = (all.mean - randomised.mean) ** 2 / variance;
  return { statistic, flagged: statistic > CRITICAL };
}
