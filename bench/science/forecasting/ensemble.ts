import { fitDampedTrend } from "./damped-trend.ts";
import { fitDynamicTheta } from "./dynamic-theta.ts";
import { fitTheta } from "./theta.ts";
import { type FittedTrend, onLogScale, type TrendModel } from "./trend-model.ts";

const MODELS: readonly TrendModel[] = [fitTheta, fitDynamicTheta, fitDampedTrend];

/**
 * The mean of theta, dynamic theta and damped-trend smoothing, each fitted to y and, when `logarithms` is set
 * (strictly positive y), also to ln y. Equal weights: estimated weights rarely beat them
 * (Claeskens, Magnus, Vasnev & Wang 2016, IJF 32(3)).
 */
export function fitEnsemble(series: Float64Array, logarithms: boolean): FittedTrend {
  const models = logarithms ? [...MODELS, ...MODELS.map(onLogScale)] : MODELS;
  const fitted = models.map((model) => model(series));
  return {
    forecast(origin, horizon) {
      const mean = new Float64Array(horizon);
      for (const model of fitted) {
        const path = model.forecast(origin, horizon);
        for (let step = 0; step < horizon; step++) mean[step]! += path[step]! / fitted.length;
      }
      return mean;
    },
  };
}
