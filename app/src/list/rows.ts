import { isFocusFree } from "../components/focus.ts";

/** Moves the focus to the next or previous row's link, and to the first one if it is on none. */
export function focusRow(page: HTMLElement, step: 1 | -1): void {
  const links = [...page.querySelectorAll<HTMLElement>("[data-row-link]")];
  const at = links.indexOf(document.activeElement as HTMLElement);
  const to = at === -1 ? 0 : Math.min(links.length - 1, Math.max(0, at + step));
  links[to]?.focus();
}

/** Rows of a table that has just come are made over some frames. */
const FRAMES = 20;

/** Moves the focus to the link of a row as soon as it is there, or to the first one where that is not on the screen any more. */
export function focusRowOf(page: HTMLElement, id: string, frames = FRAMES): void {
  requestAnimationFrame(() => {
    if (!isFocusFree()) return;
    const link = page.querySelector<HTMLElement>(`[data-row-id="${CSS.escape(id)}"]`);
    if (link === null && frames > 0) focusRowOf(page, id, frames - 1);
    else (link ?? page.querySelector<HTMLElement>("[data-row-link]"))?.focus();
  });
}
