import type { Accessor } from "solid-js";
import { DAY_MS } from "../../../../domain/base/time.ts";
import { type ListAddress, useListAddress } from "../../list/address.ts";

/** The spans of days that can be looked at. */
export const SPANS = [
  { value: "1", label: "Today" },
  { value: "7", label: "7 days" },
  { value: "28", label: "28 days" },
  { value: "56", label: "56 days" },
  { value: "90", label: "90 days" },
] as const;

interface Span {
  address: ListAddress;
  query: Accessor<{ from: string; category?: string }>;
  /** the same for the export of a list */
  exported: ListAddress;
}

/** The days and the category that an analysis is about, kept in the address. */
export function useSpan(days = "28"): Span {
  const address = useListAddress({ days, category: undefined });
  const query = () => {
    const from = new Date(Date.now() - (Number(address.value("days")) - 1) * DAY_MS)
      .toISOString()
      .slice(0, 10);
    const category = address.asked().category;
    return category ? { from, category } : { from };
  };
  return { address, query, exported: { ...address, asked: query } };
}

/** All days from the first of these to today, those on which nothing happened too. */
export function wholeDays(days: readonly string[]): string[] {
  const first = [...days].sort()[0];
  if (first === undefined) return [];
  const found: string[] = [];
  for (let at = Date.parse(first); at <= Date.now(); at += DAY_MS)
    found.push(new Date(at).toISOString().slice(0, 10));
  return found;
}
