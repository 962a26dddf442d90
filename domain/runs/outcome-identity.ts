import { dayIndex } from "../features/day-index.ts";
import type { SkuFeatures } from "../features/sku-features.ts";
import type { FinishedSku } from "./elasticity-run.ts";
import { Fingerprint } from "./fingerprint.ts";

/** Names what a SKU's elasticity was learned from. */
export function inputsHash({ days }: SkuFeatures): string {
  const print = new Fingerprint();
  for (const { day, units, price, cheapest, exposure, promo, censored, cost } of days) {
    print.add(dayIndex(day));
    print.add(units);
    print.add(price);
    print.add(cheapest ?? -1);
    print.add(exposure);
    print.add((promo ? 1 : 0) + (censored ? 2 : 0));
    if (cost !== undefined) print.add(cost);
  }
  return print.toString();
}

/** What of a SKU's outcome counts for its identity. */
export function finishedDigest({ report, forecast }: FinishedSku): string {
  const print = new Fingerprint();
  if (report) {
    const { mean, sd, competitor, nEff, demand } = report;
    print.addAll([mean, sd, competitor.mean, competitor.sd, nEff, demand.logMean, demand.logVar, demand.phi]);
    print.add(report.endogeneityFlag ? 1 : 0);
  }
  const { demand, competitor, followRate } = forecast;
  print.addAll(demand?.daily.mean ?? []);
  print.addAll(demand?.hourly.mean ?? []);
  print.addAll([demand?.stockout?.p50 ?? -1, competitor.anchor.price ?? -1, followRate]);
  return print.toString();
}
