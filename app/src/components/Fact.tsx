import { type JSX, Show } from "solid-js";

/** A labelled figure with a line of context below it. */
export function Fact(props: { label: string; children: JSX.Element; note?: JSX.Element }) {
  return (
    <div class="fact">
      <dt>{props.label}</dt>
      <dd>
        <span class="fact-value">{props.children}</span>
        <Show when={props.note}>
          <span class="fact-note">{props.note}</span>
        </Show>
      </dd>
    </div>
  );
}
