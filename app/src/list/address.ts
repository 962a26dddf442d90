import { useSearchParams } from "@solidjs/router";
import { afterPaint } from "../components/pace.ts";
import type { ListAsked } from "./list.ts";

/** What a list is asked for, kept in the address, so that a view can be saved, shared and come back to. */
export interface ListAddress {
  value: (name: string) => string | undefined;
  /** an undefined or empty value leaves the default */
  set: (change: Record<string, string | undefined>) => void;
  asked: () => ListAsked;
  /** whether a value differs from its default */
  isChanged: (name: string) => boolean;
  /** whether anything but the order differs from the defaults */
  isNarrowed: () => boolean;
}

/** The value that stands for "any" where the default of a filter is narrower. */
export const ANY = "all";

/** @param names the names that the list takes, each with its default */
export function useListAddress(names: Record<string, string | undefined>): ListAddress {
  const [search, setSearch] = useSearchParams<Record<string, string>>();
  const value = (name: string) => search[name] ?? names[name];
  const isChanged = (name: string) => (value(name) ?? "") !== (names[name] ?? "");
  return {
    value,
    isChanged,
    set: (change) => {
      const kept = Object.entries(change).map(([name, to]) => [name, to === names[name] ? undefined : to]);
      // the field or button that asked for it is painted first: the rows of another question take longer
      afterPaint(() => setSearch(Object.fromEntries(kept), { replace: true }));
    },
    asked: () =>
      Object.fromEntries(
        Object.keys(names).map((name) => {
          const asked = value(name);
          return [name, asked === ANY || asked === "" ? undefined : asked];
        }),
      ),
    isNarrowed: () => Object.keys(names).some((name) => name !== "sort" && isChanged(name)),
  };
}
