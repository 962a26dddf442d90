import { createSignal, onCleanup, onMount, type ParentProps, Show } from "solid-js";

/** Children that are made in a task of their own, so that the browser can paint and answer before. */
export function Later(props: ParentProps) {
  const [isTime, setTime] = createSignal(false);
  onMount(() => {
    const handle = setTimeout(() => setTime(true));
    onCleanup(() => clearTimeout(handle));
  });
  return <Show when={isTime()}>{props.children}</Show>;
}
