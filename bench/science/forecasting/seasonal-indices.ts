/** A cycle needs this many periods before its shape can be told from noise. */
const MIN_CYCLES = 3;

/** weight of a cycle relative to the one after it: seasonal shapes drift */
const CYCLE_DISCOUNT = 0.9;
/**
 * multiplies the noise variance in the shrinkage; above 1 because residuals from the moving average
 * understate it
 */
const SHRINKAGE = 1.5;

/**
 * Additive seasonal effects of a series of period `period`, one per phase (phase = index mod period), summing
 * to 0; on ln y they are the logs of multiplicative indices. All 0 when the series has fewer than three
 * cycles.
 *
 * Classical decomposition (deviations from the centred moving average) with weights that fall by 10 % per
 * cycle. The effects are shrunk towards 0 by 1 − c·noise/signal, the positive-part James–Stein factor, which
 * replaces the usual test of seasonality: series without a season keep none (Miller & Williams 2003, IJF 19).
 */
export function seasonalEffects(series: Float64Array, period: number): Float64Array {
  const effects = new Float64Array(period);
  const n = series.length;
  if (period < 2 || n < MIN_CYCLES * period) return effects;

  const trend = centredMovingAverage(series, period);
  const first = Math.floor(period / 2);
  const last = n - 1 - first;
  const weights = new Float64Array(period);
  for (let t = first; t <= last; t++) {
    const weight = CYCLE_DISCOUNT ** ((last - t) / period);
    effects[t % period]! += weight * (series[t]! - trend[t]!);
    weights[t % period]! += weight;
  }
  let centre = 0;
  for (let phase = 0; phase < period; phase++) {
    effects[phase]! /= weights[phase]!;
    centre += effects[phase]! / period;
  }

  let noise = 0;
  let total = 0;
  let totalSquared = 0;
  for (let t = first; t <= last; t++) {
    const weight = CYCLE_DISCOUNT ** ((last - t) / period);
    noise += weight * (series[t]! - trend[t]! - effects[t % period]!) ** 2;
    total += weight;
    totalSquared += weight * weight;
  }
  const effective = total ** 2 / totalSquared;
  noise /= total * Math.max(0.05, 1 - period / effective);
  let signal = 0;
  for (const effect of effects) signal += (effect - centre) ** 2 / (period - 1);
  const noiseOfMean = (noise * period) / effective;
  const keep = signal > 0 ? Math.max(0, 1 - (SHRINKAGE * noiseOfMean) / signal) : 0;
  return effects.map((effect) => keep * (effect - centre));
}

/**
 * Mean over one period around each point, the two ends of an even period counted half; NaN near the edges.
 */
function centredMovingAverage(series: Float64Array, period: number): Float64Array {
  const half = Math.floor(period / 2);
  const endWeight = period % 2 === 0 ? 0.5 : 1;
  const average = new Float64Array(series.length).fill(Number.NaN);
  for (let t = half; t < series.length - half; t++) {
    let sum = endWeight * (series[t - half]! + series[t + half]!);
    for (let k = 1 - half; k < half; k++) sum += series[t + k]!;
    average[t] = sum / period;
  }
  return average;
}
