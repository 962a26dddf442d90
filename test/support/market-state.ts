import type { Api } from "../../scripts/client/api.ts";
import { queryLocalD1 } from "./tables.ts";

/** The market that results from a shop's rows, without the times and versions that depend on when they came. */
export interface MarketState {
  products: unknown[];
  demand: unknown[];
  /** latest offer of each SKU and competitor */
  offers: unknown[];
  /** the competitors' past prices, by SKU */
  history: Record<string, unknown>;
}

const PRODUCTS = `SELECT sku, title, category, currency, price, base_price, unit_cost, status FROM products ORDER BY sku`;
const DEMAND = `SELECT sku, day, units, price, revenue, in_stock_share, promo FROM demand_days ORDER BY sku, day`;
const OFFERS = `SELECT sku, competitor, price, landed_price, currency, availability, observed_at
  FROM offers ORDER BY sku, competitor`;

/** Reads what is in an install: its tables, and the shards' price history through the API. */
export async function readMarketState(
  api: Api,
  stateDir: string,
  span: { from: string; to: string },
): Promise<MarketState> {
  const products = queryLocalD1(stateDir, PRODUCTS) as { sku: string }[];
  const query = new URLSearchParams({ ...span, window: "1d" });
  const history: Record<string, unknown> = {};
  for (const { sku } of products) {
    history[sku] = await api.get(`/api/products/${encodeURIComponent(sku)}/trend?${query}`);
  }
  return {
    products,
    demand: queryLocalD1(stateDir, DEMAND),
    offers: queryLocalD1(stateDir, OFFERS),
    history,
  };
}
