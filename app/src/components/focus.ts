import { onCleanup, onMount } from "solid-js";

/** The element that takes the focus between pages. */
export const CONTENT_ID = "content";

/** Where the work goes on: the opened proposal, the row that took the place of the one that is gone, else the page. */
function placeAfter(row: string | undefined): HTMLElement | null {
  const next = row === undefined ? null : document.querySelector(`tr[data-index="${row}"]`);
  return (
    document.querySelector<HTMLElement>(".pane") ??
    next?.querySelector<HTMLElement>("a, button, input:not(:disabled)") ??
    document.getElementById(CONTENT_ID)
  );
}

/**
 * Keeps the focus on the page as long as its owner lives: where the element that had it is removed, as by a decision, the
 * place where the work goes on takes it. From the body the next Tab would begin at the top, and nothing is read aloud.
 */
export function keepFocusOnPage(): void {
  let last: HTMLElement | undefined;
  let row: string | undefined;
  const remember = ({ target }: FocusEvent) => {
    if (!(target instanceof HTMLElement)) return;
    last = target;
    row = target.closest("tr")?.dataset.index;
  };
  // an open dialog looks after its own
  const isLost = () =>
    document.activeElement === document.body &&
    last?.isConnected === false &&
    document.querySelector("[role=dialog]") === null;
  const watcher = new MutationObserver(() => {
    if (!isLost()) return;
    // what closes gives the focus back to what opened it, in a task that is waiting already
    setTimeout(() => isLost() && placeAfter(row)?.focus({ preventScroll: true }));
  });
  onMount(() => {
    document.addEventListener("focusin", remember);
    watcher.observe(document.body, { childList: true, subtree: true });
  });
  onCleanup(() => {
    document.removeEventListener("focusin", remember);
    watcher.disconnect();
  });
}

/** Whether nothing in particular has the focus. */
export function isFocusFree(): boolean {
  const active = document.activeElement;
  return active === null || active === document.body || active.id === CONTENT_ID;
}
