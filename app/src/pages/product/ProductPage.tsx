import { A, useParams } from "@solidjs/router";
import { createEffect, Show } from "solid-js";
import type { QuantityUnit } from "../../../../domain/base/quantity.ts";
import type { Product } from "../../../../domain/contract/catalogue.ts";
import { Async } from "../../components/Async.tsx";
import { Chip } from "../../components/chips.tsx";
import { Ago, Fact } from "../../components/facts.tsx";
import { EmptyState, SkeletonRows } from "../../components/states.tsx";
import { unitFigures } from "../../format/margin.ts";
import { money, percent } from "../../format/number.ts";
import { words } from "../../format/words.ts";
import { paths, withQuery } from "../../paths.ts";
import { usePricesIncludeTax, useProduct, useServedPrice } from "../../queries/products.ts";
import { usePendingProposal } from "../../queries/proposals.ts";
import { ElasticityCard } from "./ElasticityCard.tsx";
import { ForecastCard, StockCard } from "./ForecastCard.tsx";
import { Ledger } from "./Ledger.tsx";
import { MarketChart } from "./MarketChart.tsx";
import { OffersTable } from "./OffersTable.tsx";
import { OpenSignals } from "./OpenSignals.tsx";
import { ProductActions } from "./ProductActions.tsx";
import { WhyCard } from "./WhyCard.tsx";

/** Everything about one SKU. */
export function ProductPage() {
  const params = useParams<{ sku: string }>();
  const product = useProduct(() => decodeURIComponent(params.sku));
  return (
    <main class="page product">
      <A class="back" href={paths.products()}>
        ← All products
      </A>
      <Async
        query={product}
        skeleton={
          <>
            <SkeletonRows rows={2} />
            <SkeletonRows rows={1} height="chart" />
          </>
        }
        none={
          <EmptyState title={`No product has the SKU ${decodeURIComponent(params.sku)}`}>
            It was never imported, or it goes by another SKU now. Look for it among all products.
          </EmptyState>
        }
      >
        {(data) => <Opened product={data()} />}
      </Async>
    </main>
  );
}

const SOLD_BY: Record<QuantityUnit, string> = {
  ...{ piece: "the piece", kg: "the kilogram", g: "the gram", l: "the litre", ml: "the millilitre" },
  ...{ m: "the metre", cm: "the centimetre", m2: "the square metre", m3: "the cubic metre", h: "the hour" },
};

function Opened(props: { product: Product }) {
  const sku = () => props.product.sku;
  const proposal = usePendingProposal(sku);

  createEffect(() => {
    document.title = `${props.product.title} · Pricewright`;
  });

  return (
    <>
      <div class="page-head">
        <div>
          <h1>{props.product.title}</h1>
          <p class="sub">
            {sku()}
            <Show when={props.product.brand}>{(brand) => ` · ${brand()}`}</Show>
            {` · ${props.product.category}`}
            <Show when={props.product.gtin}>{(gtin) => ` · GTIN ${gtin()}`}</Show>
            <Show when={props.product.family}>
              {(family) => (
                <>
                  {" · "}
                  <A href={withQuery(paths.products(), { family: family() })}>Family {family()}</A>
                </>
              )}
            </Show>
            <Show when={props.product.quantityUnit}>{(unit) => ` · sold by ${SOLD_BY[unit()]}`}</Show>
          </p>
        </div>
        <Show when={props.product.tags?.includes("kvi")}>
          <Chip tone="info">Key value item</Chip>
        </Show>
        <Show when={props.product.status === "inactive"}>
          <Chip tone="quiet">Inactive</Chip>
        </Show>
        <span class="page-actions">
          <ProductActions product={props.product} />
          <Show when={proposal()}>
            {(p) => (
              <A class="button button-small button-primary" href={paths.proposal(p().id)}>
                Review the proposal: {money(p().to, p().currency)}
              </A>
            )}
          </Show>
        </span>
      </div>
      <PriceFacts product={props.product} />
      <div class="columns">
        <div class="column">
          <section class="block" aria-labelledby="market-heading">
            <h2 id="market-heading">Price, competitors and demand</h2>
            <MarketChart sku={sku()} currency={props.product.currency} proposed={proposal()?.to ?? null} />
          </section>
          <OffersTable sku={sku()} />
          <ForecastCard product={props.product} />
        </div>
        <div class="column">
          <WhyCard sku={sku()} />
          <ElasticityCard sku={sku()} />
          <StockCard sku={sku()} />
          <OpenSignals sku={sku()} />
        </div>
      </div>
      <Ledger sku={sku()} />
    </>
  );
}

function allowed({ minPrice, maxPrice, currency }: Product): string {
  if (minPrice === undefined && maxPrice === undefined) return "not set";
  if (minPrice === undefined) return `up to ${money(maxPrice ?? "0", currency)}`;
  if (maxPrice === undefined) return `from ${money(minPrice, currency)}`;
  return `${money(minPrice, currency)} – ${money(maxPrice, currency)}`;
}

function PriceFacts(props: { product: Product }) {
  const served = useServedPrice(() => props.product.sku);
  const includeTax = usePricesIncludeTax();
  const asMoney = (amount: string | undefined) =>
    amount === undefined ? "not set" : money(amount, props.product.currency);
  const figures = () => unitFigures(props.product, includeTax());
  const tax = () => {
    const rate = props.product.taxRate;
    return rate
      ? `net price ${money((figures()?.net ?? 0).toFixed(4), props.product.currency)}`
      : "no tax set";
  };
  return (
    <dl class="facts facts-wide">
      <Fact
        label="Price served"
        note={
          <Show when={!served.isPending && served.data}>
            {(s) => (
              <>
                {words(s().source)} price, <Ago at={s().since} />
              </>
            )}
          </Show>
        }
      >
        {asMoney(props.product.price)}
      </Fact>
      <Fact label="Base price">{asMoney(props.product.basePrice)}</Fact>
      <Fact label="Unit cost">{asMoney(props.product.unitCost)}</Fact>
      <Show when={figures()}>
        {(e) => (
          <>
            <Fact label="Margin" note={`share of the net price after tax, fees and cost; ${tax()}`}>
              {percent(e().margin * 100)}
            </Fact>
            <Show when={e().markup !== null}>
              <Fact label="Markup" note="net price over cost, less one">
                {percent((e().markup ?? 0) * 100)}
              </Fact>
            </Show>
          </>
        )}
      </Show>
      <Fact label="Allowed prices" note="lowest to highest">
        {allowed(props.product)}
      </Fact>
    </dl>
  );
}
