import { For, Show } from "solid-js";
import type { ProposalDetail } from "../../../../domain/contract/decisions.ts";
import { PriorityChip } from "../../components/chips.tsx";
import { Ago } from "../../components/facts.tsx";
import { PlainTable } from "../../components/PlainTable.tsx";
import { SkeletonRows } from "../../components/states.tsx";
import { type MarketPlace, marketPlace } from "../../format/market-place.ts";
import { fixed, money, percentDelta, withMoney } from "../../format/number.ts";
import { words } from "../../format/words.ts";
import { SPAN_FIRST, useMarket } from "../../queries/products.ts";

/** Where the price stands among the competitors' before and after the change, and the open signals of the product. */
export function MarketAfter(props: { proposal: ProposalDetail }) {
  const market = useMarket(
    () => props.proposal.sku,
    () => SPAN_FIRST,
  );
  const found = () => (market.isPending ? undefined : market.data);
  const place = (price: string) => marketPlace(found()?.offers ?? [], Number(price));
  return (
    <Show
      when={found()}
      fallback={
        <Show when={market.isPending}>
          <SkeletonRows rows={4} />
        </Show>
      }
    >
      {(data) => (
        <>
          <section class="block" aria-labelledby="after-heading">
            <h2 id="after-heading">Market after the change</h2>
            <Show
              when={place(props.proposal.from)}
              fallback={<p class="muted">No competitor’s offer counts now: none is fresh and in stock.</p>}
            >
              {(before) => (
                <Places
                  before={before()}
                  after={place(props.proposal.to) ?? before()}
                  currency={props.proposal.currency}
                />
              )}
            </Show>
          </section>
          <Show when={data().signals.length > 0}>
            <section class="block" aria-labelledby="linked-heading">
              <h2 id="linked-heading">Open signals of this product</h2>
              <ul class="signal-list">
                <For each={data().signals}>
                  {(signal) => (
                    <li class="signal-item">
                      <div class="signal-head">
                        <PriorityChip priority={signal.priority} />
                        <strong>{words(signal.type)}</strong>
                        <span class="muted signal-when">
                          <Ago at={signal.openedAt} />
                        </span>
                      </div>
                      <p>{withMoney(signal.message)}</p>
                    </li>
                  )}
                </For>
              </ul>
            </section>
          </Show>
        </>
      )}
    </Show>
  );
}

const LINES = [
  {
    label: "Gap to the cheapest",
    of: ({ gapPct }: MarketPlace) => percentDelta(gapPct),
  },
  { label: "Price index", of: ({ index }: MarketPlace) => fixed(index, 1) },
  { label: "Place", of: ({ rank, of }: MarketPlace) => `${rank} of ${of}` },
];

function Places(props: { before: MarketPlace; after: MarketPlace; currency: string }) {
  return (
    <>
      <p class="muted">
        The cheapest is {props.before.competitor} with {money(props.before.cheapest, props.currency)} landed,
        if nobody answers the change.
      </p>
      <PlainTable
        caption="Against the cheapest competitor"
        rows={LINES}
        columns={[
          { label: "Against it", cell: ({ label }) => label },
          { label: "Now", isNumber: true, cell: ({ of }) => of(props.before) },
          { label: "After", isNumber: true, class: "strong", cell: ({ of }) => of(props.after) },
        ]}
      />
    </>
  );
}
