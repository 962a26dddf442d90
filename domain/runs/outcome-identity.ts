import type { FinishedSku } from "./elasticity-run.ts";
import { Fingerprint } from "./fingerprint.ts";

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
