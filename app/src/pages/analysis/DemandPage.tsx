import { For, Show } from "solid-js";
import { HOUR_MS } from "../../../../domain/base/time.ts";
import type { PlainChart } from "../../charts/plain.ts";
import { Async } from "../../components/Async.tsx";
import { Fact } from "../../components/facts.tsx";
import { PlainTable } from "../../components/PlainTable.tsx";
import { EmptyState, SkeletonRows } from "../../components/states.tsx";
import { fixed, money, number, percent } from "../../format/number.ts";
import { dayMonth } from "../../format/time.ts";
import { plural } from "../../format/words.ts";
import { type Demand, useDemandAnalysis } from "../../queries/analysis.ts";
import { WeekHeat, weekHour } from "./HeatMap.tsx";
import { AnalysisPage, Block, PlainChartView, SpanChoices } from "./parts.tsx";
import { useSpan } from "./span.ts";

/** When and what shoppers buy, and how good the forecasts are. */
export function DemandPage() {
  const { address, query, exported } = useSpan();
  const demand = useDemandAnalysis(query);
  return (
    <AnalysisPage
      title="Demand"
      note="When shoppers buy, how evenly categories sell, and how near the forecasts of the day before came."
      exported={{ path: "/api/marts/hourly-demand", address: exported }}
      choices={<SpanChoices address={address} />}
    >
      <Async query={demand} skeleton={<SkeletonRows rows={6} />}>
        {(found) => (
          <Show
            when={found().ranking.length > 0}
            fallback={
              <EmptyState title="No demand in these days" next={{ label: "Import demand", href: "/imports" }}>
                Import what was sold by day, or let the shop post what shoppers do; the figures follow with
                the next full hour.
              </EmptyState>
            }
          >
            <DemandBlocks demand={found()} />
          </Show>
        )}
      </Async>
    </AnalysisPage>
  );
}

/** Categories with hours of their own. */
const CATEGORIES_SHOWN = 6;

const hasPurchases = ({ purchases }: Demand["hourly"][number]) => purchases.some((count) => count > 0);

function DemandBlocks(props: { demand: Demand }) {
  const scores = () => props.demand.scores;
  return (
    <>
      <Block title="Purchases by the hour of the week" note={topText(props.demand)}>
        <WeekHeat
          caption="Purchases by weekday and hour"
          cells={props.demand.heat}
          unit="purchases an hour"
          none="No purchase came as an event in these days."
        />
      </Block>
      <Block
        title="Forecast and demand by day"
        width="two-thirds"
        note="Forecasts were made on the day before."
      >
        <PlainChartView label="Units forecast and sold by day" chart={daysChart(props.demand)} />
      </Block>
      <Block title="How near they came" width="third" note={comparedText(scores().forecast.days)}>
        <dl class="facts">
          <Nearness label="Our forecast" score={scores().forecast} />
          <Nearness label="Weighted mean" score={scores().baseline} />
        </dl>
      </Block>
      <Block
        title="Categories by what they sell"
        note="Variation is the standard deviation of a day's units over their mean: the higher, the less even."
      >
        <PlainTable
          caption="Categories by units, with how evenly they sell"
          rows={props.demand.ranking}
          columns={[
            { label: "Category", cell: (row) => row.category },
            { label: "Units", isNumber: true, cell: (row) => number(row.units) },
            { label: "Revenue", isNumber: true, cell: (row) => money(row.revenue, props.demand.currency) },
            {
              label: "Variation",
              isNumber: true,
              cell: (row) => <strong>{row.variation === null ? "–" : fixed(row.variation, 2)}</strong>,
            },
            { label: "Advice", cell: (row) => row.advice ?? "Nothing sold" },
          ]}
        />
      </Block>
      <For each={props.demand.hourly.filter(hasPurchases).slice(0, CATEGORIES_SHOWN)}>
        {(one) => (
          <Block title={`${one.category}: purchases by the hour`} width="half">
            <PlainChartView
              label={`Purchases of ${one.category} by hour`}
              chart={hourlyChart(one, props.demand.hoursFrom)}
            />
          </Block>
        )}
      </For>
    </>
  );
}

/** How far a method was off on average. */
function Nearness(props: { label: string; score: Demand["scores"]["forecast"] }) {
  return (
    <Fact
      label={props.label}
      note={props.score.wape === null ? "" : `${share(props.score.wape)} of what sold`}
    >
      {props.score.mae === null ? "–" : `±${number(props.score.mae, 1)} units`}
    </Fact>
  );
}

function comparedText(days: number): string {
  return days === 0
    ? "Known from the day after the first elasticity run."
    : `${plural(days, "day")} compared.`;
}

function share(wape: number | null): string {
  return wape === null ? "–" : percent(100 * wape);
}

function topText({ topCells }: Demand): string | undefined {
  if (topCells.length === 0) return undefined;
  return `Busiest: ${topCells.map(weekHour).join(", ")}. Hours are those of the shop.`;
}

function daysChart({ days }: Demand): PlainChart {
  return {
    labels: days.map(({ day }) => dayMonth(day)),
    series: [
      { name: "Sold", values: days.map(({ actual }) => actual), kind: "bar", colour: "demand" },
      { name: "Our forecast", values: days.map(({ forecast }) => forecast), colour: "ours" },
      {
        name: "Weighted mean",
        values: days.map(({ baseline }) => baseline),
        colour: "proposed",
        dashed: true,
      },
    ],
    ...{ xTitle: "Day", yTitle: "Units" },
  };
}

function hourlyChart(one: Demand["hourly"][number], hoursFrom: string): PlainChart {
  const first = Date.parse(hoursFrom);
  const known = one.purchases.length;
  const labels = Array.from({ length: known + one.next6.length }, (_, i) =>
    new Date(first + i * HOUR_MS).toLocaleString("en-GB", {
      weekday: "short",
      hour: "2-digit",
      minute: "2-digit",
    }),
  );
  const gap = Array.from({ length: known - 1 }, () => null);
  return {
    labels,
    series: [
      { name: "Purchases", values: one.purchases, kind: "bar", colour: "demand" },
      { name: "Mean of 3 hours", values: one.movingAverage3, colour: "ours" },
      {
        name: "Next 6 hours, weighted mean",
        values: [...gap, one.movingAverage3.at(-1) ?? null, ...one.next6],
        ...{ colour: "proposed" as const, dashed: true },
      },
    ],
    ...{ xTitle: "Hour", yTitle: "Purchases an hour" },
  };
}
