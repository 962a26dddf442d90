import type { InfiniteData, QueryClient } from "@tanstack/solid-query";
import type { KeyPrefix } from "../queries/keys.ts";
import { type KeptPage, Rows } from "./kept-page.ts";

/**
 * Changes the rows of loaded lists in place: no row moves, and nothing is read again.
 *
 * @param changeOf what changes of a row, or undefined
 */
export function patchRows<T>(
  client: QueryClient,
  key: KeyPrefix,
  changeOf: (row: T) => Partial<T> | undefined,
): void {
  const patched = (page: KeptPage<T>): KeptPage<T> => {
    const items = page.rows.items.map((row) => {
      const change = changeOf(row);
      return change ? { ...row, ...change } : row;
    });
    return items.some((row, at) => row !== page.rows.items[at]) ? { ...page, rows: new Rows(items) } : page;
  };
  client.setQueriesData<InfiniteData<KeptPage<T>>>({ queryKey: ["list", ...key] }, (data) => {
    // the counts of a list are kept below its key too
    const pages = data && "pages" in data ? data.pages.map(patched) : undefined;
    return data && pages?.some((page, at) => page !== data.pages[at]) ? { ...data, pages } : data;
  });
}
