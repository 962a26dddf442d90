/** Change of ln(demand) per day over recent days, and how many standard errors it is from none. */
export interface LocalTrend {
  slope: number;
  z: number;
}

const WINDOW_DAYS = 90;
const MIN_DAYS = 28;
const SIGNIFICANT_Z = 3;
const DAMPING = 0.9;

/**
 * Trend of the last 90 daily counts (NaN = not on sale) by the score test of a log-linear rate:
 * U = Σ (t − t̄) y, var U = φ ȳ Σ (t − t̄)², slope ≈ U / (ȳ Σ (t − t̄)²).
 * Source: McCullagh & Nelder 1989, Generalized Linear Models, chapter 6.
 *
 * @example 28 days that sell 1, 2, … 28 units, dispersion 1 // slope 0.0690 a day, z 11.2
 */
export function localTrend(units: readonly number[], dispersion: number): LocalTrend {
  const first = Math.max(0, units.length - WINDOW_DAYS);
  let days = 0;
  let total = 0;
  let centre = 0;
  for (let t = first; t < units.length; t++) {
    const y = units[t]!;
    if (!Number.isFinite(y)) continue;
    days++;
    total += y;
    centre += t;
  }
  if (days < MIN_DAYS || total <= 0) return { slope: 0, z: 0 };
  centre /= days;
  let score = 0;
  let spread = 0;
  for (let t = first; t < units.length; t++) {
    const y = units[t]!;
    if (!Number.isFinite(y)) continue;
    score += (t - centre) * y;
    spread += (t - centre) ** 2;
  }
  const information = (total / days) * spread;
  return { slope: score / information, z: score / Math.sqrt(dispersion * information) };
}

/**
 * Effect on ln(demand) of the damped trend `days` ahead, Σ 0.9^j·slope; 0 unless |z| > 3.
 *
 * @example dampedTrendEffect({ slope: 0.01, z: 4 }, 3) // 0.02439
 */
export function dampedTrendEffect({ slope, z }: LocalTrend, days: number): number {
  if (!(Math.abs(z) > SIGNIFICANT_Z)) return 0;
  return (slope * DAMPING * (1 - DAMPING ** days)) / (1 - DAMPING);
}
