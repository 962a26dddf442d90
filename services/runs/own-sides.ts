import { DAY_MS } from "../../domain/base/time.ts";
import { SIGNAL_PRICE_WAR } from "../../domain/learning/features/market.ts";
import type { Sibling } from "../../domain/pricing/family-line.ts";
import { contribution, unitEconomics } from "../../domain/pricing/unit-economics.ts";
import type { StoredReport } from "../../domain/runs/learned.ts";
import type { ForecastView, OwnSide } from "../../domain/runs/pricing-inputs.ts";
import type { SkuForecast } from "../../domain/runs/sku-forecast.ts";
import type { Settings } from "../../domain/settings/settings.ts";
import type { ServiceContext } from "../context.ts";

const IN_LIST = "sku IN (SELECT value FROM json_each(?1))";

/** The cost in force at ?3: the product's own, unless a dated cost changed it between then and now (?4). */
const COST_AT = `CASE WHEN EXISTS (SELECT 1 FROM product_costs c WHERE c.sku = p.sku AND c.from_at > ?3 AND c.from_at <= ?4)
  THEN (SELECT unit_cost FROM product_costs c WHERE c.sku = p.sku AND c.from_at <= ?3 ORDER BY from_at DESC LIMIT 1)
  ELSE p.unit_cost END`;

type ProductRow = Omit<OwnSide, "changes" | "elasticity" | "forecast" | "siblings" | "priceWar"> & {
  priceWar: number;
  family: string | null;
};

type SiblingRow = Sibling &
  Pick<OwnSide, "unitCost" | "taxRate" | "feeRate" | "unitFee"> & { family: string };

/** Reads our side of the shard's SKUs, by SKU. */
export async function readOwnSides(
  ctx: ServiceContext,
  skus: readonly string[],
  asOf: number,
  { cannibalisation, pricesIncludeTax }: Pick<Settings, "cannibalisation" | "pricesIncludeTax">,
): Promise<Map<string, OwnSide>> {
  const list = JSON.stringify(skus);
  const [products, siblings, ledger, reports, forecasts] = await ctx.d1.batch([
    ctx.d1
      .prepare(
        `SELECT sku, brand, category, currency, price, base_price AS basePrice, price_source AS priceSource,
           price_since AS priceSince, ${COST_AT} AS unitCost, tax_rate AS taxRate, fee_rate AS feeRate,
           unit_fee AS unitFee, min_price AS minPrice, max_price AS maxPrice, map_price AS mapPrice, msrp, stock, family,
           pack_size AS packSize, line_rank AS lineRank, clearance_date AS clearanceDate, salvage_value AS salvageValue,
           launch_date AS launchDate,
           EXISTS (SELECT 1 FROM signals s WHERE s.sku = p.sku AND s.type = ?2 AND s.status <> 'resolved') AS priceWar
         FROM products p WHERE ${IN_LIST}`,
      )
      .bind(list, SIGNAL_PRICE_WAR, asOf, ctx.now),
    ctx.d1
      .prepare(
        `SELECT sku, family, pack_size AS packSize, line_rank AS lineRank, price,
           unit_cost AS unitCost, tax_rate AS taxRate, fee_rate AS feeRate, unit_fee AS unitFee FROM products WHERE status = 'active' AND family IN (
           SELECT family FROM products WHERE ${IN_LIST} AND family IS NOT NULL
             AND (pack_size IS NOT NULL OR line_rank IS NOT NULL OR ?2 > 0)) ORDER BY sku`,
      )
      .bind(list, cannibalisation),
    ctx.d1
      .prepare(
        `SELECT sku, from_price AS "from", to_price AS "to", at, cause_kind AS causeKind FROM price_ledger
         WHERE ${IN_LIST} AND at > ?2 AND at <= ?3 ORDER BY seq`,
      )
      .bind(list, asOf - 30 * DAY_MS, asOf),
    ctx.d1.prepare(`SELECT sku, report FROM elasticities WHERE ${IN_LIST}`).bind(list),
    ctx.d1.prepare(`SELECT sku, report, price FROM forecasts WHERE ${IN_LIST}`).bind(list),
  ]);
  type Change = OwnSide["changes"][number] & { sku: string };
  const changesOf = Map.groupBy(ledger!.results as Change[], (change) => change.sku);
  const familyOf = Map.groupBy(siblings!.results as SiblingRow[], (sibling) => sibling.family);
  const reportOf = new Map(
    (reports!.results as { sku: string; report: string }[]).map((row) => [
      row.sku,
      JSON.parse(row.report) as StoredReport,
    ]),
  );
  const forecastOf = new Map(
    (forecasts!.results as { sku: string; report: string; price: number }[]).map((row) => [
      row.sku,
      forecastView(JSON.parse(row.report) as SkuForecast, row.price),
    ]),
  );
  return new Map(
    (products!.results as ProductRow[]).map(({ family, ...row }) => [
      row.sku,
      {
        ...row,
        priceWar: row.priceWar === 1,
        siblings: (family === null ? [] : (familyOf.get(family) ?? []))
          .filter(({ sku }) => sku !== row.sku)
          .map((sibling) => siblingOf(sibling, cannibalisation > 0 ? pricesIncludeTax : null)),
        changes: (changesOf.get(row.sku) ?? []).map(({ from, to, at, causeKind }) => ({
          from,
          to,
          at,
          causeKind,
        })),
        elasticity: reportOf.get(row.sku) ?? null,
        forecast: forecastOf.get(row.sku) ?? null,
      },
    ]),
  );
}

/** What a decision reads of a sibling; what its unit leaves only where that is asked for. */
function siblingOf(row: SiblingRow, pricesIncludeTax: boolean | null): Sibling {
  const { sku, packSize, lineRank, price, unitCost } = row;
  const sibling = { sku, packSize, lineRank, price };
  if (pricesIncludeTax === null || unitCost === null) return sibling;
  const economics = unitEconomics({ ...row, unitCost, pricesIncludeTax });
  return { ...sibling, unitProfit: contribution(price, economics) };
}

/** The part of a forecast that a decision reads. */
export function forecastView(
  { asOf, demand, competitor, followRate }: SkuForecast,
  price: number,
): ForecastView {
  const { anchor } = competitor;
  return {
    asOf,
    daily: demand?.daily.mean ?? [],
    price,
    expectedCheapest: anchor.usesForecast ? anchor.price : null,
    followRate,
  };
}
