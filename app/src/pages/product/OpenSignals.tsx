import { For, Show } from "solid-js";
import { Async } from "../../components/Async.tsx";
import { PriorityChip, SignalStatusChip } from "../../components/chips.tsx";
import { Ago } from "../../components/facts.tsx";
import { EmptyState, SkeletonRows } from "../../components/states.tsx";
import { withMoney } from "../../format/number.ts";
import { words } from "../../format/words.ts";
import { useSignalsOf } from "../../queries/signals.ts";
import { AssignMenu } from "../AssignMenu.tsx";

/** The signals of a SKU that are not resolved. */
export function OpenSignals(props: { sku: string }) {
  const signals = useSignalsOf(() => props.sku);
  const unresolved = () =>
    (signals.isPending ? [] : (signals.data?.items ?? [])).filter((s) => s.status !== "resolved");
  return (
    <section class="block" aria-labelledby="signals-heading">
      <h2 id="signals-heading">Open signals</h2>
      <Async query={signals} skeleton={<SkeletonRows rows={3} height="line" />}>
        {() => (
          <Show when={unresolved().length > 0} fallback={<EmptyState title="No open signals" />}>
            <ul class="signal-list">
              <For each={unresolved()}>
                {(signal) => (
                  <li class="signal-item">
                    <div class="signal-head">
                      <PriorityChip priority={signal.priority} />
                      <strong>{words(signal.type)}</strong>
                      <Show when={signal.status === "acknowledged"}>
                        <SignalStatusChip status={signal.status} />
                      </Show>
                      <span class="muted signal-when">
                        <Ago at={signal.openedAt} />
                      </span>
                    </div>
                    <p>{withMoney(signal.message)}</p>
                    <p class="muted">
                      Assigned to: <AssignMenu signal={signal} />
                    </p>
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
