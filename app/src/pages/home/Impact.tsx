import { A } from "@solidjs/router";
import { For, Show } from "solid-js";
import { Async } from "../../components/Async.tsx";
import { Fact } from "../../components/facts.tsx";
import { SkeletonRows } from "../../components/states.tsx";
import { moneyDelta, signed } from "../../format/number.ts";
import { plural } from "../../format/words.ts";
import { useImpact } from "../../queries/earn.ts";
import { Card } from "./Card.tsx";

/** What the prices that were applied in the last days have come to. */
export function Impact(props: { isNarrowed: boolean }) {
  const impact = useImpact();
  return (
    <Card
      title="Impact of applied prices"
      note={`Prices of the last 30 days${props.isNarrowed ? ", of all categories" : ""}, each against what unchanged products of its category did over the same days.`}
      link={<A href="/outcomes">All outcomes</A>}
    >
      <Async query={impact} skeleton={<SkeletonRows rows={2} height="line" />}>
        {(found) => (
          <Show
            when={found().currencies.length > 0}
            fallback={
              <p class="muted">
                Nothing is measured yet: the nightly evaluation measures a price once it has been in force for
                some full days.
              </p>
            }
          >
            <For each={found().currencies}>
              {(one) => (
                <dl class="facts">
                  <Fact
                    label="Profit of a day"
                    note={`expected ${moneyDelta(one.expectedProfit, one.currency)}`}
                  >
                    <span class={Number(one.profit) >= 0 ? "good" : "bad"}>
                      {moneyDelta(one.profit, one.currency)}
                    </span>
                  </Fact>
                  <Fact label="Units of a day">{signed(one.units, 1)}</Fact>
                  <Fact label="Earn more" note={`of ${plural(one.prices, "price")} measured`}>
                    {one.gained}
                  </Fact>
                  <Fact label="Offered to be taken back" note="revenue fell short of what was expected">
                    <A href="/outcomes?alarm=true">{one.alarms}</A>
                  </Fact>
                </dl>
              )}
            </For>
          </Show>
        )}
      </Async>
    </Card>
  );
}
