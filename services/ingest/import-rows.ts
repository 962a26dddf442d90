import { database } from "../../db/database.ts";
import { knownDays, knownOffers, pairKey } from "../../db/reads/known-rows.ts";
import { packRows } from "../../domain/delivery/chunking.ts";
import { batchKeyOf } from "../../domain/messages/batch.ts";
import type { RowVerdict } from "../../domain/messages/verdict.ts";
import type { ImportLine, ImportReceipt } from "../catalogue/import-products.ts";
import { newId } from "../context.ts";
import { type DeliveryContext, deliver, rehearse } from "./deliver.ts";
import type { Delivery, ShardRow } from "./delivery.ts";

/** The source under which a file's rows are kept. */
const IMPORT_SOURCE = "import";

/** Chunks that are delivered together, as in a batch of the queue. */
const CHUNKS_MAX = 20;

type ImportKind = "observations" | "demand";

/** A row's verdict, and the row as it was read; null if it could not be. */
interface TakenRow {
  verdict: RowVerdict;
  read: ShardRow | null;
}

/**
 * Delivers the lines of a file while the caller waits, past Inbox and queue: the caller has the file, and sends it
 * again if this fails. Answers what became of each line: inserted (nothing was known of the SKU and competitor, or of
 * the SKU and day), updated, unchanged or rejected. A dry run gets the same answer, and nothing is kept.
 */
export async function importRows(
  ctx: DeliveryContext,
  kind: ImportKind,
  lines: readonly ImportLine[],
  { dryRun }: { dryRun: boolean },
): Promise<ImportReceipt> {
  const chunks = chunksOf(kind, lines, ctx.now);
  const rehearsed = await takeRows(chunks, (bodies) => rehearse(ctx, bodies));
  const pairs = rehearsed.map(({ read }) => pairOf(read)).filter((pair) => pair !== null);
  const known = await (kind === "demand" ? knownDays : knownOffers)(database(ctx.d1), pairs);
  const taken = dryRun ? rehearsed : await takeRows(chunks, (bodies) => deliverForLake(ctx, bodies));
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

type Chunk = ReturnType<typeof chunksOf>[number];

/** What was delivered goes into the lake too: an Inbox keeps it until then. */
async function deliverForLake(ctx: DeliveryContext, bodies: readonly Chunk[]): Promise<Delivery[]> {
  const deliveries = await deliver(ctx, bodies);
  for (const [i, { outcome }] of deliveries.entries()) {
    const { batchKey, chunk, type, source, receivedAt } = bodies[i]!;
    const batchId = batchKey.split("/").slice(2).join("/");
    const text = outcome?.lake;
    if (text !== undefined)
      await ctx.ports.inboxes.keepForLake({ source, batchId, kind: type, chunk, receivedAt, text });
  }
  return deliveries;
}

/** The lines as chunks of a batch of their own: known chunks would get the verdicts that they had. */
function chunksOf(kind: ImportKind, lines: readonly ImportLine[], receivedAt: number) {
  const batchKey = batchKeyOf(IMPORT_SOURCE, kind, newId("import"));
  const head = { type: kind, inbox: 0, batchKey, source: IMPORT_SOURCE, receivedAt };
  return packRows(lines.map(({ value }) => value)).map(({ rows }, chunk) => ({ ...head, chunk, rows }));
}

async function takeRows(
  chunks: readonly Chunk[],
  take: (bodies: readonly Chunk[]) => Promise<Delivery[]>,
): Promise<TakenRow[]> {
  const taken: TakenRow[] = [];
  for (let start = 0; start < chunks.length; start += CHUNKS_MAX)
    for (const delivery of await take(chunks.slice(start, start + CHUNKS_MAX))) {
      if (delivery.failure !== undefined) throw delivery.failure;
      taken.push(...takenOf(delivery));
    }
  return taken.sort((a, b) => a.verdict.row - b.verdict.row);
}

function takenOf({ verdicts, shares }: Delivery): TakenRow[] {
  const read = new Map<number, ShardRow>();
  for (const { chunk } of shares) for (const row of chunk?.rows ?? []) read.set(row.row, row);
  return verdicts.map((verdict) => ({ verdict, read: read.get(verdict.row) ?? null }));
}

/** What a row is about: its SKU, and the competitor or the day. */
function pairOf(row: ShardRow | null): [string, string] | null {
  if (row === null) return null;
  if ("competitor" in row) return [row.sku, row.competitor];
  return "day" in row ? [row.sku, row.day] : null;
}
