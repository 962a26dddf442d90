import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { database } from "../db/database.ts";
import { knownDays, knownOffers, pairKey } from "../db/reads/known-rows.ts";
import { ProblemError } from "../domain/contract/problem.ts";
import type { ShardRow } from "../queues/consumers/delivery.ts";
import { takeRows } from "../queues/take-rows.ts";
import type { ImportLine, ImportReceipt } from "../services/catalogue/import-products.ts";
import { readImportLines } from "../services/catalogue/read-import-lines.ts";
import { newId } from "../services/context.ts";
import { readBytes, unpackBody } from "./body.ts";
import type { AppEnv } from "./context.ts";

/** What every import takes: CSV or JSON lines, and whether only to say what would happen. */
export const importRequest = {
  query: z.object({ dryRun: z.enum(["true", "false"]).default("false") }),
  body: {
    required: true as const,
    content: { "text/csv": { schema: z.string() }, "application/x-ndjson": { schema: z.string() } },
  },
};

/** An uploaded file by lines, and the lines that could not be read. */
export interface ImportFile {
  lines: ImportLine[];
  rejected: ImportReceipt["rejected"];
  isCsv: boolean;
}

/** @throws ProblemError too_large over `bytesMax`, bad_request if the file is not UTF-8 or not readable as CSV */
export async function readImportFile(c: Context<AppEnv>, bytesMax: number): Promise<ImportFile> {
  const bytes = await readBytes(c.req.raw, bytesMax);
  const text = textOf(await unpackBody(c.req.raw, bytes, bytesMax));
  const contentType = c.req.header("content-type") ?? "";
  return { ...readImportLines(text, contentType), isCsv: contentType.includes("csv") };
}

/** The receipt with the lines that could not be read among those that were refused, in the file's order. */
export function withUnread<Receipt extends Pick<ImportReceipt, "rejected">>(
  receipt: Receipt,
  file: ImportFile,
): Receipt {
  return { ...receipt, rejected: [...file.rejected, ...receipt.rejected].sort((a, b) => a.line - b.line) };
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    throw new ProblemError("bad_request", "the file is not UTF-8");
  }
}

/** The source under which a file's rows are kept. */
const IMPORT_SOURCE = "import";

/**
 * Takes the lines of a file through the line of ingest, and says what became of each: new (nothing was known of the SKU
 * and competitor, or of the SKU and day), a change of what was known, or nothing that was not known.
 */
export async function importRows(
  c: Context<AppEnv>,
  kind: "observations" | "demand",
  lines: readonly ImportLine[],
  options: { dryRun: boolean; now: number },
): Promise<ImportReceipt> {
  const rows = lines.map(({ value }) => value);
  const batch = { kind, source: IMPORT_SOURCE, batchId: newId("import"), rows, receivedAt: options.now };
  const rehearsed = await takeRows(c.env, c.executionCtx, batch, { rehearsal: true });
  const pairs = rehearsed.map(({ read }) => pairOf(read)).filter((pair) => pair !== null);
  const known = await (kind === "demand" ? knownDays : knownOffers)(database(c.env.DB), pairs);
  const taken = options.dryRun
    ? rehearsed
    : await takeRows(c.env, c.executionCtx, batch, { rehearsal: false });
  const receipt: ImportReceipt = { inserted: 0, updated: 0, unchanged: 0, rejected: [] };
  for (const { verdict, read } of taken) {
    const pair = pairOf(read);
    if (verdict.verdict === "duplicate") receipt.unchanged++;
    else if (verdict.verdict !== "accepted" || pair === null) {
      const { code = "wrong_type", message = "", path } = verdict;
      const line = lines[verdict.row]!.line;
      receipt.rejected.push({ line, code, message: path ? `${path}: ${message}` : message });
    } else if (known.has(pairKey(pair))) receipt.updated++;
    else {
      known.add(pairKey(pair));
      receipt.inserted++;
    }
  }
  return receipt;
}

/** What a row is about: its SKU, and the competitor or the day. */
function pairOf(row: ShardRow | null): [string, string] | null {
  if (row === null) return null;
  if ("competitor" in row) return [row.sku, row.competitor];
  return "day" in row ? [row.sku, row.day] : null;
}
