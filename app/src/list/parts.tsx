import { createSignal, For, type JSX, Show } from "solid-js";
import { ApiError } from "../api/errors.ts";
import { Async } from "../components/Async.tsx";
import { SearchField, SelectField } from "../components/fields.tsx";
import { EmptyState, SkeletonRows } from "../components/states.tsx";
import { toastError } from "../components/toasts.tsx";
import { plural, words } from "../format/words.ts";
import { ANY, type ListAddress } from "./address.ts";
import type { List } from "./list.ts";
import { downloadFile } from "./table-file.ts";

/** A choice that narrows a list; its values come from a facet, or are always the same. */
export interface Filter {
  name: string;
  label: string;
  any: string;
  facet?: string;
  values?: readonly string[];
  /** how a value reads; default: as words */
  labelOf?: (value: string) => string;
}

interface ListBarProps<T> {
  list: List<T>;
  address: ListAddress;
  filters: readonly Filter[];
  searchFor: string;
  /** the name that the search is sent by */
  searchBy?: string | undefined;
}

/** Search and filters over a list. */
export function ListBar<T>(props: ListBarProps<T>) {
  const by = () => props.searchBy ?? "q";
  // on a phone the filters wait behind a button, so that the list begins on the first screen
  const [isOpen, setOpen] = createSignal(false);
  const inUse = () => props.filters.filter(({ name }) => props.address.isChanged(name)).length;
  return (
    <search
      class="filters filters-list"
      classList={{ "filters-open": isOpen() }}
      aria-label="Narrow the list"
    >
      <SearchField
        label="Search"
        placeholder={props.searchFor}
        value={props.address.value(by()) ?? ""}
        onInput={(q) => props.address.set({ [by()]: q || undefined })}
      />
      <Show when={props.filters.length > 0}>
        <button
          type="button"
          class="button filters-toggle"
          aria-expanded={isOpen()}
          onClick={() => setOpen((open) => !open)}
        >
          {inUse() > 0 ? `Filters (${inUse()})` : "Filters"}
        </button>
      </Show>
      <For each={props.filters}>
        {(filter) => (
          <SelectField
            label={filter.label}
            value={props.address.value(filter.name) ?? ANY}
            choices={choices(filter, props.list, props.address.value(filter.name))}
            onChange={(value) => props.address.set({ [filter.name]: value })}
          />
        )}
      </For>
    </search>
  );
}

/** The values of a filter, with how many rows each would leave where that is known. */
function choices<T>(filter: Filter, list: List<T>, chosen: string | undefined) {
  const { facet, labelOf = words, any } = filter;
  const counted = facet === undefined ? [] : (list.facets()[facet] ?? []);
  const counts = new Map(
    counted.flatMap(({ value, count }) => (value === null ? [] : [[String(value), count]])),
  );
  const names = new Set([...(filter.values ?? []), ...counts.keys(), ...(chosen ? [chosen] : [])]);
  names.delete(ANY);
  const label = (name: string) => {
    const count = counts.get(name);
    return count === undefined ? labelOf(name) : `${labelOf(name)} (${count})`;
  };
  return [{ value: ANY, label: any }, ...[...names].map((value) => ({ value, label: label(value) }))];
}

/** "7,144 proposals", and a button for what has changed since. */
export function ListCount<T>(props: { list: List<T>; one: string; many?: string | undefined }) {
  const changed = () => {
    const news = props.list.news();
    return news > 0 ? `${news} new` : "List changed";
  };
  return (
    <span class="list-count">
      <span class="muted" aria-live="polite">
        {/* never empty: the line would move when the figure comes */}
        {props.list.total() === undefined ? "\u00a0" : plural(props.list.total() ?? 0, props.one, props.many)}
      </span>
      <Show when={props.list.news() !== 0}>
        <button
          type="button"
          class="button button-small news"
          onClick={() => {
            props.list.reload();
            scrollTo({ top: 0 });
          }}
        >
          {changed()}: show
        </button>
      </Show>
    </span>
  );
}

/** The whole list as a file, however many rows of it are loaded. */
export function ExportButton(props: { path: string; address?: Pick<ListAddress, "asked"> }) {
  return (
    <button
      type="button"
      class="button button-small export"
      onClick={() => download(props.path, props.address).catch(toastError)}
    >
      Export CSV
    </button>
  );
}

async function download(path: string, address?: Pick<ListAddress, "asked">): Promise<void> {
  const asked = Object.entries(address?.asked() ?? {}).flatMap(([name, value]) =>
    value ? [[name, value]] : [],
  );
  const answer = await fetch(`${path}?${new URLSearchParams(asked)}`, { headers: { accept: "text/csv" } });
  if (!answer.ok) throw new ApiError(answer.status, "export", "The list could not be exported.");
  downloadFile(await answer.blob(), path.replace("/api/", ""));
}

interface ListBodyProps<T> {
  list: List<T>;
  address: ListAddress;
  /** shown when the list is empty as a whole */
  empty: JSX.Element;
  children: JSX.Element;
}

/** The rows of a list, or what to do without any. */
export function ListBody<T>(props: ListBodyProps<T>) {
  const none = () => (
    <Show when={props.address.isNarrowed()} fallback={props.empty}>
      <EmptyState title="Nothing matches">Choose wider filters, or search for something else.</EmptyState>
    </Show>
  );
  return (
    <Async query={props.list.query} skeleton={<SkeletonRows rows={10} />}>
      {() => (
        <Show when={props.list.rows().length > 0} fallback={none()}>
          {props.children}
        </Show>
      )}
    </Async>
  );
}
