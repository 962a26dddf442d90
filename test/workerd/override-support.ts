import { MINUTE_MS } from "../../domain/base/time.ts";
import { importProducts, productRow } from "./back-support.ts";
import { call } from "./support.ts";

/** What the overrides' endpoints answer. */
export interface OverrideBody {
  id: string;
  kind: string;
  active: boolean;
  expiresAt: string;
  price?: string;
  endedAt?: string;
  products?: number;
  hides?: { id: string }[];
  underneath?: { price: string; source: string };
  code?: string;
  errors?: { path: string; code: string }[];
}

/** Long enough for whatever needs a reason. */
const REASON = "a test of overrides, agreed with the buyer and the brand";

export const create = (body: Record<string, unknown>) =>
  call<OverrideBody>("POST", "/api/overrides", { reason: REASON, ...body });
export const end = (id: string) => call<OverrideBody>("DELETE", `/api/overrides/${id}`);

/** Products at 20.00 that cost 10.00. */
export const products = (...skus: string[]) =>
  importProducts(skus.map((sku) => productRow(sku, { unitCost: "10.00" })));

export const inMinutes = (minutes: number) => new Date(Date.now() + minutes * MINUTE_MS).toISOString();
