import { env } from "cloudflare:workers";
import { getTableColumns } from "drizzle-orm";
import { audit, heldOverrides, priceLedger } from "../../db/schema.ts";
import type { ChainBody } from "./back-support.ts";
import { call } from "./support.ts";

type Row = Record<string, string | number | null>;

/** The tables that hold what has to be provable, each with its key and the columns that tampering may touch. */
export const PROVEN = {
  price_ledger: { key: "seq", columns: Object.values(getTableColumns(priceLedger)).map(({ name }) => name) },
  audit: { key: "seq", columns: Object.values(getTableColumns(audit)).map(({ name }) => name) },
  products: {
    key: "sku",
    columns: ["sku", "price", "price_source", "price_since", "price_seq", "currency"],
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
      ...["from_price", "to_price", "until_at"],
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

function putRow(table: Proven, row: Row): D1PreparedStatement {
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
