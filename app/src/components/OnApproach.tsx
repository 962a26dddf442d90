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
  /** what the element is a part of, once somebody comes to it; `standing` gives the element to it */
  made: (standing: Standing) => JSX.Element;
}

/** Every press of a pointer or a key follows one of these. */
const SIGNS = ["pointerenter", "focus"] as const;

/**
 * An element that gets its tooltip or menu when the pointer or the focus first comes to it. Most of them are never come to,
 * and a list has one in each of its rows. The element stays the same, and so do its focus and a click that is under way. Its
 * own handlers have to be `on:click` and the like: those of the library take the place of `onClick`.
 */
export function OnApproach(props: OnApproachProps) {
  const element = untrack(() => props.children) as HTMLElement;
  const [isMade, setMade] = createSignal(false);
  const standing: Standing = (given) => {
    // a button that sends a form goes on doing so
    const [, taken] = splitProps(given, ["type"]);
    spread(element, taken, false, true);
    return element;
  };
  const listening = new AbortController();
  onMount(() => {
    const approach = (event: Event) => {
      listening.abort();
      setMade(true);
      // what was made has to see what it was made for
      element.dispatchEvent(new (event.constructor as typeof Event)(event.type, event));
    };
    for (const sign of SIGNS) element.addEventListener(sign, approach, { signal: listening.signal });
  });
  onCleanup(() => listening.abort());
  return (
    <Show when={isMade()} fallback={element}>
      {props.made(standing)}
    </Show>
  );
}
