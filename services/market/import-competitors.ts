import { z } from "zod";
import { jsonRows } from "../../db/bulk.ts";
import { readForm } from "../../domain/intake/row-fields.ts";
import type { ImportLine, ImportReceipt } from "../catalogue/import-products.ts";
import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";

const text = (max: number) => z.string().trim().min(1).max(max);

/** A competitor as imported. */
export const CompetitorRow = z.strictObject({
  id: text(200).describe("as observations name it"),
  name: text(200),
  domain: text(253).optional(),
  include: z.boolean().describe("whether its offers count"),
  weight: z.number().nonnegative().max(1_000).optional().describe("default 1"),
});

interface Stored {
  id: string;
  name: string;
  domain: string | null;
  include: number;
  weight: number;
  is_new: number;
}

/** Imports competitors: the same file twice changes nothing. An imported one is known, and no longer new. */
export async function importCompetitors(
  ctx: ServiceContext,
  lines: readonly ImportLine[],
  { dryRun }: { dryRun: boolean },
): Promise<ImportReceipt> {
  const receipt: ImportReceipt = { inserted: 0, updated: 0, unchanged: 0, rejected: [] };
  const wanted = new Map<string, Stored>();
  for (const { line, value } of lines) {
    const read = readForm(CompetitorRow, value, line);
    if (!read.ok) {
      const { code = "wrong_type", message = "", path } = read.verdict;
      receipt.rejected.push({ line, code, message: path ? `${path}: ${message}` : message });
      continue;
    }
    const { id, name, domain = null, include, weight = 1 } = read.value;
    if (wanted.has(id)) receipt.unchanged++;
    wanted.set(id, { id, name, domain, include: include ? 1 : 0, weight, is_new: 0 });
  }
  const stored = await readStored(ctx.d1, [...wanted.keys()]);
  const changed = [...wanted.values()].filter((row) => {
    const before = stored.get(row.id);
    if (before === undefined) receipt.inserted++;
    else if (isSame(before, row)) receipt.unchanged++;
    else receipt.updated++;
    return before === undefined || !isSame(before, row);
  });
  if (!dryRun && changed.length > 0) await save(ctx, changed);
  return receipt;
}

async function readStored(d1: D1Database, ids: readonly string[]): Promise<Map<string, Stored>> {
  const { results } = await d1
    .prepare(
      `SELECT id, name, domain, include, weight, is_new FROM competitors
       WHERE id IN (SELECT value FROM json_each(?1))`,
    )
    .bind(JSON.stringify(ids))
    .all<Stored>();
  return new Map(results.map((row) => [row.id, row]));
}

function isSame(a: Stored, b: Stored): boolean {
  return (
    a.name === b.name &&
    a.domain === b.domain &&
    a.include === b.include &&
    a.weight === b.weight &&
    a.is_new === b.is_new
  );
}

async function save(ctx: ServiceContext, rows: readonly Stored[]): Promise<void> {
  await commitChained(ctx, {
    audit: [{ action: "competitors.import", subject: "competitors", detail: { changed: rows.length } }],
    statements: () => [
      ctx.d1
        .prepare(
          `INSERT INTO competitors (id, name, domain, include, weight, is_new, first_seen_at)
           SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, 0, ?2 FROM json_each(?1) WHERE true
           ON CONFLICT (id) DO UPDATE SET name = excluded.name, domain = excluded.domain,
             include = excluded.include, weight = excluded.weight, is_new = 0`,
        )
        .bind(
          jsonRows(rows.map(({ id, name, domain, include, weight }) => [id, name, domain, include, weight])),
          ctx.now,
        ),
    ],
  });
}
