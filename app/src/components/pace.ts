/** What follows a frame is done without one after so long, ms: a page that nobody sees is not painted. */
const FRAME_WITHIN_MS = 300;

/**
 * Does something once the browser has painted what is shown by now: what answers a key or a click at once comes before
 * the work that takes longer.
 */
export function afterPaint(work: () => void): void {
  let isDone = false;
  const once = () => {
    if (isDone) return;
    isDone = true;
    work();
  };
  requestAnimationFrame(() => setTimeout(once));
  setTimeout(once, document.hidden ? 0 : FRAME_WITHIN_MS);
}

/** Idle work waits so long at most, ms. */
const IDLE_WITHIN_MS = 1_500;

/**
 * Does something as soon as the browser has nothing else to do: no key or click waits for it, nor a frame.
 *
 * @returns what calls it off
 */
export function whenIdle(work: () => void): () => void {
  // Safari has no such callback
  if (typeof requestIdleCallback === "undefined") {
    const handle = setTimeout(work, 100);
    return () => clearTimeout(handle);
  }
  const handle = requestIdleCallback(work, { timeout: IDLE_WITHIN_MS });
  return () => cancelIdleCallback(handle);
}

/** Whoever goes through a list presses the next key within this time, ms. */
const QUIET_MS = 200;
let pressedAt = Number.NEGATIVE_INFINITY;
for (const type of ["keydown", "pointerdown"] as const)
  addEventListener(type, ({ timeStamp }) => (pressedAt = timeStamp), { capture: true, passive: true });

/** The same, but not before the person has paused: for what takes longer than a frame. */
export function whenQuiet(work: () => void): () => void {
  let stop: () => void;
  const wait = () => {
    const left = pressedAt + QUIET_MS - performance.now();
    if (left <= 0) return work();
    const handle = setTimeout(() => {
      stop = whenIdle(wait);
    }, left);
    stop = () => clearTimeout(handle);
  };
  stop = whenIdle(wait);
  return () => stop();
}

let underWay: (() => void) | undefined;
// what is pressed next finds what the press before it led to
for (const type of ["keydown", "pointerdown"] as const)
  addEventListener(type, () => underWay?.(), { capture: true, passive: true });

/** Shows that a link or another element was pressed, and does what it is for once that is painted. */
export function pressed(element: Element | null | undefined, work: () => void): void {
  element?.setAttribute("data-pressed", "");
  const go = () => {
    if (underWay !== go) return;
    underWay = undefined;
    element?.removeAttribute("data-pressed");
    work();
  };
  underWay?.();
  underWay = go;
  afterPaint(go);
}

/** Whether a click on a link leads on within this tab, as the router understands it. */
function leadsOn(event: MouseEvent): boolean {
  return event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
}

/**
 * Lets every link of the app show that it was clicked before the next page is made, which takes longer than a frame.
 *
 * @returns what ends it
 */
export function paintClicksFirst(): () => void {
  const onClick = (event: MouseEvent) => {
    // the click that is made below is not a person's, and goes its way
    if (!event.isTrusted || !leadsOn(event)) return;
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[href]") : null;
    if (!link || link.target || link.download || link.origin !== location.origin) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    pressed(link, () => link.isConnected && link.dispatchEvent(new MouseEvent("click", event)));
  };
  document.addEventListener("click", onClick, { capture: true });
  return () => document.removeEventListener("click", onClick, { capture: true });
}
