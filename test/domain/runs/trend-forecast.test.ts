import { describe, expect, it } from "vitest";
import { poisson, uniform } from "../../../domain/base/keyed-random.ts";
import { dayNumber, dayOfNumber } from "../../../domain/base/time.ts";
import { finishSkus, poolInput, poolSkus } from "../../../domain/runs/elasticity-run.ts";
import { identifiedFilters } from "../../../domain/runs/identify.ts";
import { AS_OF, manifest, snapshot } from "./support.ts";

const DAYS = 120;
const SKUS = 60;
const RUN = manifest("elasticity");
const TODAY = dayNumber(new Date(AS_OF).toISOString().slice(0, 10));

/** 14-day forecasts over what will be sold, summed over SKUs whose demand grows by `growth` a day. */
function forecastOverActual(level: number, growth: number): number {
  const snapshots = Array.from({ length: SKUS }, (_, i) => {
    const one = snapshot(i, "a");
    const price = one.features.days[0]!.price;
    const days = Array.from({ length: DAYS }, (_, d) => {
      const mean = level * Math.exp(growth * (d - DAYS + 1));
      const units = poisson(mean, uniform(91, i, d));
      const day = dayOfNumber(TODAY - DAYS + d);
      return { day, units, price, cheapest: null, exposure: 1, promo: false };
    });
    return { ...one, price, features: { ...one.features, days } };
  });
  const filtered = identifiedFilters(snapshots, RUN);
  const inputs = filtered.map((sku, i) => poolInput(sku!, snapshots[i]!, RUN));
  const forecasts = finishSkus(snapshots, filtered, poolSkus(inputs, RUN), RUN);
  let expected = 0;
  for (const { forecast } of forecasts) for (const units of forecast.demand!.daily.mean) expected += units;
  // the forecast starts tomorrow, two days after the last full one
  let actual = 0;
  for (let h = 2; h <= 15; h++) actual += SKUS * level * Math.exp(growth * h);
  return expected / actual;
}

describe("a forecast under a trend", () => {
  it.each([
    [1, 0.01],
    [1, -0.01],
    [1, 0.005],
    [1, -0.005],
    [1, 0],
    [4, 0.01],
    [4, -0.01],
    [12, 0.01],
    [12, -0.01],
    [12, 0.005],
    [12, 0],
  ])("of %d units a day that move by %d a day keeps up within 15 %", (level, growth) => {
    const ratio = forecastOverActual(level, growth);
    expect(ratio).toBeGreaterThan(0.85);
    expect(ratio).toBeLessThan(1.15);
  });
});
