import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/solid-query";
import { type Accessor, createEffect, createMemo, createSignal, on } from "solid-js";
import type { Page } from "../../../domain/contract/answers.ts";
import type { KeyPrefix } from "../queries/keys.ts";
import { type KeptPage, keptPage } from "./kept-page.ts";

/** What a list is asked for: its search, order and filters, as they stand in the address. */
export type ListAsked = Record<string, string | undefined>;

/** The query of one page of it. */
export type PageAsked = Record<string, string | number | undefined>;

export interface ListSource<T> {
  /** of the queries that live frames put out of date */
  key: KeyPrefix;
  /** the columns whose values are counted for the filters */
  facets?: string;
  fetch: (asked: PageAsked, signal: AbortSignal) => Promise<Page<T>>;
}

const PAGE_LIMIT = 100;

/** A list of the API as a page shows it. */
export interface List<T> {
  rows: Accessor<T[]>;
  /** how many rows the server has in all */
  total: Accessor<number | undefined>;
  facets: Accessor<NonNullable<Page<T>["facets"]>>;
  /** how many rows have come or gone since the list was read; they are shown when it is read again */
  news: Accessor<number>;
  /** one row less: it was decided here */
  forgetOne: () => void;
  reload: () => void;
  more: () => void;
  query: { isPending: boolean; isError: boolean; error: unknown; data: unknown; refetch: () => unknown };
}

/**
 * Reads a list page by page as it is scrolled. Live changes do not move its rows: they change the values of those that
 * are shown (`patchRows`), and are counted in `news` otherwise.
 */
export function createList<T>(source: ListSource<T>, asked: Accessor<ListAsked>): List<T> {
  const client = useQueryClient();
  const listKey = () => ["list", ...source.key, asked()];
  const countKey = () => [...source.key, "count", asked()];
  // the same in any order of the rows
  const facetsKey = () => ["list", ...source.key, { ...asked(), sort: undefined }, "facets"];
  const list = useInfiniteQuery(() => ({
    queryKey: listKey(),
    queryFn: async ({
      pageParam: cursor,
      signal,
    }: {
      pageParam: string | undefined;
      signal: AbortSignal;
    }) => {
      const page = await source.fetch({ ...asked(), limit: PAGE_LIMIT, cursor }, signal);
      if (page.total !== undefined) client.setQueryData(countKey(), page.total);
      return keptPage(page);
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last: KeptPage<T>) => last.nextCursor ?? undefined,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    gcTime: 60_000,
  }));
  const pages = () => (list.isPending ? [] : (list.data?.pages ?? []));
  const read = () => pages()[0]?.total;
  const [expected, setExpected] = createSignal<number>();
  createEffect(on(read, (total) => setExpected(total)));
  const count = useQuery(() => ({
    queryKey: countKey(),
    queryFn: async ({ signal }) => (await source.fetch({ ...asked(), limit: 1 }, signal)).total ?? 0,
    enabled: read() !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  }));
  // all rows are counted for them: the first rows do not wait for that
  const facets = useQuery(() => ({
    queryKey: facetsKey(),
    queryFn: async ({ signal }) =>
      (await source.fetch({ ...asked(), limit: 1, facets: source.facets }, signal)).facets ?? {},
    enabled: source.facets !== undefined && read() !== undefined,
    placeholderData: (before) => before,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    gcTime: 60_000,
  }));
  return {
    rows: createMemo(() => pages().flatMap(({ rows }) => rows.items)),
    total: expected,
    facets: () => (facets.isPending ? {} : (facets.data ?? {})),
    news: () => (expected() === undefined || count.isPending ? 0 : (count.data ?? 0) - (expected() ?? 0)),
    forgetOne: () => setExpected((known) => known && known - 1),
    reload: () => {
      client.resetQueries({ queryKey: listKey() });
      client.invalidateQueries({ queryKey: facetsKey() });
    },
    more: () => {
      if (list.hasNextPage && !list.isFetchingNextPage) list.fetchNextPage();
    },
    query: list,
  };
}
