import type { Api } from "./api.ts";

/** What an import answers. */
export interface ImportAnswer {
  inserted: number;
  updated: number;
  unchanged: number;
  rejected: { line: number; code: string; message: string }[];
}

/** Imports products as JSON lines. @throws Error if a line is rejected: nothing after it would find its product. */
export async function importProducts(api: Api, lines: readonly object[]): Promise<ImportAnswer> {
  const body = lines.map((line) => JSON.stringify(line)).join("\n");
  const answer = await api.post<ImportAnswer>("/api/import/products", body, {
    "content-type": "application/x-ndjson",
  });
  const [first] = answer.rejected;
  if (first) throw new Error(`${answer.rejected.length} products rejected, first: ${JSON.stringify(first)}`);
  return answer;
}
