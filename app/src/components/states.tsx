import { A } from "@solidjs/router";
import { For, type JSX, Show } from "solid-js";

/** Placeholders with the height of the real rows, so that nothing moves when they arrive. */
export function SkeletonRows(props: { rows: number; height?: "row" | "line" | "card" | "chart" }) {
  return (
    <div class="skeleton" aria-hidden="true">
      <For each={Array.from({ length: props.rows })}>
        {() => <div class={`skeleton-bar skeleton-${props.height ?? "row"}`} />}
      </For>
    </div>
  );
}

/** Placeholders of a row of figures: they wrap as the real ones do, at every width. */
export function SkeletonFacts(props: { count: number }) {
  return (
    <div class="facts" aria-hidden="true">
      <For each={Array.from({ length: props.count })}>
        {() => (
          <div class="fact skeleton-fact">
            <div class="skeleton-bar skeleton-line" />
          </div>
        )}
      </For>
    </div>
  );
}

interface EmptyStateProps {
  title: string;
  children?: JSX.Element;
  action?: JSX.Element;
  /** where it is done */
  next?: { label: string; href: string };
}

/** Says that there is nothing to show, and what to do about it. */
export function EmptyState(props: EmptyStateProps) {
  return (
    <div class="empty">
      <strong>{props.title}</strong>
      <Show when={props.children}>
        <p>{props.children}</p>
      </Show>
      {props.action}
      <Show when={props.next}>
        {(next) => (
          <A class="button" href={next().href}>
            {next().label}
          </A>
        )}
      </Show>
    </div>
  );
}
