import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { ProblemError } from "../domain/contract/problem.ts";
import { SourceId } from "../domain/messages/batch.ts";
import { FILE_FIELDS, type FileKind, PROFILES } from "../domain/messages/file-kinds.ts";
import { decodeFile } from "../services/catalogue/decode-file.ts";
import { columnMap } from "../services/catalogue/import-columns.ts";
import type { ImportReceipt } from "../services/catalogue/import-products.ts";
import { type ReadLines, readImportLines } from "../services/catalogue/read-import-lines.ts";
import { requestContext } from "./after-commit.ts";
import { readBytes, unpackBody } from "./body.ts";
import type { AppEnv } from "./context.ts";

/** What every import takes: a file, how to read it, and whether only to say what would happen. */
export const importRequest = {
  query: z.object({
    dryRun: z.enum(["true", "false"]).default("false"),
    emptyMeans: z
      .enum(["keep", "clear"])
      .default("keep")
      .describe("what an empty cell does: it leaves the stored value, or clears it"),
    profile: z.enum(PROFILES).optional().describe("the export of a shop system"),
    columns: z
      .string()
      .max(10_000)
      .optional()
      .describe('field by column, as JSON: {"Artikelnummer":"sku"}; kept for `source` if that is named'),
    source: SourceId.optional().describe("whose file it is: its columns are remembered"),
    taxRate: z.coerce
      .number()
      .min(0)
      .max(1)
      .optional()
      .describe("for files with prices without tax: 0.19 adds 19 %"),
  }),
  body: {
    required: true as const,
    content: {
      "text/csv": { schema: z.string() },
      "text/tab-separated-values": { schema: z.string() },
      "application/xml": { schema: z.string() },
      "application/x-ndjson": { schema: z.string() },
    },
  },
};

/** An uploaded file by lines, the lines that could not be read, and how it was read. */
export type ImportFile = ReadLines & { isCsv: boolean };

/** @throws ProblemError too_large over `bytesMax`, invalid if the file cannot be read as any of the forms */
export async function readImportFile(
  c: Context<AppEnv>,
  kind: FileKind,
  bytesMax: number,
): Promise<ImportFile> {
  const asked = importRequest.query.parse(c.req.query());
  const ctx = requestContext(c);
  const bytes = await readBytes(c.req.raw, bytesMax);
  const contentType = c.req.header("content-type")?.toLowerCase() ?? "";
  const unpacked = await unpackBody(c.req.raw, bytes, bytesMax);
  const columns = await columnMap(ctx, {
    kind,
    source: asked.source,
    columns: columnsIn(asked.columns, kind),
  });
  const { emptyMeans, profile, taxRate } = asked;
  const read = readImportLines(decodeFile(unpacked, contentType), {
    ...{ kind, contentType, emptyMeans, profile, taxRate, columns },
    now: ctx.now,
  });
  return { ...read, isCsv: read.readAs.format !== "json lines" };
}

/** @throws ProblemError invalid if it is not a map from columns to fields of the kind */
function columnsIn(text: string | undefined, kind: FileKind): Record<string, string> | undefined {
  if (text === undefined) return undefined;
  const map = z.record(z.string().max(200), z.enum(FILE_FIELDS[kind] as readonly [string, ...string[]]));
  try {
    return map.parse(JSON.parse(text));
  } catch {
    const message = `a JSON object from the file's columns to fields: ${FILE_FIELDS[kind].join(", ")}`;
    throw new ProblemError("invalid", `columns is ${message}`, {
      errors: [{ path: "columns", code: "invalid", message }],
    });
  }
}

/** What a receipt says of the file. */
interface FileFindings extends Pick<ReadLines, "readAs" | "ignoredColumns"> {
  rejectedCount: number;
  warnings?: ReadLines["warnings"];
}

/** Refused lines that an answer lists. */
const LISTED_MAX = 1_000;

/**
 * The receipt with the lines that could not be read among those that were refused, in the file's order, and how the file
 * was read.
 *
 * @throws ProblemError invalid if no row of the file could be used
 */
export function withUnread<Receipt extends ImportReceipt>(
  receipt: Receipt,
  file: ImportFile,
): Receipt & FileFindings {
  const rejected = [...file.rejected, ...receipt.rejected].sort((a, b) => a.line - b.line);
  if (receipt.inserted + receipt.updated + receipt.unchanged === 0) throw nothingUsable(rejected, file);
  const { readAs, ignoredColumns } = file;
  return {
    ...receipt,
    rejected: rejected.slice(0, LISTED_MAX),
    rejectedCount: rejected.length,
    ...{ readAs, ignoredColumns },
    ...(file.warnings.length > 0 ? { warnings: file.warnings.slice(0, LISTED_MAX) } : {}),
  };
}

/** Problems that an error lists. */
const SHOWN_MAX = 50;

function nothingUsable(
  rejected: ImportReceipt["rejected"],
  { readAs, ignoredColumns }: ImportFile,
): ProblemError {
  const errors = rejected
    .slice(0, SHOWN_MAX)
    .map(({ line, code, message }) => ({ path: `line ${line}`, code, message }));
  const why =
    rejected.length === 0
      ? "it has none"
      : `${rejected.length} were refused, the first on line ${rejected[0]!.line}`;
  return new ProblemError("invalid", `the file has no row that can be used: ${why}`, {
    errors,
    extra: { readAs, ignoredColumns, rejected: rejected.slice(0, SHOWN_MAX), rejectedCount: rejected.length },
  });
}
