import { createWindowVirtualizer } from "@tanstack/solid-virtual";
import {
  createEffect,
  createMemo,
  createSignal,
  For,
  type JSX,
  on,
  onCleanup,
  onMount,
  Show,
} from "solid-js";
import type { List } from "./list.ts";

export interface Column<T> {
  label: string;
  /** what the figures are, below the label */
  note?: string;
  /** the name of the order in the API */
  sort?: string;
  class?: string;
  /** a figure that has to be named where the head of the table is not shown, on a phone */
  isNamed?: boolean;
  cell: (row: T) => JSX.Element;
}

interface DataTableProps<T> {
  caption: string;
  columns: readonly Column<T>[];
  list: List<T>;
  idOf: (row: T) => string;
  /** the order, as in the API: a name, with `-` in front for descending */
  sort?: string | undefined;
  onSort?: (sort: string) => void;
  /** rows that lead somewhere as a whole: their first cell has a link of class `row-link` */
  hasLinks?: boolean;
  isQuiet?: ((row: T) => boolean) | undefined;
}

const ROW_HEIGHT = 57;
const ROWS_AHEAD = 8;
const ROWS_FIRST = 20;
/** The next page is read when this many rows are left below. */
const READ_AHEAD = 40;

/** A table of any length: only the rows on the screen are in the page. */
export function DataTable<T>(props: DataTableProps<T>) {
  let table!: HTMLTableElement;
  const [top, setTop] = createSignal(0);
  const rows = () => props.list.rows();
  const virtual = createWindowVirtualizer<HTMLTableRowElement>({
    get count() {
      return rows().length;
    },
    get scrollMargin() {
      return top();
    },
    estimateSize: () => ROW_HEIGHT,
    overscan: ROWS_AHEAD,
    getItemKey: (index) => props.idOf(rows()[index] as T),
  });
  const shown = createMemo(() => {
    const length = rows().length;
    const items = virtual.getVirtualItems().filter(({ index }) => index < length);
    // before the window has been measured: the first rows
    return items.length > 0 ? items : firstItems(Math.min(length, ROWS_FIRST), top());
  });
  const before = () => Math.max(0, (shown()[0]?.start ?? top()) - top());
  const after = () => Math.max(0, virtual.getTotalSize() - ((shown().at(-1)?.end ?? top()) - top()));

  onMount(() => {
    const measure = () => setTop(table.tBodies[0]?.offsetTop ?? 0);
    const watcher = new ResizeObserver(measure);
    watcher.observe(document.body);
    measure();
    onCleanup(() => watcher.disconnect());
  });
  createEffect(
    on([() => shown().at(-1)?.index ?? 0, () => rows().length], ([last, length]) => {
      if (length > 0 && last >= length - READ_AHEAD) props.list.more();
    }),
  );

  return (
    <table
      ref={table}
      class="table cards"
      classList={{ "table-links": props.hasLinks ?? false }}
      aria-rowcount={(props.list.total() ?? rows().length) + 1}
    >
      <caption class="sr-only">{props.caption}</caption>
      <thead>
        <tr>
          <For each={props.columns}>
            {(column) => <Head column={column} sort={props.sort} onSort={props.onSort} />}
          </For>
        </tr>
      </thead>
      <tbody>
        <Space height={before()} columns={props.columns.length} />
        <For each={shown()}>
          {(item) => (
            <Show when={rows()[item.index]}>
              {(row) => (
                <Row
                  columns={props.columns}
                  row={row()}
                  index={item.index}
                  isQuiet={props.isQuiet?.(row()) ?? false}
                  measure={virtual.measureElement}
                />
              )}
            </Show>
          )}
        </For>
        <Space height={after()} columns={props.columns.length} />
      </tbody>
    </table>
  );
}

interface RowProps<T> {
  columns: readonly Column<T>[];
  row: T;
  index: number;
  isQuiet: boolean;
  measure: (element: HTMLTableRowElement) => void;
}

function Row<T>(props: RowProps<T>) {
  return (
    <tr
      ref={(element) => queueMicrotask(() => props.measure(element))}
      data-index={props.index}
      aria-rowindex={props.index + 2}
      classList={{ "row-muted": props.isQuiet }}
    >
      <For each={props.columns}>
        {(column) => (
          <td class={column.class ?? ""} data-label={column.isNamed ? column.label : undefined}>
            {column.cell(props.row)}
          </td>
        )}
      </For>
    </tr>
  );
}

/** Where the first rows stand as long as none has been measured. */
function firstItems(count: number, top: number): { index: number; start: number; end: number }[] {
  return Array.from({ length: count }, (_, index) => ({
    index,
    start: top + index * ROW_HEIGHT,
    end: top + (index + 1) * ROW_HEIGHT,
  }));
}

/** Stands for the rows that are not on the screen. */
function Space(props: { height: number; columns: number }) {
  return (
    <Show when={props.height > 0}>
      <tr class="table-space">
        <td colSpan={props.columns} style={{ height: `${props.height}px` }} />
      </tr>
    </Show>
  );
}

interface HeadProps<T> {
  column: Column<T>;
  sort: string | undefined;
  onSort: ((sort: string) => void) | undefined;
}

function Head<T>(props: HeadProps<T>) {
  const name = () => props.column.sort;
  const isActive = () => name() !== undefined && props.sort?.replace(/^-/, "") === name();
  const isDescending = () => props.sort?.startsWith("-") ?? false;
  const direction = () => (isActive() ? (isDescending() ? "descending" : "ascending") : "none");
  /** the same column is reversed, another begins with its largest value */
  const next = () => (isActive() && isDescending() ? name()! : `-${name()}`);
  return (
    <th scope="col" class={props.column.class ?? ""} aria-sort={name() ? direction() : undefined}>
      <Show when={name()} fallback={props.column.label || <span class="sr-only">Actions</span>}>
        <button type="button" class="sort" onClick={() => props.onSort?.(next())}>
          {props.column.label}
          <span class="sort-mark" aria-hidden="true">
            {isActive() ? (isDescending() ? "↓" : "↑") : ""}
          </span>
        </button>
      </Show>
      <Show when={props.column.note}>
        <span class="th-note">{props.column.note}</span>
      </Show>
    </th>
  );
}
