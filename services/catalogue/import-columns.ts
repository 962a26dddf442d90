import { and, eq } from "drizzle-orm";
import { bulkUpsert } from "../../db/bulk.ts";
import { importColumns } from "../../db/schema.ts";
import { commitBatch } from "../../db/write.ts";
import type { FileKind } from "../../domain/messages/file-kinds.ts";
import type { ServiceContext } from "../context.ts";

interface Asked {
  kind: FileKind;
  source: string | undefined;
  columns: Record<string, string> | undefined;
}

/** Which field each column stands for: as it is said now, which is remembered for the source, or as it was said last. */
export async function columnMap(
  { d1, db }: Pick<ServiceContext, "d1" | "db">,
  { kind, source, columns }: Asked,
): Promise<Record<string, string>> {
  if (source === undefined) return columns ?? {};
  if (columns !== undefined) {
    await commitBatch(d1, bulkUpsert(d1, importColumns, [{ source, kind, columns }]));
    return columns;
  }
  const [known] = await db
    .select({ columns: importColumns.columns })
    .from(importColumns)
    .where(and(eq(importColumns.source, source), eq(importColumns.kind, kind)));
  return known?.columns ?? {};
}
