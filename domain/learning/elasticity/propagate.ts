import type { FilterConfig, FilterState } from "./state.ts";

const DRIFT_SPEED = 4;

/**
 * Time update over the days since the last row: the level does a random walk; b reverts to its prior,
 * m_b = u + r(m_b - u), P_bb = r²P_bb + (1 - r²)S. P_bb never exceeds S, so the information gathered,
 * P_bb⁻¹ - S⁻¹, stays positive semi-definite even for a covariate that never varies. While a drift of the own effect is
 * followed, b reverts four times as fast; the level has no part in it.
 */
export function propagate(state: FilterState, t: number, config: FilterConfig): void {
  if (state.count === 0) return;
  const elapsed = Math.min(Math.max(t - state.lastT, 0), config.gapDaysMax);
  if (elapsed === 0) return;
  const speed = state.driftUntil !== null && t <= state.driftUntil ? DRIFT_SPEED : 1;
  const { mean, covariance, prior } = state;
  const p = mean.length;
  const d = p - 1;
  const { levelNoise } = config;
  // not by the text as a key: one that came as JSON is not the key's own object, and undoes the compiled code each time
  const noise = state.observation === "log-normal" ? levelNoise["log-normal"] : levelNoise["quasi-poisson"];
  covariance[0]! += noise * elapsed;
  const r = elapsed * speed === 1 ? config.reversion : config.reversion ** (elapsed * speed);
  const rr = r * r;
  for (let i = 0; i < d; i++) {
    mean[i + 1] = prior.mean[i]! + r * (mean[i + 1]! - prior.mean[i]!);
    covariance[i + 1]! *= r;
    covariance[(i + 1) * p] = covariance[i + 1]!;
    for (let j = 0; j < d; j++) {
      const at = (i + 1) * p + j + 1;
      covariance[at] = rr * covariance[at]! + (1 - rr) * prior.covariance[i * d + j]!;
    }
  }
}
