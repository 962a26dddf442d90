import {
  type Component,
  createSignal,
  type JSX,
  onCleanup,
  onMount,
  Show,
  splitProps,
  untrack,
} from "solid-js";
import { spread } from "solid-js/web";

/** What of a library's component takes the place of the element that it would make. */
type Standing = Component<{ type?: string }>;

interface OnApproachProps {
  /** one element */
  children: JSX.Element;
  /** what the element is a part of, once somebody comes to it; `standing` stands for the element in it */
  made: (standing: Standing) => JSX.Element;
  /** it is for whoever stays at the element, not for who presses it */
  isForStaying?: boolean;
}

/** Every press of a pointer or a key follows one of these, or is one. */
const SIGNS = ["pointerenter", "pointermove", "pointerdown", "focus"] as const;

/** A tooltip is made for whoever stays so long: not for a pointer that passes, nor for a click. */
const STAYS_MS = 100;

/**
 * An element that gets its tooltip or menu when the pointer or the focus first comes to it. Most of them are never come to,
 * and a list has one in each of its rows. The element stays where it is, and so do its focus and a click that is under way: to
 * take it out and put it in again would end both. Its own handlers have to be `on:click` and the like: those of the library
 * take the place of `onClick`.
 */
export function OnApproach(props: OnApproachProps) {
  const element = untrack(() => props.children) as HTMLElement;
  const [isMade, setMade] = createSignal(false);
  const standing: Standing = (given) => {
    // a button that sends a form goes on doing so
    const [, taken] = splitProps(given, ["type"]);
    spread(element, taken, false, true);
    return null;
  };
  onMount(() => onCleanup(listenForApproach(element, props.isForStaying ?? false, () => setMade(true))));
  return (
    <>
      {element}
      <Show when={isMade()}>{props.made(standing)}</Show>
    </>
  );
}

/** Whether an event is the approach of a person. */
function isApproach(element: HTMLElement, event: FocusEvent | PointerEvent, isForStaying: boolean): boolean {
  if (!("pointerType" in event)) return !isForStaying || element.matches(":focus-visible");
  if (event.type === "pointerdown") return !isForStaying;
  // a mouse that rests enters whatever a new page puts below it; a finger does not move before it presses
  return event.type !== "pointerenter" || event.pointerType !== "mouse";
}

/** Calls `make` once, and shows what was made what it was made for. Returns what ends it. */
function listenForApproach(element: HTMLElement, isForStaying: boolean, make: () => void): () => void {
  const listening = new AbortController();
  const { signal } = listening;
  let waiting: ReturnType<typeof setTimeout> | undefined;
  const come = (event: FocusEvent | PointerEvent) => {
    listening.abort();
    make();
    element.dispatchEvent(
      "pointerType" in event ? new PointerEvent("pointerenter", event) : new FocusEvent("focus", event),
    );
  };
  const approach = (event: FocusEvent | PointerEvent) => {
    if (!isApproach(element, event, isForStaying)) return;
    if (!isForStaying) come(event);
    else waiting ??= setTimeout(come, STAYS_MS, event);
  };
  const leave = () => {
    clearTimeout(waiting);
    waiting = undefined;
  };
  for (const sign of SIGNS) element.addEventListener(sign, approach, { signal });
  for (const sign of ["pointerleave", "pointerdown", "blur"])
    element.addEventListener(sign, leave, { signal });
  signal.addEventListener("abort", leave);
  return () => listening.abort();
}
