import { createSignal } from "solid-js";

/** A list as somebody likes to see it: the query of its address, under a name. */
export interface View {
  name: string;
  search: string;
}

type Views = Readonly<Record<string, readonly View[]>>;

const KEY = "pricewright-views";
const NAME_MAX = 60;

function read(): Views {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return typeof found === "object" && found !== null ? (found as Views) : {};
  } catch {
    // storage may be forbidden, or hold what another version wrote
    return {};
  }
}

const [views, setViews] = createSignal<Views>(read());

function keep(page: string, list: readonly View[]): void {
  const next = { ...views(), [page]: list };
  setViews(next);
  try {
    localStorage.setItem(KEY, JSON.stringify(next));
  } catch {
    // the views then last until the page is closed
  }
}

/** The views that were saved for a page in this browser. */
export function viewsOf(page: string): readonly View[] {
  return views()[page] ?? [];
}

/** Saves a view; one of the same name is replaced. */
export function saveView(page: string, view: View): void {
  const name = view.name.trim().slice(0, NAME_MAX);
  const others = viewsOf(page).filter((one) => one.name !== name);
  keep(
    page,
    [...others, { ...view, name }].sort((a, b) => a.name.localeCompare(b.name)),
  );
}

export function forgetView(page: string, name: string): void {
  keep(
    page,
    viewsOf(page).filter((one) => one.name !== name),
  );
}
