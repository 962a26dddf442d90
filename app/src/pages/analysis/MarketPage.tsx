import { A } from "@solidjs/router";
import { Show } from "solid-js";
import type { PlainChart } from "../../charts/plain.ts";
import { Async } from "../../components/Async.tsx";
import { SelectField } from "../../components/fields.tsx";
import { type PlainColumn, PlainTable } from "../../components/PlainTable.tsx";
import { EmptyState, SkeletonRows } from "../../components/states.tsx";
import { money, number, percent, percentDelta } from "../../format/number.ts";
import { dayMonth } from "../../format/time.ts";
import { type ListAddress, useListAddress } from "../../list/address.ts";
import { paths } from "../../paths.ts";
import {
  type Mover,
  useMarketIndex,
  useMovers,
  useVolatility,
  type Volatility,
} from "../../queries/analysis.ts";
import { useMarketSummary } from "../../queries/home.ts";
import { DirectionsBlock } from "./Directions.tsx";
import { ExposureBlock } from "./Exposure.tsx";
import { HeatTable, WeekHeat } from "./HeatMap.tsx";
import { LatestMovements } from "./LatestMovements.tsx";
import { Positions } from "./MarketPositions.tsx";
import { AnalysisPage, Block, PlainChartView, SpanChoices } from "./parts.tsx";
import { useSpan, wholeDays } from "./span.ts";

/** Where our prices stand, by category, brand and competitor, and how the market moves. */
export function MarketPage() {
  const { address, query } = useSpan();
  const market = useMarketSummary();
  const pricing = useListAddress({});
  return (
    <AnalysisPage
      title="Market"
      note="The index is our price as a per cent of the cheapest competitor's landed price in stock, as a geometric mean: above 100 we are dearer."
      exported={{ path: "/api/marts/pricing-analysis", address: pricing }}
      choices={<SpanChoices address={address} hasCategory={false} />}
    >
      <Async query={market} skeleton={<SkeletonRows rows={6} />}>
        {(summary) => (
          <Show
            when={summary().market.products > 0}
            fallback={
              <EmptyState title="No product yet" next={{ label: "Import a file", href: "/imports" }}>
                Import products first. Competitors’ prices then come from a source or the watch list.
              </EmptyState>
            }
          >
            <Positions summary={summary()} />
          </Show>
        )}
      </Async>
      <ExposureBlock />
      <IndexOverTime from={query().from} />
      <Movers />
      <LatestMovements />
      <VolatilityBlocks query={query()} />
    </AnalysisPage>
  );
}

/** Lines drawn at most: more would not be told apart. */
const LINES_MAX = 6;

const GROUPS = [
  { value: "all", label: "All products" },
  { value: "category", label: "Category" },
  { value: "brand", label: "Brand" },
  { value: "competitor", label: "Competitor" },
] as const;

type Grouping = (typeof GROUPS)[number]["value"];

function IndexOverTime(props: { from: string }) {
  const address = useListAddress({ by: "all" });
  const by = () => (address.value("by") ?? "all") as Grouping;
  const found = useMarketIndex(() => ({ by: by(), from: props.from }));
  return (
    <Block
      title="Price index by day"
      note={
        by() === "competitor"
          ? "Our prices as a per cent of each competitor’s, as last measured on each day; today’s may still change."
          : "Each day as it was last measured; today’s may still change."
      }
    >
      <div class="filters">
        <SelectField
          label="By"
          value={by()}
          choices={GROUPS}
          onChange={(value) => address.set({ by: value })}
        />
      </div>
      <Async query={found} skeleton={<SkeletonRows rows={1} height="chart" />}>
        {(page) => <PlainChartView label="Price index by day" chart={indexChart(page().items, by())} />}
      </Async>
    </Block>
  );
}

function indexChart(
  items: readonly { day: string; key: string; index: number | null; compared: number }[],
  by: Grouping,
): PlainChart {
  const yTitle = by === "competitor" ? "Index (the competitor = 100)" : "Index (cheapest = 100)";
  const days = [...new Set(items.map(({ day }) => day))].sort();
  const groups = [...Map.groupBy(items, ({ key }) => key)]
    .sort(([, a], [, b]) => (b.at(-1)?.compared ?? 0) - (a.at(-1)?.compared ?? 0))
    .slice(0, LINES_MAX);
  return {
    labels: days.map(dayMonth),
    series: groups.map(([key, rows], i) => {
      const byDay = new Map(rows.map((row) => [row.day, row.index]));
      return {
        name: key === "" ? "All products" : key,
        values: days.map((day) => byDay.get(day) ?? null),
        kind: "step",
        colour: groups.length === 1 ? "ours" : i,
      };
    }),
    ...{ xTitle: "Day", yTitle, free: true, unfinished: true },
  };
}

const KINDS = [
  { value: "down", label: "Fell most" },
  { value: "up", label: "Rose most" },
  { value: "volatile", label: "Most restless" },
] as const;

const TIMES = [
  { value: "1", label: "Last 24 hours" },
  { value: "7", label: "Last 7 days" },
] as const;

type Kind = (typeof KINDS)[number]["value"];
type Within = (typeof TIMES)[number]["value"];

const MOVER_COLUMNS: readonly PlainColumn<Mover>[] = [
  { label: "Product", cell: (one) => <A href={paths.product(one.sku)}>{one.title ?? one.sku}</A> },
  { label: "Competitor", cell: (one) => <A href={paths.competitor(one.competitor)}>{one.competitor}</A> },
  { label: "From", isNumber: true, cell: (one) => money(one.from, one.currency) },
  { label: "To", isNumber: true, cell: (one) => money(one.to, one.currency) },
  { label: "Change", isNumber: true, cell: (one) => <strong>{percentDelta(one.changePct)}</strong> },
  {
    label: "Moves, added up",
    isNumber: true,
    cell: (one) => `${number(one.moves)} (${percent(one.pathPct)})`,
  },
];

function Movers() {
  const address = useListAddress({ kind: "down", within: "7" });
  const kind = () => (address.value("kind") ?? "down") as Kind;
  const within = () => (address.value("within") ?? "7") as Within;
  return (
    <>
      <MoversBlock address={address} kind={kind()} within={within()} />
      <DirectionsBlock days={within()} />
    </>
  );
}

function MoversBlock(props: { address: ListAddress; kind: Kind; within: Within }) {
  const movers = useMovers(() => ({ kind: props.kind, days: props.within }));
  return (
    <Block title="Movers" note="Competitors’ landed prices: the first of the time beside the last.">
      <div class="filters">
        <SelectField
          label="Which"
          value={props.kind}
          choices={KINDS}
          onChange={(kind) => props.address.set({ kind })}
        />
        <SelectField
          label="When"
          value={props.within}
          choices={TIMES}
          onChange={(within) => props.address.set({ within })}
        />
      </div>
      <Async query={movers} skeleton={<SkeletonRows rows={5} height="line" />}>
        {(page) => (
          <PlainTable
            caption="Prices that moved most"
            rows={page().items.slice(0, 15)}
            none="No price of a competitor moved in this time. Movements are added up every full hour."
            columns={MOVER_COLUMNS}
          />
        )}
      </Async>
    </Block>
  );
}

function VolatilityBlocks(props: { query: { from: string; category?: string } }) {
  const found = useVolatility(() => props.query);
  return (
    <Async query={found} skeleton={<SkeletonRows rows={4} />}>
      {(volatility) => (
        <Show when={volatility().days.length > 0}>
          <Block title="Volatility by competitor and day" note="Mean size of a price movement, in per cent.">
            <VolatilityHeat volatility={volatility()} />
          </Block>
          <Block title="When competitors reprice" width="half">
            <WeekHeat
              caption="Movements by weekday and hour"
              cells={volatility().heat}
              unit="movements an hour"
              none="No price moved in these days."
            />
          </Block>
          <Block title="Movements by day" width="half">
            <PlainChartView
              label="Price movements by day, up and down"
              chart={movementsChart(volatility())}
            />
          </Block>
        </Show>
      )}
    </Async>
  );
}

const COLUMNS_MAX = 28;
/** Of more days there is room for the number of the day only. */
const DATED_MAX = 12;

function VolatilityHeat(props: { volatility: Volatility }) {
  const days = () => [...new Set(props.volatility.days.map(({ day }) => day))].sort().slice(-COLUMNS_MAX);
  const names = () => [...new Set(props.volatility.days.map(({ competitor }) => competitor))];
  const cell = (row: number, column: number) => {
    const [name, day] = [names()[row], days()[column]];
    const found = props.volatility.days.find((one) => one.competitor === name && one.day === day);
    return found?.meanAbsoluteChangePct ?? null;
  };
  return (
    <HeatTable
      caption="Volatility by competitor and day"
      rows={names()}
      columns={days().map((day) => (days().length > DATED_MAX ? day.slice(8) : dayMonth(day)))}
      value={cell}
      text={(size) => number(size, 1)}
      unit="% a movement"
      none="No price moved in these days."
    />
  );
}

function movementsChart({ days }: Volatility): PlainChart {
  const byDay = Map.groupBy(days, ({ day }) => day);
  const shown = wholeDays([...byDay.keys()]);
  const sum = (name: "up" | "down") =>
    shown.map((day) => (byDay.get(day) ?? []).reduce((total, row) => total + row[name], 0));
  return {
    labels: shown.map(dayMonth),
    series: [
      { name: "Up", values: sum("up"), kind: "bar", colour: "proposed" },
      { name: "Down", values: sum("down"), kind: "bar", colour: "ours" },
    ],
    ...{ xTitle: "Day", yTitle: "Movements", stacked: true, digits: 0, unfinished: true },
  };
}
