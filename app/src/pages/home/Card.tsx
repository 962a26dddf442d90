import { type JSX, Show } from "solid-js";

/** A part of the page, with a link to the whole of what it shows. */
export function Card(props: { title: string; note?: string; link?: JSX.Element; children: JSX.Element }) {
  return (
    <section class="block" aria-label={props.title}>
      <div class="card-head">
        <h2>{props.title}</h2>
        {props.link}
      </div>
      <Show when={props.note}>
        <p class="muted">{props.note}</p>
      </Show>
      {props.children}
    </section>
  );
}
