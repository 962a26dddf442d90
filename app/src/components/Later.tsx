import { createSignal, type JSX, onCleanup, onMount, type ParentProps, Show } from "solid-js";

/** Children that are made in a task of their own, so that the browser can paint and answer before. */
export function Later(props: ParentProps<{ fallback?: JSX.Element }>) {
  const [isTime, setTime] = createSignal(false);
  onMount(() => {
    const handle = setTimeout(() => setTime(true));
    onCleanup(() => clearTimeout(handle));
  });
  return (
    <Show when={isTime()} fallback={props.fallback}>
      {props.children}
    </Show>
  );
}
