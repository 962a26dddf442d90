import { type Accessor, createMemo, createSignal } from "solid-js";
import type { Column } from "./DataTable.tsx";

/** For each page the columns that somebody turned on or off, by label. */
type Choices = Readonly<Record<string, Readonly<Record<string, boolean>>>>;

const KEY = "pricewright-columns";

function read(): Choices {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return typeof found === "object" && found !== null ? (found as Choices) : {};
  } catch {
    // storage may be forbidden, or hold what another version wrote
    return {};
  }
}

const [choices, setChoices] = createSignal<Choices>(read());

function keep(next: Choices): void {
  setChoices(next);
  try {
    localStorage.setItem(KEY, JSON.stringify(next));
  } catch {
    // the choice then lasts until the page is closed
  }
}

export interface ColumnChoice<T> {
  /** the columns to show, in their order */
  shown: Accessor<readonly Column<T>[]>;
  /** those that can be turned on and off */
  optional: Accessor<readonly Column<T>[]>;
  isShown: (column: Column<T>) => boolean;
  toggle: (column: Column<T>) => void;
  reset: () => void;
}

/** A table needs what names its rows, marks them, or acts on them. */
function isFixed({ label, class: name = "" }: Column<never>): boolean {
  return label === "" || name.includes("cell-title") || name.includes("cell-product");
}

/** Which columns of a page's table somebody wants to see; kept in this browser. */
export function createColumnChoice<T>(
  page: string,
  columns: Accessor<readonly Column<T>[]>,
): ColumnChoice<T> {
  const chosen = () => choices()[page] ?? {};
  const isShown = (column: Column<T>) =>
    isFixed(column) || (chosen()[column.label] ?? !(column.isExtra ?? false));
  return {
    shown: createMemo(() => columns().filter(isShown)),
    optional: () => columns().filter((column) => !isFixed(column)),
    isShown,
    toggle: (column) => keep({ ...choices(), [page]: { ...chosen(), [column.label]: !isShown(column) } }),
    reset: () => keep(Object.fromEntries(Object.entries(choices()).filter(([name]) => name !== page))),
  };
}
