import { createSignal, type JSX, type ParentProps, Show } from "solid-js";

/** What is made once it is opened. */
export function More(props: ParentProps<{ summary: JSX.Element }>) {
  const [wasOpened, setOpened] = createSignal(false);
  return (
    <details class="more" onToggle={() => setOpened(true)}>
      <summary>{props.summary}</summary>
      <Show when={wasOpened()}>{props.children}</Show>
    </details>
  );
}
