import { env } from "cloudflare:workers";
import { getTableColumns } from "drizzle-orm";
import { expect } from "vitest";
import { audit, heldOverrides, heldPrices, priceLedger } from "../../db/schema.ts";
import { type ChainBody, importProducts, productRow } from "./back-support.ts";
import { create } from "./override-support.ts";
import { call } from "./support.ts";

type Row = Record<string, string | number | null>;

/** The tables that hold what has to be provable, each with its key and the columns that tampering may touch. */
export const PROVEN = {
  price_ledger: { key: "seq", columns: Object.values(getTableColumns(priceLedger)).map(({ name }) => name) },
  audit: { key: "seq", columns: Object.values(getTableColumns(audit)).map(({ name }) => name) },
  products: {
    key: "sku",
    columns: ["sku", "price", "base_price", "price_source", "price_since", "price_seq", "currency"],
  },
  proposals: {
    key: "id",
    columns: [
      ...[
        "id",
        "sku",
        "status",
        "note",
        "decided_by",
        "decided_at",
        "effective_at",
        "ledger_seq",
        "approvals",
      ],
      ...["from_price", "to_price", "until_at", "undone_at"],
    ],
  },
  // `settled` is a note of what is left to do, no decision
  overrides: {
    key: "id",
    columns: [
      ...["id", "scope", "key", "kind", "price", "currency", "reason", "created_by", "created_at"],
      ...["expires_at", "ended_at", "ended_by"],
    ],
  },
  held_prices: { key: "id", columns: Object.values(getTableColumns(heldPrices)).map(({ name }) => name) },
  held_overrides: {
    key: "id",
    columns: Object.values(getTableColumns(heldOverrides)).map(({ name }) => name),
  },
  settings: { key: "version", columns: ["version", "body", "at", "actor"] },
} as const;
export type Proven = keyof typeof PROVEN;

export function columnsOf(table: Proven): readonly string[] {
  return PROVEN[table].columns;
}

export async function rowsOf(table: Proven, where = "true"): Promise<Row[]> {
  const { key } = PROVEN[table];
  return (await env.DB.prepare(`SELECT * FROM ${table} WHERE ${where} ORDER BY ${key}`).all<Row>()).results;
}

/** A row of any values. */
export function putRow(table: Proven, row: Row): D1PreparedStatement {
  const names = Object.keys(row);
  const marks = names.map((_, i) => `?${i + 1}`).join(", ");
  const columns = names.map((name) => `"${name}"`).join(", ");
  return env.DB.prepare(`INSERT INTO ${table} (${columns}) VALUES (${marks})`).bind(...Object.values(row));
}

/** Does something to the table and puts its rows back afterwards. */
export async function spoiling<T>(table: Proven, spoil: () => Promise<T>): Promise<T> {
  const before = await rowsOf(table);
  try {
    return await spoil();
  } finally {
    await env.DB.batch([env.DB.prepare(`DELETE FROM ${table}`), ...before.map((row) => putRow(table, row))]);
  }
}

export type Finding = NonNullable<ChainBody["firstBad"]>;

/** What `GET /api/audit/verify` finds first. */
export async function firstBad(query = ""): Promise<Finding | undefined> {
  const { status, body } = await call<ChainBody>("GET", `/api/audit/verify${query}`);
  if (status !== 200) throw new Error(`verify answered ${status}: ${JSON.stringify(body)}`);
  if (body.ok !== (body.firstBad === undefined)) throw new Error("ok and firstBad contradict each other");
  return body.firstBad;
}

/** Another value of the same length but for one character or digit; JSON may become no JSON. */
export function otherValue(value: string | number | null, place: number): string | number {
  if (value === null) return "x";
  const text = String(value);
  const at = text.length === 0 ? 0 : place % text.length;
  const other = text[at] === "7" ? "3" : "7";
  const changed = text.slice(0, at) + other + text.slice(at + 1);
  return typeof value === "number" ? Number(changed) : changed;
}

/** Prices that waited for a person, every kind once; and a base price that waits under a fixed price. */
export async function holdPrices(ann: typeof call, bob: typeof call): Promise<void> {
  const skus = ["H-1", "H-2", "H-3", "H-4", "H-5", "H-6", "H-7", "H-8"];
  const feed = (price: string, those = skus) =>
    importProducts(those.map((sku) => productRow(sku, { price, unitCost: "5.00" })));
  await feed("20.00");
  expect((await feed("40.00", skus.slice(0, 5))).body).toMatchObject({ held: { feed_max_step: 5 } });
  const idOf = async (sku: string) =>
    (await call<{ items: { id: string }[] }>("GET", `/api/held-prices?sku=${sku}&status=held`)).body.items[0]!
      .id;
  const decide = async (by: typeof call, sku: string, what: "release" | "discard", note: string) => {
    const answer = await by("POST", `/api/held-prices/${await idOf(sku)}/${what}`, { note });
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  };
  await decide(bob, "H-2", "release", "the supplier has doubled its price, as its letter of Monday says");
  await decide(bob, "H-3", "discard", "a slip");
  await feed("41.00", ["H-4"]);
  await feed("20.00", ["H-5"]);
  const ask = async (sku: string, price: string) => {
    const answer = await ann("PUT", `/api/products/${sku}/price`, { price, reason: "season" });
    expect(answer.status, JSON.stringify(answer.body)).toBe(202);
  };
  await ask("H-6", "60.00");
  await decide(bob, "H-6", "release", "agreed");
  await ask("H-7", "61.00");
  await ask("H-7", "62.00");
  await create({ scope: "sku", key: "H-8", kind: "FIXED_PRICE", price: "19.00" });
  await feed("21.00", ["H-8"]);
  // and one that was served and is no longer, while the new one stays the base price
  await feed("20.50", ["H-1"]);
  const back = await ann("POST", "/api/prices/H-1/rollback", { reason: "the old labels are still up" });
  expect(back.status, JSON.stringify(back.body)).toBe(200);
}
