import { createComputed, createSignal, For, type JSX, on, Show } from "solid-js";
import { createStore } from "solid-js/store";
import { Later } from "../components/Later.tsx";
import { SkeletonRows } from "../components/states.tsx";
import { Term } from "../components/Term.tsx";
import type { List } from "./list.ts";
import { createRowWindow, ROW_HEIGHT } from "./row-window.ts";

export interface Column<T> {
  label: string;
  /** what the figures are, below the label */
  note?: string;
  /** the name of the order in the API */
  sort?: string;
  class?: string;
  /** shown only to whoever chooses it */
  isExtra?: boolean;
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

/** A table of any length: only the rows on the screen are in the page. */
export function DataTable<T extends object>(props: DataTableProps<T>) {
  return (
    <Later fallback={<Placeholder rows={props.list.rows().length} />}>
      <Table {...props} />
    </Later>
  );
}

/**
 * A row whose values change in place as long as it is the same one: its cells are not made again, so that an open menu stays open
 * and the focus stays where it is while live updates come in.
 */
function createShown<T extends object>(row: () => T, idOf: (row: T) => string): () => T {
  const [kept, setKept] = createSignal(createStore({ ...row() }));
  createComputed(
    on(
      row,
      (next) => {
        const [before, set] = kept();
        const gone = Object.fromEntries(Object.keys(before).map((name) => [name, undefined]));
        if (idOf(next) === idOf(before)) set({ ...gone, ...next });
        else setKept(createStore({ ...next }));
      },
      { defer: true },
    ),
  );
  return () => kept()[0];
}

/** As high as the rows will be, so that nothing below them moves. */
function Placeholder(props: { rows: number }) {
  return (
    <div style={{ "min-height": `${props.rows * ROW_HEIGHT}px` }}>
      <SkeletonRows rows={10} />
    </div>
  );
}

function Table<T extends object>(props: DataTableProps<T>) {
  let table!: HTMLTableElement;
  const rows = () => props.list.rows();
  const { indexes, before, after, measureElement } = createRowWindow(() => table, props.list, props.idOf);
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
        <For each={indexes()}>
          {(index) => (
            <Show when={rows()[index]}>
              {(row) => (
                <Row
                  columns={props.columns}
                  row={row()}
                  idOf={props.idOf}
                  index={index}
                  isQuiet={props.isQuiet?.(row()) ?? false}
                  measure={measureElement}
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
  idOf: (row: T) => string;
  index: number;
  isQuiet: boolean;
  measure: (element: HTMLTableRowElement) => void;
}

function Row<T extends object>(props: RowProps<T>) {
  const shown = createShown(
    () => props.row,
    (row) => props.idOf(row),
  );
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
            {column.cell(shown())}
          </td>
        )}
      </For>
    </tr>
  );
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
      <Show
        when={name()}
        fallback={
          <Show when={props.column.label} fallback={<span class="sr-only">Actions</span>}>
            {(label) => <Term label={label()} />}
          </Show>
        }
      >
        <Term
          label={props.column.label}
          onClick={() => props.onSort?.(next())}
          mark={isActive() ? (isDescending() ? "↓" : "↑") : ""}
        />
      </Show>
      <Show when={props.column.note}>
        <span class="th-note">{props.column.note}</span>
      </Show>
    </th>
  );
}
