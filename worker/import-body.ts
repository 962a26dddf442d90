import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { ProblemError } from "../domain/contract/problem.ts";
import type { ImportLine, ImportReceipt } from "../services/catalogue/import-products.ts";
import { type EmptyMeans, readImportLines } from "../services/catalogue/read-import-lines.ts";
import { readBytes, unpackBody } from "./body.ts";
import type { AppEnv } from "./context.ts";

/** What every import takes: CSV or JSON lines, and whether only to say what would happen. */
export const importRequest = {
  query: z.object({
    dryRun: z.enum(["true", "false"]).default("false"),
    emptyMeans: z
      .enum(["keep", "clear"])
      .default("keep")
      .describe("what an empty cell does: it leaves the stored value, or clears it"),
  }),
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
export async function readImportFile(
  c: Context<AppEnv>,
  bytesMax: number,
  emptyMeans: EmptyMeans = "keep",
): Promise<ImportFile> {
  const bytes = await readBytes(c.req.raw, bytesMax);
  const text = textOf(await unpackBody(c.req.raw, bytes, bytesMax));
  const contentType = c.req.header("content-type") ?? "";
  return { ...readImportLines(text, contentType, emptyMeans), isCsv: contentType.includes("csv") };
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
