import { Show } from "solid-js";
import type { Offer } from "../../../../domain/contract/market.ts";
import type { ProductMarket } from "../../../../domain/contract/product-market.ts";
import { inPath } from "../../api/client.ts";
import { Async } from "../../components/Async.tsx";
import { Chip } from "../../components/chips.tsx";
import { Ago } from "../../components/facts.tsx";
import { type PlainColumn, PlainTable } from "../../components/PlainTable.tsx";
import { EmptyState, SkeletonRows } from "../../components/states.tsx";
import { money, percent, percentDelta } from "../../format/number.ts";
import { words } from "../../format/words.ts";
import { ExportButton } from "../../list/parts.tsx";
import { SPAN_FIRST, useMarket, useOffers } from "../../queries/products.ts";

/** The latest offer of every competitor. */
export function OffersTable(props: { sku: string }) {
  const offers = useOffers(() => props.sku);
  // what the chart begins with: it is asked for once
  const market = useMarket(
    () => props.sku,
    () => SPAN_FIRST,
  );
  const standings = () => (market.isPending ? [] : (market.data?.standings ?? []));
  return (
    <section class="block" aria-labelledby="offers-heading">
      <div class="card-head">
        <h2 id="offers-heading">Competitors’ offers</h2>
        <ExportButton path={`/api/products/${inPath(props.sku)}/offers`} />
      </div>
      <Async query={offers} skeleton={<SkeletonRows rows={4} height="line" />}>
        {(page) => (
          <Show
            when={page().items.length > 0}
            fallback={
              <EmptyState title="No offers yet">
                An offer appears as soon as a scraper reports one.
              </EmptyState>
            }
          >
            <PlainTable
              caption="Competitors' offers"
              isCards
              rows={page().items}
              rowClass={({ fresh }) => (fresh ? "" : "row-muted")}
              columns={[
                ...COLUMNS,
                {
                  ...{ label: "It was dearer", note: "of 90 days at most", isNumber: true },
                  cell: (offer: Offer) => (
                    <OwnPast
                      currency={offer.currency}
                      standing={standings().find(({ competitor }) => competitor === offer.competitor)}
                    />
                  ),
                },
              ]}
            />
          </Show>
        )}
      </Async>
    </section>
  );
}

type Standing = ProductMarket["standings"][number];

/** Whether the price is cheap or dear for this competitor. */
function OwnPast(props: { standing: Standing | undefined; currency: string }) {
  const text = ({ cheaperThanPct, low, high }: Standing) =>
    low === high && cheaperThanPct === 50 ? "always the same" : `${percent(cheaperThanPct, 0)} of days`;
  return (
    <Show when={props.standing} fallback={<span class="muted">too short</span>}>
      {(found) => (
        <span
          title={`${money(found().low, props.currency)} to ${money(found().high, props.currency)} in ${found().days} days`}
        >
          {text(found())}
        </span>
      )}
    </Show>
  );
}

const COLUMNS: readonly PlainColumn<Offer>[] = [
  { label: "Competitor", class: "cell-title cell-name", cell: ({ competitor }) => competitor },
  { label: "Price", isNumber: true, class: "strong", cell: (offer) => money(offer.price, offer.currency) },
  {
    ...{ label: "Landed price", note: "with shipping", isNumber: true },
    cell: (offer) => money(offer.landedPrice, offer.currency),
  },
  {
    ...{ label: "Gap", note: "positive: we are dearer", isNumber: true },
    cell: ({ gapPct }) => percentDelta(gapPct),
  },
  { label: "Availability", cell: ({ availability }) => words(availability) },
  {
    ...{ label: "Seen", isNumber: true, class: "cell-seen" },
    cell: (offer) => (
      <>
        <Ago at={offer.observedAt} />
        <Show when={!offer.fresh}>
          {" "}
          <Chip tone="warn" title="Too old to count for signals and prices">
            Stale
          </Chip>
        </Show>
      </>
    ),
  },
];
