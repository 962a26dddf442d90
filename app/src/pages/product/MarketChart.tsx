import { createMemo, createSignal, For, Show } from "solid-js";
import { MINUTE_MS } from "../../../../domain/base/time.ts";
import { ChartCanvas } from "../../charts/ChartCanvas.tsx";
import { historyChart } from "../../charts/history.ts";
import type { Palette } from "../../charts/options.ts";
import { competitorSeries, demandBars, ourPrice } from "../../charts/series.ts";
import { Failure } from "../../components/Async.tsx";
import { now } from "../../components/facts.tsx";
import { SkeletonRows } from "../../components/states.tsx";
import { unitTitle } from "../../format/quantity.ts";
import { plural } from "../../format/words.ts";
import { boundsOf, SPAN_FIRST, SPANS, type Span, useMarket } from "../../queries/products.ts";

interface MarketChartProps {
  sku: string;
  currency: string;
  /** decimal string; null without an open proposal */
  proposed: string | null;
}

/** Charts move on once a minute, not with the clock of the ages. */
function useMinute() {
  return createMemo(() => Math.ceil(now() / MINUTE_MS) * MINUTE_MS);
}

function useChart(props: MarketChartProps, span: () => Span) {
  const market = useMarket(() => props.sku, span);
  const minute = useMinute();
  return {
    failed: () => (market.isError && market.data === undefined ? market : undefined),
    data: () => {
      if (market.isPending || !market.data) return null;
      const { product, trend, offers, demand, ledger } = market.data;
      const window = span().window;
      const range = boundsOf(span(), minute());
      const { series, hidden } = competitorSeries(trend, offers, window, range);
      return {
        hidden,
        chart: {
          currency: props.currency,
          range,
          intraday: window !== "1d",
          ours: ourPrice(demand, ledger, product.price, range),
          competitors: series,
          demand: demandBars(demand, range),
          unit: unitTitle(product.quantityUnit),
          proposed: props.proposed === null ? null : Number(props.proposed),
        },
      };
    },
  };
}

/** Our price, competitors' prices and the units sold, over a span that the reader chooses. */
export function MarketChart(props: MarketChartProps) {
  const [span, setSpan] = createSignal<(typeof SPANS)[number]>(SPAN_FIRST);
  const market = useChart(props, span);
  const shown = createMemo(() => market.data());
  const configuration = createMemo(() => {
    const chart = shown()?.chart;
    return chart ? (palette: Palette) => historyChart(chart, palette) : null;
  });
  const label = () => {
    const competitors = plural(shown()?.chart.competitors.length ?? 0, "competitor");
    return `Our price, ${competitors} and ${shown()?.chart.unit.toLowerCase() ?? "units"} sold, last ${span().label}`;
  };
  return (
    <div class="market">
      <fieldset class="segments">
        <legend class="sr-only">Span of time</legend>
        <For each={SPANS}>
          {(s) => (
            <button type="button" class="segment" aria-pressed={span() === s} onClick={() => setSpan(s)}>
              {s.label}
            </button>
          )}
        </For>
      </fieldset>
      <Show
        when={configuration()}
        fallback={
          <Show when={market.failed()} fallback={<SkeletonRows rows={1} height="chart" />}>
            {(query) => <Failure error={query().error} onRetry={() => query().refetch()} />}
          </Show>
        }
      >
        {(config) => <ChartCanvas tall label={label()} configuration={config()} />}
      </Show>
      <Show when={shown()?.hidden}>
        {(hidden) => (
          <p class="hint">
            {plural(hidden(), "more competitor")} with a higher price: see the offers on the product page.
          </p>
        )}
      </Show>
    </div>
  );
}
