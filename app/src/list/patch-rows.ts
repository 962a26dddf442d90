import type { InfiniteData, QueryClient } from "@tanstack/solid-query";
import type { Page } from "../../../domain/contract/answers.ts";
import type { KeyPrefix } from "../queries/keys.ts";

/** Changes the rows of loaded lists in place: no row moves, and nothing is read again. */
export function patchRows<T>(
  client: QueryClient,
  key: KeyPrefix,
  isMeant: (row: T) => boolean,
  change: Partial<T>,
): void {
  const queryKey = ["list", ...key];
  client.setQueriesData<InfiniteData<Page<T>>>({ queryKey }, (data) => {
    if (!data?.pages.some((page) => page.items.some(isMeant))) return data;
    const pages = data.pages.map((page) =>
      page.items.some(isMeant)
        ? { ...page, items: page.items.map((row) => (isMeant(row) ? { ...row, ...change } : row)) }
        : page,
    );
    return { ...data, pages };
  });
}
