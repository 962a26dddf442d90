import { createHash } from "node:crypto";
import { type Api, pause } from "./api.ts";

/** An ingest body is limited to this many rows. */
const MAX_BATCH_ROWS = 1_000;

/** What became of a batch, as `GET /api/ingest/batches/{id}` answers. */
export interface BatchReceipt {
  batchId: string;
  status: "accepted" | "processing" | "done" | "parked";
  received: number;
  accepted: number;
  duplicates: number;
  quarantined: number;
  rejected: number;
  problems: { row: number; code: string; message: string }[];
}

/** The rows of one ingest call. `list` is the field of the body that holds them. */
export interface Batch {
  kind: "observations" | "demand" | "events" | "inventory";
  batchId: string;
  source: string;
  rows: readonly unknown[];
}

const LIST_OF_KIND = {
  observations: "observations",
  demand: "rows",
  events: "events",
  inventory: "events",
} as const;

/**
 * Cuts rows into batches. A batch's id is the hash of its rows: the same rows sent twice are one batch (so that an
 * interrupted replay carries on), the same rows in another order are others.
 */
export function cutBatches(kind: Batch["kind"], source: string, rows: readonly unknown[]): Batch[] {
  const batches: Batch[] = [];
  for (let at = 0; at < rows.length; at += MAX_BATCH_ROWS) {
    const slice = rows.slice(at, at + MAX_BATCH_ROWS);
    const hash = createHash("sha256").update(JSON.stringify(slice)).digest("hex").slice(0, 24);
    batches.push({ kind, source, batchId: `${kind}-${hash}`, rows: slice });
  }
  return batches;
}

/** The body of the ingest call of a batch. */
export function batchBody({ kind, batchId, source, rows }: Batch): Record<string, unknown> {
  return { batchId, source, [LIST_OF_KIND[kind]]: rows };
}

/** Posts a batch under an API key; it is accepted when this resolves. */
export async function postBatch(api: Api, batch: Batch): Promise<void> {
  await api.post(`/api/ingest/${batch.kind}`, batchBody(batch));
}

/** Reads a batch's receipt. */
function readReceipt(api: Api, source: string, batchId: string): Promise<BatchReceipt> {
  const query = new URLSearchParams({ source });
  return api.get(`/api/ingest/batches/${encodeURIComponent(batchId)}?${query}`);
}

/** How often a batch in the works is asked after, ms. */
const POLL_MS = 300;

/**
 * Waits until every batch is done and returns the receipts in the order given.
 * @throws Error if a batch is parked, or if none of them gets done for `patience` ms.
 */
export async function waitUntilDone(
  api: Api,
  batches: readonly { source: string; batchId: string }[],
  options: { patience: number; onDone?: (done: number) => void },
): Promise<BatchReceipt[]> {
  const receipts: BatchReceipt[] = [];
  let movedAt = Date.now();
  for (const { source, batchId } of batches) {
    for (;;) {
      const receipt = await readReceipt(api, source, batchId);
      if (receipt.status === "parked")
        throw new Error(`batch ${batchId} is parked: see GET /api/dead-letters`);
      if (receipt.status === "done") {
        receipts.push(receipt);
        movedAt = Date.now();
        options.onDone?.(receipts.length);
        break;
      }
      if (Date.now() - movedAt > options.patience) {
        throw new Error(`batch ${batchId} is still ${receipt.status} after ${options.patience / 1000} s`);
      }
      await pause(POLL_MS);
    }
  }
  return receipts;
}

/** The outcomes of many receipts, added up. */
export interface ReceiptSum {
  batches: number;
  received: number;
  accepted: number;
  duplicates: number;
  quarantined: number;
  rejected: number;
  /** rows that did not go through, by code */
  codes: Record<string, number>;
}

/**
 * Adds up receipts.
 * @throws Error naming the batch if one receipt's outcomes do not add up to what it received.
 */
export function sumReceipts(receipts: readonly BatchReceipt[]): ReceiptSum {
  const codes: Record<string, number> = {};
  const sum = { batches: 0, received: 0, accepted: 0, duplicates: 0, quarantined: 0, rejected: 0, codes };
  for (const receipt of receipts) {
    const outcomes = receipt.accepted + receipt.duplicates + receipt.quarantined + receipt.rejected;
    if (outcomes !== receipt.received) {
      throw new Error(`batch ${receipt.batchId} received ${receipt.received} rows but counts ${outcomes}`);
    }
    sum.batches++;
    sum.received += receipt.received;
    sum.accepted += receipt.accepted;
    sum.duplicates += receipt.duplicates;
    sum.quarantined += receipt.quarantined;
    sum.rejected += receipt.rejected;
    for (const { code } of receipt.problems) codes[code] = (codes[code] ?? 0) + 1;
  }
  return sum;
}
