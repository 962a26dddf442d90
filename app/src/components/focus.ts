/** Where the work goes on: the opened proposal, else the page. */
function place(): HTMLElement | null {
  return document.querySelector<HTMLElement>(".pane") ?? document.getElementById("content");
}

/**
 * After a dialog has closed: if nothing has the focus, as when a key had opened it, the page takes it. From the body the
 * next Tab would begin at the top.
 */
export function keepFocus(): void {
  setTimeout(() => {
    if (document.activeElement === document.body) place()?.focus({ preventScroll: true });
  });
}
