import { useQuery } from "@tanstack/solid-query";
import type { InferResponseType } from "hono/client";
import { Show } from "solid-js";
import type { QuantityUnit } from "../../../../domain/base/quantity.ts";
import type { Product } from "../../../../domain/contract/catalogue.ts";
import { answer, answerOrNull, api, inPath } from "../../api/client.ts";
import type { PlainChart } from "../../charts/plain.ts";
import { Async } from "../../components/Async.tsx";
import { PlainTable } from "../../components/PlainTable.tsx";
import { EmptyState, SkeletonRows } from "../../components/states.tsx";
import { money, number, share } from "../../format/number.ts";
import { quantity, unitTitle, unitWord } from "../../format/quantity.ts";
import { dayMonth, lasts } from "../../format/time.ts";
import { keys } from "../../queries/keys.ts";
import { PlainChartView } from "../analysis/parts.tsx";

const product = api.products[":sku"];
type Forecast = InferResponseType<typeof product.forecast.$get, 200>;

const HOURS_PER_DAY = 24;

/** What is expected to be sold in the next two weeks, how long the stock lasts, and where competitors go. */
export function ForecastCard(props: { product: Product }) {
  const forecast = useQuery(() => ({
    queryKey: [...keys.product(props.product.sku), "forecast"],
    queryFn: ({ signal }) =>
      answerOrNull(
        product.forecast.$get({ param: { sku: inPath(props.product.sku) } }, { init: { signal } }),
      ),
  }));
  return (
    <section class="block" aria-labelledby="forecast-heading">
      <h2 id="forecast-heading">Forecast</h2>
      <Async
        query={forecast}
        skeleton={<SkeletonRows rows={1} height="chart" />}
        none={<EmptyState title="No forecast yet">The elasticity run of the night makes one.</EmptyState>}
      >
        {(found) => (
          <Shown forecast={found()} currency={props.product.currency} unit={props.product.quantityUnit} />
        )}
      </Async>
    </section>
  );
}

function Shown(props: { forecast: Forecast; currency: string; unit: QuantityUnit | undefined }) {
  const cheapest = () => props.forecast.competitor.forecast;
  return (
    <>
      <p class="muted">
        {unitTitle(props.unit)} a day at {money(props.forecast.price, props.currency)}, with their 80 %
        interval
        {props.forecast.intermittent ? ". It sells now and then, not every day" : ""}.
      </p>
      <Show when={props.forecast.daily.length > 0} fallback={<p class="muted">Too little has been sold.</p>}>
        <PlainChartView
          label={`Expected ${unitWord(props.unit)} a day, next 14 days`}
          chart={dailyChart(props.forecast, props.unit)}
        />
      </Show>
      <dl class="pairs">
        <Show when={props.forecast.stockout}>
          {(stock) => (
            <>
              <dt>Stock</dt>
              <dd>
                {stock().level}
                {stock().p50 === null
                  ? ""
                  : `, lasts about ${number((stock().p50 ?? 0) / HOURS_PER_DAY, 1)} days`}
              </dd>
            </>
          )}
        </Show>
        <Show when={cheapest()}>
          {(found) => (
            <>
              <dt>Cheapest competitor in a week</dt>
              <dd>
                {money(found().expected, props.currency)} ({money(found().p10, props.currency)} to{" "}
                {money(found().p90, props.currency)})
              </dd>
            </>
          )}
        </Show>
        <dt>Cuts of ours that competitors follow</dt>
        <dd>{share(props.forecast.followRate)}</dd>
      </dl>
    </>
  );
}

function dailyChart({ daily }: Forecast, unit: QuantityUnit | undefined): PlainChart {
  return {
    labels: daily.map(({ day }) => dayMonth(day)),
    series: [
      { name: "Expected", values: daily.map(({ mean }) => mean), colour: "ours" },
      { name: "80 %: from", values: daily.map(({ ci80 }) => ci80[0]), colour: 5, dashed: true },
      { name: "80 %: to", values: daily.map(({ ci80 }) => ci80[1]), colour: 5, dashed: true },
    ],
    ...{ xTitle: "Day", yTitle: `${unitTitle(unit)} a day` },
  };
}

/** What lies in each warehouse, and how long it lasts there. */
export function StockCard(props: { sku: string }) {
  const stock = useQuery(() => ({
    queryKey: [...keys.product(props.sku), "stock"],
    queryFn: ({ signal }) =>
      answer(product.stock.$get({ param: { sku: inPath(props.sku) } }, { init: { signal } })),
  }));
  return (
    <section class="block" aria-labelledby="stock-heading">
      <h2 id="stock-heading">Stock</h2>
      <Async query={stock} skeleton={<SkeletonRows rows={2} height="line" />}>
        {(found) => (
          <PlainTable
            caption="Stock by warehouse"
            rows={found().warehouses}
            none="No stock event has named this product."
            columns={[
              { label: "Warehouse", class: "cell-name", cell: ({ warehouse }) => warehouse },
              {
                label: "Stock",
                isNumber: true,
                cell: ({ units }) => quantity(units, found().quantityUnit),
              },
              {
                label: "Lasts",
                note: "at the forecast of the week",
                isNumber: true,
                cell: ({ hoursToStockout }) => lasts(hoursToStockout),
              },
            ]}
          />
        )}
      </Async>
    </section>
  );
}
