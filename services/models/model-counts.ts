import { isAmong } from "../../db/bulk.ts";
import { elasticities } from "../../db/schema.ts";
import { sha256Hex } from "../../domain/base/canonical-json.ts";
import type { SkuSnapshot, StoredReport } from "../../domain/runs/learned.ts";
import { addFit, addPaired, fitOf, NO_FIT, NO_PAIRED, pairedOf } from "../../domain/runs/model-fit.ts";
import type { ServiceContext } from "../context.ts";
import type { ModelCounts } from "./learned-by.ts";

/** What speaks for the version of a shard, beside what is in force; before any of it is stored. */
export async function modelCounts(
  { db }: Pick<ServiceContext, "db">,
  snapshots: readonly SkuSnapshot[],
  reports: readonly StoredReport[],
): Promise<ModelCounts> {
  const skus = reports.map(({ sku }) => sku);
  const known = await db
    .select({ sku: elasticities.sku, mean: elasticities.mean })
    .from(elasticities)
    .where(isAmong(elasticities.sku, skus));
  const activeOf = new Map(known.map(({ sku, mean }) => [sku, mean]));
  const daysOf = new Map(snapshots.map(({ features }) => [features.sku, features.days]));
  let [fit, activeFit, paired] = [NO_FIT, NO_FIT, NO_PAIRED];
  for (const { sku, mean } of reports) {
    const active = activeOf.get(sku);
    if (active === undefined) continue;
    const own = fitOf(daysOf.get(sku)!, mean);
    const inForce = active === mean ? own : fitOf(daysOf.get(sku)!, active);
    fit = addFit(fit, own);
    activeFit = addFit(activeFit, inForce);
    paired = addPaired(paired, pairedOf(own, inForce));
  }
  // each product's days are in order
  const days = snapshots
    .flatMap(({ features: { days } }) => (days.length === 0 ? [] : [days[0]!.day, days.at(-1)!.day]))
    .sort();
  const dataHash = sha256Hex(reports.map(({ sku, inputsHash }) => `${sku}:${inputsHash}`).join("\n"));
  return { fit, activeFit, paired, dataHash, firstDay: days[0] ?? null, lastDay: days.at(-1) ?? null };
}
