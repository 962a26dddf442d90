import { For, type JSX, Show } from "solid-js";
import { TableFrame } from "./TableFrame.tsx";
import { Term } from "./Term.tsx";

export interface PlainColumn<T> {
  label: string;
  /** what the figures are, below the label */
  note?: string;
  isNumber?: boolean;
  class?: string;
  cell: (row: T) => JSX.Element;
}

interface PlainTableProps<T> {
  caption: string;
  columns: readonly PlainColumn<T>[];
  rows: readonly T[];
  /** in place of no rows */
  none?: string;
  /**
   * on a phone each row is a block of named figures, as in every wide table; a table that says so itself has no export of
   * its own
   */
  isCards?: boolean;
  rowClass?: (row: T) => string;
}

/** Columns that a phone has room for. */
const NARROW_MAX = 3;

/** A short table: all of its rows are in the page. */
export function PlainTable<T>(props: PlainTableProps<T>) {
  return (
    <Show
      when={props.rows.length > 0}
      fallback={<p class="muted">{props.none ?? "Nothing in these days."}</p>}
    >
      <TableFrame label={props.caption} isSpare={props.isCards}>
        <Table {...props} isCards={props.isCards || props.columns.length > NARROW_MAX} />
      </TableFrame>
    </Show>
  );
}

function Table<T>(props: PlainTableProps<T>) {
  const classOf = (column: PlainColumn<T>) => `${column.isNumber ? "num" : ""} ${column.class ?? ""}`;
  return (
    <table class="table table-tight" classList={{ cards: props.isCards ?? false }}>
      <caption class="sr-only">{props.caption}</caption>
      <thead>
        <tr>
          <For each={props.columns}>
            {(column) => (
              <th scope="col" classList={{ num: column.isNumber ?? false }}>
                <Term label={column.label} />
                <Show when={column.note}>
                  <span class="th-note">{column.note}</span>
                </Show>
              </th>
            )}
          </For>
        </tr>
      </thead>
      <tbody>
        <For each={props.rows}>
          {(row) => (
            <tr class={props.rowClass?.(row)}>
              <For each={props.columns}>
                {(column, place) => (
                  <td
                    class={classOf(column)}
                    data-label={props.isCards && place() > 0 ? column.label : undefined}
                  >
                    {column.cell(row)}
                  </td>
                )}
              </For>
            </tr>
          )}
        </For>
      </tbody>
    </table>
  );
}
