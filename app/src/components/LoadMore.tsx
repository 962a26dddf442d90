import { Show } from "solid-js";

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
