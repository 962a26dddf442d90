import type { Runtime } from "../ingest/runtime.ts";

const ROWS_PER_STATEMENT = 1_000;

/** The n-th SKU of a category. */
export const SKU = (category: string, n: number) => `${category.replaceAll(" ", "-")}-${n}`;

/** Proposals that were approved before, and whose time has come. */
export const IN_STEPS = { status: "approved", effectiveAt: 1 } as const;

const NO_OUTCOME = { units: 0, revenue: 0, profit: 0, interval80: [0, 0] };
const EXPECTED = JSON.stringify({ ...NO_OUTCOME, delta: { ...NO_OUTCOME, profit: 100 } });

/** Puts products of one category on sale at 20.00, each with a proposal of 21.00. */
export async function addPrices(
  { database }: Runtime,
  category: string,
  count: number,
  { status, effectiveAt }: { status: string; effectiveAt: number | null } = {
    status: "pending",
    effectiveAt: null,
  },
): Promise<void> {
  for (let start = 0; start < count; start += ROWS_PER_STATEMENT) {
    const size = Math.min(ROWS_PER_STATEMENT, count - start);
    const skus = JSON.stringify(Array.from({ length: size }, (_, i) => SKU(category, start + i)));
    await database
      .prepare(
        `INSERT INTO products (sku, title, category, currency, price, price_source, price_since, version, price_seq,
           base_price, status, stock, created_at, updated_at)
         SELECT value, value, ?2, 'EUR', 2000, 'base', 0, 1, 0, 2000, 'active', 100, 0, 0 FROM json_each(?1)`,
      )
      .bind(skus, category)
      .run();
    await database
      .prepare(
        `INSERT INTO proposals (id, sku, category, from_price, to_price, currency, change_pct, status, risk, risk_reasons,
           strategy, confidence, expected, explanation, approvals, created_at, expires_at, effective_at)
         SELECT 'prp_' || value, value, ?2, 2000, 2100, 'EUR', 5, ?3, 'LOW', '[]', 'cost_plus', 1, ?4,
           '{"inputs":[],"candidates":[],"guardrails":[],"binding":[],"shadow":[],"relaxations":[],"unlimited":null,"sentence":"","reason":"","pGain":0}',
           '[]', 1, 8e15, ?5 FROM json_each(?1)`,
      )
      .bind(skus, category, status, EXPECTED, effectiveAt)
      .run();
  }
}
