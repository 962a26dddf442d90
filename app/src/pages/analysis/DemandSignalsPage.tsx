import { A } from "@solidjs/router";
import type { PlainChart } from "../../charts/plain.ts";
import { Async } from "../../components/Async.tsx";
import { Fact } from "../../components/facts.tsx";
import { type PlainColumn, PlainTable } from "../../components/PlainTable.tsx";
import { SkeletonRows } from "../../components/states.tsx";
import { money, number, percent, percentDelta, signed } from "../../format/number.ts";
import { dayMonth } from "../../format/time.ts";
import { words } from "../../format/words.ts";
import { paths } from "../../paths.ts";
import { type DemandSignals, useDemandSignals } from "../../queries/analysis.ts";
import { AnalysisPage, Block, PlainChartView, SpanChoices } from "./parts.tsx";
import { useSpan } from "./span.ts";

/** What shoppers did beside the signals that opened. */
export function DemandSignalsPage() {
  const { address, query, exported } = useSpan();
  const found = useDemandSignals(query);
  return (
    <AnalysisPage
      title="Demand and signals"
      note="Whether shoppers turn away where the market moves. Engagement is additions to the cart per view."
      exported={{ path: "/api/marts/daily-signals", address: exported }}
      choices={<SpanChoices address={address} />}
    >
      <Async query={found} skeleton={<SkeletonRows rows={6} />}>
        {(one) => <DemandSignalBlocks found={one()} />}
      </Async>
    </AnalysisPage>
  );
}

type Category = DemandSignals["categories"][number];

const rate = ({ carts, views }: { carts: number; views: number }) => (views > 0 ? carts / views : null);
const rateText = (share: number | null) => (share === null ? "–" : percent(100 * share));

/** Change of the engagement in percentage points; null where one of the two is not known. */
function engagementChange(row: Category): number | null {
  const [now, before] = [rate(row), rate(row.before)];
  return now === null || before === null ? null : 100 * (now - before);
}

function DemandSignalBlocks(props: { found: DemandSignals }) {
  const sum = (name: "views" | "carts" | "purchases" | "opened" | "urgent") =>
    props.found.days.reduce((total, day) => total + day[name], 0);
  const whole = () => ({ views: sum("views"), carts: sum("carts") });
  return (
    <>
      <dl class="facts">
        <Fact label="Views">{number(sum("views"))}</Fact>
        <Fact label="Engagement" note="additions to the cart per view">
          {rateText(rate(whole()))}
        </Fact>
        <Fact label="Purchases">{number(sum("purchases"))}</Fact>
        <Fact label="Signals opened" note={`${number(sum("urgent"))} of high priority`}>
          {number(sum("opened"))}
        </Fact>
      </dl>
      <Block title="By day" width="two-thirds">
        <PlainChartView tall label="Signals and engagement by day" chart={daysChart(props.found)} />
      </Block>
      <Block title="Signals by type" width="third">
        <PlainTable
          caption="Signals by type"
          rows={props.found.types}
          none="No signal opened in these days."
          columns={[
            {
              label: "Type",
              cell: (row) => <A href={`${paths.signals()}?type=${row.type}`}>{words(row.type)}</A>,
            },
            { label: "Opened", isNumber: true, cell: (row) => number(row.opened) },
            { label: "Resolved", isNumber: true, cell: (row) => number(row.resolved) },
          ]}
        />
      </Block>
      <Block title="By category" note="Beside the same number of days before.">
        <PlainTable
          caption="Engagement and signals by category"
          rows={props.found.categories}
          columns={[
            { label: "Category", cell: (row) => row.category },
            { label: "Views", isNumber: true, cell: (row) => number(row.views) },
            { label: "Engagement", isNumber: true, cell: (row) => rateText(rate(row)) },
            { label: "Change, points", isNumber: true, cell: changeText },
            { label: "Purchases", isNumber: true, cell: (row) => number(row.purchases) },
            { label: "Signals", isNumber: true, cell: (row) => number(row.opened) },
          ]}
        />
      </Block>
      <Places found={props.found} />
      <Block
        title="At risk"
        note="A competitor is cheaper, and revenue of the last 28 days is below that of the 28 days before."
      >
        <PlainTable
          caption="Products at risk"
          rows={props.found.risks}
          none="No product has lost revenue while a competitor was cheaper."
          columns={[
            { label: "Product", cell: (row) => <A href={paths.product(row.sku)}>{row.title}</A> },
            { label: "Category", cell: (row) => row.category },
            { label: "Revenue", isNumber: true, cell: (row) => money(row.revenue, row.currency) },
            { label: "Before", isNumber: true, cell: (row) => money(row.priorRevenue, row.currency) },
            { label: "Change", isNumber: true, cell: (row) => <strong>{percentDelta(fall(row))}</strong> },
            { label: "Gap to the cheapest", isNumber: true, cell: (row) => percentDelta(row.gapPct) },
          ]}
        />
      </Block>
    </>
  );
}

type Place = DemandSignals["positions"][number];

const PLACES: Record<Place["position"], string> = {
  competitor_cheaper: "A competitor is cheaper",
  we_cheapest: "Nobody is cheaper",
  unknown: "No competitor counts",
};

const POSITION_COLUMNS: readonly PlainColumn<Place>[] = [
  { label: "Place", cell: (row) => PLACES[row.position] },
  { label: "Products", isNumber: true, cell: (row) => number(row.products) },
  { label: "Views", isNumber: true, cell: (row) => number(row.views) },
  { label: "Engagement", isNumber: true, cell: (row) => rateText(rate(row)) },
  { label: "Units", isNumber: true, cell: (row) => number(row.units) },
  { label: "Units before", isNumber: true, cell: (row) => number(row.priorUnits) },
  {
    label: "Change",
    isNumber: true,
    cell: ({ units, priorUnits }) => (
      <strong>{priorUnits > 0 ? percentDelta((100 * (units - priorUnits)) / priorUnits) : "–"}</strong>
    ),
  },
];

function Places(props: { found: DemandSignals }) {
  return (
    <Block
      title="By our place in the market"
      note="Of the last 28 days, beside the 28 days before: whether shoppers turn away where somebody is cheaper."
    >
      <PlainTable
        caption="Demand by our place in the market"
        rows={props.found.positions}
        none="No product has been compared yet: that is done every full hour."
        columns={POSITION_COLUMNS}
      />
    </Block>
  );
}

function fall({ revenue, priorRevenue }: DemandSignals["risks"][number]): number {
  const before = Number(priorRevenue);
  return before > 0 ? (100 * (Number(revenue) - before)) / before : 0;
}

function changeText(row: Category): string {
  const change = engagementChange(row);
  return change === null ? "–" : signed(change, 1);
}

function daysChart({ days }: DemandSignals): PlainChart {
  return {
    labels: days.map(({ day }) => dayMonth(day)),
    series: [
      { name: "Signals opened", values: days.map(({ opened }) => opened), kind: "bar", colour: "demand" },
      {
        name: "Carts per 100 views",
        values: days.map((day) => (day.views > 0 ? (100 * day.carts) / day.views : null)),
        ...{ colour: "ours" as const, right: true },
      },
    ],
    ...{ xTitle: "Day", yTitle: "Signals", rightTitle: "Carts per 100 views", unfinished: true },
  };
}
