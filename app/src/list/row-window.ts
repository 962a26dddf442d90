import { createWindowVirtualizer } from "@tanstack/solid-virtual";
import { createEffect, createMemo, createSignal, on, onCleanup, onMount } from "solid-js";
import type { List } from "./list.ts";

const ROW_HEIGHT = 57;
const ROWS_AHEAD = 8;
const ROWS_FIRST = 20;
/** The next page is read when this many rows are left below. */
const READ_AHEAD = 40;

/** Which rows of a table are on the screen, and how much space stands for those above and below; reads on as it scrolls. */
export function createRowWindow<T>(table: () => HTMLTableElement, list: List<T>, idOf: (row: T) => string) {
  const [top, setTop] = createSignal(0);
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
  });
  const shown = createMemo(() => {
    const length = list.rows().length;
    const items = virtual.getVirtualItems().filter(({ index }) => index < length);
    // before the window has been measured: the first rows
    return items.length > 0 ? items : firstItems(Math.min(length, ROWS_FIRST), top());
  });
  // numbers, not items: a row that stays on the screen is not made again
  const indexes = createMemo(() => shown().map(({ index }) => index));
  const before = () => Math.max(0, (shown()[0]?.start ?? top()) - top());
  const after = () => Math.max(0, virtual.getTotalSize() - ((shown().at(-1)?.end ?? top()) - top()));

  onMount(() => {
    const measure = () => setTop(table().tBodies[0]?.offsetTop ?? 0);
    const watcher = new ResizeObserver(measure);
    watcher.observe(document.body);
    measure();
    onCleanup(() => watcher.disconnect());
  });
  createEffect(
    on([() => shown().at(-1)?.index ?? 0, () => list.rows().length], ([last, length]) => {
      if (length > 0 && last >= length - READ_AHEAD) list.more();
    }),
  );
  return { indexes, before, after, measureElement: virtual.measureElement };
}

/** Where the first rows stand as long as none has been measured. */
function firstItems(count: number, top: number): { index: number; start: number; end: number }[] {
  return Array.from({ length: count }, (_, index) => ({
    index,
    start: top + index * ROW_HEIGHT,
    end: top + (index + 1) * ROW_HEIGHT,
  }));
}
