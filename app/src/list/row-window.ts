import { createWindowVirtualizer, measureElement, type Virtualizer } from "@tanstack/solid-virtual";
import { createEffect, createMemo, createSignal, on, onCleanup, onMount } from "solid-js";
import type { List } from "./list.ts";

/** px, as long as a row has not been measured */
export const ROW_HEIGHT = 57;
const ROWS_AHEAD = 8;
const ROWS_FIRST = 20;
/** Rows of a table that has just come are made so many at a time, so that the browser can paint and answer in between. */
const ROWS_AT_ONCE = 5;
/** With the table itself fewer; not none, since they make its columns as wide as they are. */
const ROWS_WITH_TABLE = 2;
/** The next page is read when this many rows are left below. */
const READ_AHEAD = 40;

/** Which rows of a table are on the screen, and how much space stands for those above and below; reads on as it scrolls. */
export function createRowWindow<T>(table: () => HTMLTableElement, list: List<T>, idOf: (row: T) => string) {
  const [top, setTop] = createSignal(ROWS_WITH_TABLE);
  const virtual = createWindowVirtualizer<HTMLTableRowElement>({
    get count() {
      return list.rows().length;
    },
    get scrollMargin() {
      return top();
    },
    estimateSize: () => ROW_HEIGHT,
    overscan: ROWS_AHEAD,
    getItemKey: (index) => idOf(list.rows()[index] as T),
    measureElement: heightOf,
  });
  const shown = createMemo(() => {
    const length = list.rows().length;
    const items = virtual.getVirtualItems().filter(({ index }) => index < length);
    // before the window has been measured: the first rows
    return items.length > 0 ? items : firstItems(Math.min(length, ROWS_FIRST), top());
  });
  const made = createPaced(shown);
  // numbers, not items: a row that stays on the screen is not made again
  const indexes = createMemo(() => made().map(({ index }) => index));
  const before = () => Math.max(0, (made()[0]?.start ?? top()) - top());
  const after = () => Math.max(0, virtual.getTotalSize() - ((made().at(-1)?.end ?? top()) - top()));

  onMount(() => {
    const watcher = new ResizeObserver(() => setTop(topOf(table().tBodies[0])));
    watcher.observe(document.body);
    onCleanup(() => watcher.disconnect());
  });
  createEffect(
    on([() => shown().at(-1)?.index ?? 0, () => list.rows().length], ([last, length]) => {
      if (length > 0 && last >= length - READ_AHEAD) list.more();
    }),
  );
  return { indexes, before, after, measureElement: virtual.measureElement };
}

/** Where an element begins on the page; `offsetTop` of a table's body is counted from the table. */
function topOf(element: Element | undefined): number {
  return element === undefined ? 0 : element.getBoundingClientRect().top + window.scrollY;
}

/** The height of a row as it was laid out; before that an estimate: to ask for it would lay the page out for each row. */
export function heightOf<S extends Window | Element, R extends Element>(
  row: R,
  entry: ResizeObserverEntry | undefined,
  virtual: Virtualizer<S, R>,
): number {
  if (entry !== undefined) return measureElement(row, entry, virtual);
  const index = virtual.indexFromElement(row);
  const { getItemKey, estimateSize } = virtual.options;
  return virtual.itemSizeCache.get(getItemKey(index)) ?? estimateSize(index);
}

/** A few of some items at first, and more of them with each task, until all have been there at once. */
export function createPaced<I>(items: () => readonly I[]): () => readonly I[] {
  const [count, setCount] = createSignal(ROWS_WITH_TABLE);
  createEffect(() => {
    if (count() >= items().length) return;
    const handle = setTimeout(() => setCount((now) => now + ROWS_AT_ONCE));
    onCleanup(() => clearTimeout(handle));
  });
  return createMemo(() => items().slice(0, count()));
}

/** Where the first rows stand as long as none has been measured. */
function firstItems(count: number, top: number): { index: number; start: number; end: number }[] {
  return Array.from({ length: count }, (_, index) => ({
    index,
    start: top + index * ROW_HEIGHT,
    end: top + (index + 1) * ROW_HEIGHT,
  }));
}
