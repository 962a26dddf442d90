import { useQuery } from "@tanstack/solid-query";
import { For, Show } from "solid-js";
import { answer, api, inPath } from "../../api/client.ts";
import { Async } from "../../components/Async.tsx";
import { Ago } from "../../components/facts.tsx";
import { SkeletonRows } from "../../components/states.tsx";
import { number } from "../../format/number.ts";
import { OutcomeChip } from "./parts.tsx";

const SHOWN = 8;

/** The latest tries to reach an endpoint. */
export function Deliveries(props: { endpoint: string }) {
  const tries = useQuery(() => ({
    queryKey: ["deliveries", props.endpoint],
    queryFn: ({ signal }) =>
      answer(
        api.endpoints[":id"].deliveries.$get(
          { param: { id: inPath(props.endpoint) }, query: { limit: SHOWN } },
          { init: { signal } },
        ),
      ),
  }));
  return (
    <section aria-label="Latest deliveries">
      <h2 class="field-label">Latest deliveries</h2>
      <Async query={tries} skeleton={<SkeletonRows rows={3} />}>
        {(page) => (
          <Show
            when={page().items.length > 0}
            fallback={<p class="muted">Nothing has been sent in the last two weeks.</p>}
          >
            <ul class="log">
              <For each={page().items}>
                {({ seq, what, outcome, error, ms, at }) => (
                  <li class="log-row">
                    <OutcomeChip outcome={outcome} />
                    <span class="clip" title={error ?? what}>
                      {seq === null ? what : `${number(seq)} ${what}`}
                      <Show when={error}>{(why) => <span class="muted"> · {why()}</span>}</Show>
                    </span>
                    <span class="muted num">
                      {number(ms)} ms, <Ago at={at} />
                    </span>
                  </li>
                )}
              </For>
            </ul>
          </Show>
        )}
      </Async>
    </section>
  );
}
