/** The marts that are kept by day, with the version of their roll-up: a new one rolls every day up again. */
export const DAY_MARTS = {
  daily_demand: 1,
  hourly_demand: 1,
  daily_funnel: 1,
  daily_sessions: 1,
  daily_signals: 1,
  daily_movements: 1,
  daily_forecasts: 1,
  market_days: 1,
  customer_scores: 1,
  product_performance: 1,
  pricing_analysis: 1,
} as const;
export type MartName = keyof typeof DAY_MARTS;
