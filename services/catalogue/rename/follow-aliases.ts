import type { Database } from "../../../db/database.ts";
import { presentSkus } from "./aliases.ts";

/** A line of a file. */
interface Line {
  line: number;
  value: unknown;
}

function skuOf({ value }: Line): string | null {
  const sku = (value as { sku?: unknown } | null)?.sku;
  return typeof sku === "string" ? sku.trim().normalize("NFC") : null;
}

/** The lines of a file with the present SKU in the place of one that its product had before. */
export async function withPresentSkus(db: Database, lines: readonly Line[]): Promise<readonly Line[]> {
  const named = [...new Set(lines.flatMap((line) => skuOf(line) ?? []))];
  const present = await presentSkus(db, named);
  if (present.size === 0) return lines;
  return lines.map((line) => {
    const sku = present.get(skuOf(line) ?? "");
    return sku === undefined ? line : { ...line, value: { ...(line.value as object), sku } };
  });
}
