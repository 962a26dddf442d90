import { createMemo, createSignal, For, Show } from "solid-js";
import { ChartCanvas } from "../../charts/ChartCanvas.tsx";
import { historyChart } from "../../charts/history.ts";
import type { Palette } from "../../charts/options.ts";
import { competitorSeries, demandBars, ourPrice } from "../../charts/series.ts";
import { Failure } from "../../components/Async.tsx";
import { now } from "../../components/facts.tsx";
import { SkeletonRows } from "../../components/states.tsx";
import { plural } from "../../format/words.ts";
import {
  boundsOf,
  type Span,
  useDemand,
  useHistory,
  useOffers,
  useProduct,
  useTrend,
} from "../../queries/products.ts";

interface MarketChartProps {
  sku: string;
  currency: string;
  /** decimal string; null without an open proposal */
  proposed: string | null;
}

const SPANS = [
  { label: "24 h", days: 1, window: "5m" },
  { label: "7 d", days: 7, window: "1h" },
  { label: "30 d", days: 30, window: "1d" },
  { label: "120 d", days: 120, window: "1d" },
] as const satisfies readonly (Span & { label: string })[];
const SPAN_FIRST = SPANS[3];
/** Days of demand before the span, for the price in force at its beginning. */
const DAYS_BEFORE = 2;

function useMarket(props: MarketChartProps, span: () => Span) {
  const sku = () => props.sku;
  const product = useProduct(sku);
  const trend = useTrend(sku, span);
  const offers = useOffers(sku);
  const demand = useDemand(sku, () => span().days + DAYS_BEFORE);
  const ledger = useHistory(sku);
  const all = [product, trend, offers, demand, ledger] as const;
  return {
    pending: () => all.some((q) => q.isPending),
    failed: () => all.find((q) => q.isError && q.data === undefined),
    data: () => {
      const window = span().window;
      const range = boundsOf(span(), now());
      const days = demand.data?.items ?? [];
      const { series, hidden } = competitorSeries(
        trend.data?.items ?? [],
        offers.data?.items ?? [],
        window,
        range,
      );
      return {
        hidden,
        chart: {
          currency: props.currency,
          range,
          intraday: window !== "1d",
          ours: ourPrice(days, ledger.data?.items ?? [], product.data?.price ?? "0", range),
          competitors: series,
          demand: demandBars(days, range),
          proposed: props.proposed === null ? null : Number(props.proposed),
        },
      };
    },
  };
}

/** Our price, competitors' prices and the units sold, over a span that the reader chooses. */
export function MarketChart(props: MarketChartProps) {
  const [span, setSpan] = createSignal<(typeof SPANS)[number]>(SPAN_FIRST);
  const market = useMarket(props, span);
  const shown = createMemo(() => (market.pending() || market.failed() ? null : market.data()));
  const configuration = createMemo(() => {
    const chart = shown()?.chart;
    return chart ? (palette: Palette) => historyChart(chart, palette) : null;
  });
  const label = () => {
    const competitors = plural(shown()?.chart.competitors.length ?? 0, "competitor");
    return `Our price, ${competitors} and units sold, last ${span().label}`;
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
