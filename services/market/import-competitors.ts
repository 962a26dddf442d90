import { z } from "zod";
import { bulkUpsert, isAmong } from "../../db/bulk.ts";
import { competitorNames, competitors } from "../../db/schema.ts";
import { competitorKey, tidyName } from "../../domain/intake/competitor-name.ts";
import { readForm } from "../../domain/intake/row-fields.ts";
import type { ImportLine, ImportReceipt } from "../catalogue/import-products.ts";
import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { resolveCompetitors } from "../ingest/competitor-names.ts";
import { wakeSkusOf } from "./wake-skus.ts";

const text = (max: number) => z.string().trim().min(1).max(max);

/** A competitor as imported. */
const CompetitorRow = z.strictObject({
  id: text(200).describe("as observations name it"),
  name: text(200),
  domain: text(253).optional(),
  include: z.boolean().describe("whether its offers count"),
  weight: z.number().nonnegative().max(1_000).optional().describe("default 1"),
});

type Competitor = typeof competitors.$inferSelect;

/** Imports competitors: the same file twice changes nothing. An imported one is known, and no longer new. */
export async function importCompetitors(
  ctx: ServiceContext,
  lines: readonly ImportLine[],
  { dryRun }: { dryRun: boolean },
): Promise<ImportReceipt> {
  const names = new Set(
    lines.flatMap(({ value }) => {
      const { id } = (value ?? {}) as { id?: unknown };
      return typeof id === "string" && id.trim() !== "" && id.length <= 200 ? [id] : [];
    }),
  );
  const spelt = await resolveCompetitors(ctx.d1, names, ctx.now, { dryRun });
  const receipt: ImportReceipt = { inserted: 0, updated: 0, unchanged: 0, rejected: [] };
  const stored = await readKnown(ctx, [...spelt.values()]);
  const wanted = new Map<string, Competitor>();
  for (const { line, value } of lines) {
    const read = readForm(CompetitorRow, value, line);
    if (!read.ok) {
      const { code = "wrong_type", message = "", path } = read.verdict;
      receipt.rejected.push({ line, code, message: path ? `${path}: ${message}` : message });
      continue;
    }
    const id = spelt.get(read.value.id) ?? tidyName(read.value.id);
    const before = wanted.get(id) ?? stored.get(id);
    if (wanted.has(id)) receipt.unchanged++;
    // what a row does not have stays as it is
    const { name, include, domain = before?.domain ?? null, weight = before?.weight ?? 1 } = read.value;
    // what an import does not know: a row that is known keeps it
    const kept = { mergedInto: before?.mergedInto ?? null, authorised: before?.authorised ?? null };
    wanted.set(id, { id, name, domain, include, weight, isNew: false, firstSeenAt: ctx.now, ...kept });
  }
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

/** The competitors that the lines name, by id. */
async function readKnown({ db }: ServiceContext, ids: readonly string[]): Promise<Map<string, Competitor>> {
  const known = await db.select().from(competitors).where(isAmong(competitors.id, ids));
  return new Map(known.map((row) => [row.id, row]));
}

/** Everything but when it was first seen: an import does not know that. */
function isSame(a: Competitor, b: Competitor): boolean {
  return IMPORTED.every((column) => a[column] === b[column]);
}

const IMPORTED = ["name", "domain", "include", "weight", "isNew"] as const;

async function save(ctx: ServiceContext, rows: readonly Competitor[]): Promise<void> {
  const wake = await wakeSkusOf(
    ctx,
    rows.map(({ id }) => id),
  );
  // a shop is known by its domain too
  const aliases = rows.flatMap(({ id, domain }) =>
    domain === null ? [] : [{ key: competitorKey(domain), competitor: id }],
  );
  await commitChained(ctx, {
    audit: [{ action: "competitors.import", subject: "competitors", detail: { changed: rows.length } }],
    statements: () => [
      ...bulkUpsert(ctx.d1, competitors, rows, { keep: ["firstSeenAt", "mergedInto", "authorised"] }),
      ...bulkUpsert(ctx.d1, competitorNames, aliases, { update: [] }),
      ...wake,
    ],
  });
}
