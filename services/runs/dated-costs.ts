import { dayStart } from "../../domain/base/time.ts";
import type { FeatureDay } from "../../domain/learning/features/sku-features.ts";
import { costInForce, type DatedCost } from "../../domain/pricing/unit-economics.ts";
import type { ServiceContext } from "../context.ts";
import type { SkuReading } from "./features.ts";

/** The costs in force at `asOf` or before of the SKUs whose cost changed, oldest first. */
const CHANGED_COSTS = `SELECT sku, unit_cost AS unitCost, from_at AS "from" FROM product_costs
  WHERE from_at <= ?2 AND sku IN (
    SELECT c.sku FROM json_each(?1) j JOIN product_costs c ON c.sku = j.value AND c.from_at <= ?2
    GROUP BY c.sku HAVING count(*) > 1)
  ORDER BY sku, from_at`;

/** The readings with the unit cost of each day, where it changed: what moves a price and not its demand. */
export async function withDatedCosts(
  { d1 }: Pick<ServiceContext, "d1">,
  readings: readonly SkuReading[],
  asOf: number,
  timeZone: string,
): Promise<SkuReading[]> {
  const skus = JSON.stringify(readings.map(({ features }) => features.sku));
  const { results } = await d1.prepare(CHANGED_COSTS).bind(skus, asOf).all<DatedCost & { sku: string }>();
  const costsOf = Map.groupBy(results, ({ sku }) => sku);
  return readings.map((reading) => {
    const costs = costsOf.get(reading.features.sku);
    if (costs === undefined) return reading;
    const days = reading.features.days.map((day): FeatureDay => {
      const cost = costInForce(costs, dayStart(day.day, timeZone));
      return cost === null ? day : { ...day, cost };
    });
    return { ...reading, features: { ...reading.features, days } };
  });
}
