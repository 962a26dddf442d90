import { randomBytes } from "node:crypto";
import { ourPrice, SOURCE } from "./market.ts";
import type { Runtime } from "./runtime.ts";

const PRODUCTS_PER_STATEMENT = 2_000;

/** Puts the catalogue and a signing source into the database; answers the source's secret. */
export async function install(database: Runtime["database"], skus: readonly string[]): Promise<string> {
  for (let start = 0; start < skus.length; start += PRODUCTS_PER_STATEMENT) {
    const products = skus.slice(start, start + PRODUCTS_PER_STATEMENT).map((sku) => [sku, ourPrice(sku)]);
    await database
      .prepare(
        `INSERT INTO products (sku, title, category, currency, price, price_source, price_since, version, price_seq,
           base_price, status, stock, created_at, updated_at)
         SELECT value ->> 0, value ->> 0, 'bench', 'EUR', value ->> 1, 'base', 0, 1, 0, value ->> 1, 'active', 100, 0, 0
         FROM json_each(?1)`,
      )
      .bind(JSON.stringify(products))
      .run();
  }
  const secret = `whsec_${randomBytes(32).toString("base64")}`;
  await database.batch([
    database
      .prepare(
        "INSERT INTO sources (id, name, format, rate_limit, created_at) VALUES (?1, ?1, 'pricewright', NULL, 0)",
      )
      .bind(SOURCE),
    database
      .prepare("INSERT INTO source_secrets (source_id, secret, created_at) VALUES (?1, ?2, 0)")
      .bind(SOURCE, secret),
  ]);
  return secret;
}
