import { For, Show } from "solid-js";
import type { Offer } from "../../../../domain/contract/market.ts";
import { inPath } from "../../api/client.ts";
import { Async } from "../../components/Async.tsx";
import { Chip } from "../../components/chips.tsx";
import { Ago } from "../../components/facts.tsx";
import { EmptyState, SkeletonRows } from "../../components/states.tsx";
import { money, percentDelta } from "../../format/number.ts";
import { words } from "../../format/words.ts";
import { ExportButton } from "../../list/parts.tsx";
import { useOffers } from "../../queries/products.ts";

/** The latest offer of every competitor. */
export function OffersTable(props: { sku: string }) {
  const offers = useOffers(() => props.sku);
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
            <table class="table table-tight cards">
              <thead>
                <tr>
                  <th scope="col">Competitor</th>
                  <th scope="col" class="num">
                    Price
                  </th>
                  <th scope="col" class="num">
                    Landed price<span class="th-note">with shipping</span>
                  </th>
                  <th scope="col" class="num">
                    Gap<span class="th-note">positive: we are dearer</span>
                  </th>
                  <th scope="col">Availability</th>
                  <th scope="col" class="num">
                    Seen
                  </th>
                </tr>
              </thead>
              <tbody>
                <For each={page().items}>{(offer) => <OfferRow offer={offer} />}</For>
              </tbody>
            </table>
          </Show>
        )}
      </Async>
    </section>
  );
}

function OfferRow(props: { offer: Offer }) {
  return (
    <tr classList={{ "row-muted": !props.offer.fresh }}>
      <td class="cell-title">{props.offer.competitor}</td>
      <td class="num strong" data-label="Price">
        {money(props.offer.price, props.offer.currency)}
      </td>
      <td class="num" data-label="Landed price">
        {money(props.offer.landedPrice, props.offer.currency)}
      </td>
      <td class="num" data-label="Gap">
        {percentDelta(props.offer.gapPct)}
      </td>
      <td data-label="Availability">{words(props.offer.availability)}</td>
      <td class="num" data-label="Seen">
        <Ago at={props.offer.observedAt} />
        <Show when={!props.offer.fresh}>
          {" "}
          <Chip tone="warn" title="Too old to count for signals and prices">
            Stale
          </Chip>
        </Show>
      </td>
    </tr>
  );
}
