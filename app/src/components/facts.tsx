import { createSignal, type JSX, Show } from "solid-js";
import { ago, dateTime, until } from "../format/time.ts";
import { Term } from "./Term.tsx";

const TICK_MS = 10_000;
const [now, setNow] = createSignal(Date.now());
setInterval(() => setNow(Date.now()), TICK_MS);

/** The present (ms), updated every ten seconds: ages and deadlines on the page are measured against it. */
export { now };

/** How long ago, with the exact instant on hover. */
export function Ago(props: { at: string }) {
  return (
    <time dateTime={props.at} title={dateTime(props.at)}>
      {ago(props.at, now())}
    </time>
  );
}

/** How long until, with the exact instant on hover. */
export function Until(props: { at: string }) {
  return (
    <time dateTime={props.at} title={dateTime(props.at)}>
      {until(props.at, now())}
    </time>
  );
}

/** A labelled figure with a line of context below it. */
export function Fact(props: { label: string; children: JSX.Element; note?: JSX.Element }) {
  return (
    <div class="fact">
      <dt>
        <Term label={props.label} />
      </dt>
      <dd>
        <span class="fact-value">{props.children}</span>
        <Show when={props.note}>
          <span class="fact-note">{props.note}</span>
        </Show>
      </dd>
    </div>
  );
}
