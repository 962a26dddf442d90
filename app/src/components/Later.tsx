import { createSignal, type JSX, onCleanup, onMount, type ParentProps, Show } from "solid-js";
import { afterPaint } from "./pace.ts";

interface LaterProps {
  fallback?: JSX.Element;
  /** not before what else there is has been painted */
  isAfterPaint?: boolean;
}

/** Children that are made in a task of their own, so that the browser can paint and answer before. */
export function Later(props: ParentProps<LaterProps>) {
  const [isTime, setTime] = createSignal(false);
  let isGone = false;
  onCleanup(() => {
    isGone = true;
  });
  const make = () => !isGone && setTime(true);
  onMount(() => (props.isAfterPaint ? afterPaint(make) : setTimeout(make)));
  return (
    <Show when={isTime()} fallback={props.fallback}>
      {props.children}
    </Show>
  );
}
