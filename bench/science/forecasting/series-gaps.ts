/**
 * The series from its first to its last known value, missing values (NaN, ±∞) between them interpolated
 * linearly. Trailing gaps are returned as a count: a forecast starts after them. Empty when nothing is known.
 */
export function fillGaps(series: ArrayLike<number>): { values: Float64Array; trailing: number } {
  let first = 0;
  let end = series.length;
  while (first < end && !Number.isFinite(series[first])) first++;
  while (end > first && !Number.isFinite(series[end - 1])) end--;
  const values = Float64Array.from({ length: end - first }, (_, i) => series[first + i]!);
  let known = 0;
  for (let t = 1; t < values.length; t++) {
    if (!Number.isFinite(values[t])) continue;
    const step = (values[t]! - values[known]!) / (t - known);
    for (let gap = known + 1; gap < t; gap++) values[gap] = values[known]! + step * (gap - known);
    known = t;
  }
  return { values, trailing: series.length - end };
}
