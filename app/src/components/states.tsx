import { For, type JSX, Show } from "solid-js";

/** Placeholders with the height of the real rows, so that nothing moves when they arrive. */
export function SkeletonRows(props: { rows: number; height?: "row" | "line" | "card" | "facts" | "chart" }) {
  return (
    <div class="skeleton" aria-hidden="true">
      <For each={Array.from({ length: props.rows })}>
        {() => <div class={`skeleton-bar skeleton-${props.height ?? "row"}`} />}
      </For>
    </div>
  );
}

/** Says that there is nothing to show, and what to do about it. */
export function EmptyState(props: { title: string; children?: JSX.Element; action?: JSX.Element }) {
  return (
    <div class="empty">
      <strong>{props.title}</strong>
      <Show when={props.children}>
        <p>{props.children}</p>
      </Show>
      {props.action}
    </div>
  );
}
