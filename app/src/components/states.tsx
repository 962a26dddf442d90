import { For, type JSX, Show } from "solid-js";

/** Rows of the height of the real ones, so that nothing moves when they come. */
export function SkeletonRows(props: { rows: number; height?: "row" | "line" | "chart" }) {
  return (
    <div class="skeleton" aria-hidden="true">
      <For each={Array.from({ length: props.rows })}>
        {() => <div class={`skeleton-bar skeleton-${props.height ?? "row"}`} />}
      </For>
    </div>
  );
}

/** Nothing to show, and what brings something. */
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

interface Paged {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
}

/** The rest of a list, as long as there is one. */
export function LoadMore(props: { query: Paged; shown: number }) {
  return (
    <Show when={props.query.hasNextPage}>
      <div class="load-more">
        <span>{props.shown} loaded, there are more.</span>
        <button type="button" class="button button-small" onClick={() => props.query.fetchNextPage()}>
          {props.query.isFetchingNextPage ? "Loading…" : "Load more"}
        </button>
      </div>
    </Show>
  );
}
