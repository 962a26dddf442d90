import { nelderMead } from "./nelder-mead.ts";
import type { FittedTrend } from "./trend-model.ts";

const IMPOSSIBLE = 1e300;
const STATE = 5;

/**
 * Dynamic optimised theta model: the theta line of curvature θ is extrapolated by smoothing (α) and
 * recombined with a straight line that is itself re-estimated at every observation; α, θ and the initial
 * level minimise the squared one-step errors from the third observation on.
 * Source: Fiorucci, Pellegrini, Louzada, Petropoulos & Koehler 2016, IJF 32(4), section 3.
 */
export function fitDynamicTheta(series: Float64Array): FittedTrend {
  const n = series.length;
  const scale = Math.abs(series[0]!) || 1;
  const objective = (x: readonly number[]) => {
    const [alpha, theta, start] = x as [number, number, number];
    if (alpha < 0.01 || alpha > 0.995 || theta < 1 || theta > 20) return IMPOSSIBLE;
    return squaredErrors(series, alpha, theta, start * scale);
  };
  const best = nelderMead(objective, [0.5, 2, series[0]! / (2 * scale)], {
    steps: [-0.2, 0.7, 0.3],
    maxEvaluations: 100,
    tolerance: 1e-4,
  });
  const [alpha, theta, start] = best as [number, number, number];

  const states = new Float64Array((n + 1) * STATE);
  const state: ThetaState = { level: start * scale, mean: 0, intercept: 0, slope: 0, decay: 1 };
  store(states, 0, state);
  for (let t = 1; t <= n; t++) {
    advance(state, t, series[t - 1]!, alpha);
    store(states, t, state);
  }

  return {
    forecast(origin, horizon) {
      const at = load(states, origin);
      const path = new Float64Array(horizon);
      for (let step = 0; step < horizon; step++) {
        path[step] = predict(at, alpha, theta);
        advance(at, origin + step + 1, path[step]!, alpha);
      }
      return path;
    },
  };
}

interface ThetaState {
  level: number;
  /** mean of the observations so far */
  mean: number;
  /** the least-squares line of the observations so far */
  intercept: number;
  slope: number;
  /** (1 − α)^t */
  decay: number;
}

function predict(s: ThetaState, alpha: number, theta: number): number {
  const remaining = s.decay * (1 - alpha);
  return s.level + (1 - 1 / theta) * (s.decay * s.intercept + ((1 - remaining) / alpha) * s.slope);
}

/** Takes in observation number `t` (1-based). */
function advance(s: ThetaState, t: number, value: number, alpha: number): void {
  const previousMean = s.mean;
  s.level = alpha * value + (1 - alpha) * s.level;
  s.mean = ((t - 1) * previousMean + value) / t;
  s.slope = t === 1 ? 0 : ((t - 2) * s.slope + (6 * (value - previousMean)) / t) / (t + 1);
  s.intercept = s.mean - (s.slope * (t + 1)) / 2;
  s.decay *= 1 - alpha;
}

function squaredErrors(series: Float64Array, alpha: number, theta: number, start: number): number {
  const s: ThetaState = { level: start, mean: 0, intercept: 0, slope: 0, decay: 1 };
  let sum = 0;
  for (let t = 1; t <= series.length; t++) {
    const value = series[t - 1]!;
    if (t > 2) sum += (value - predict(s, alpha, theta)) ** 2;
    advance(s, t, value, alpha);
  }
  return sum;
}

function store(states: Float64Array, index: number, s: ThetaState): void {
  states.set([s.level, s.mean, s.intercept, s.slope, s.decay], index * STATE);
}

function load(states: Float64Array, index: number): ThetaState {
  const at = index * STATE;
  return {
    level: states[at]!,
    mean: states[at + 1]!,
    intercept: states[at + 2]!,
    slope: states[at + 3]!,
    decay: states[at + 4]!,
  };
}
