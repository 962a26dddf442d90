import { A, useParams } from "@solidjs/router";
import { Show } from "solid-js";
import type { PlainChart } from "../../charts/plain.ts";
import { Async } from "../../components/Async.tsx";
import { Fact } from "../../components/facts.tsx";
import { PlainTable } from "../../components/PlainTable.tsx";
import { ProductCell } from "../../components/ProductCell.tsx";
import { EmptyState, SkeletonRows } from "../../components/states.tsx";
import { fixed, number, percent, percentDelta } from "../../format/number.ts";
import { dayMonth } from "../../format/time.ts";
import { useListAddress } from "../../list/address.ts";
import { paths } from "../../paths.ts";
import { type CompetitorAnalysis, useCompetitor } from "../../queries/analysis.ts";
import { AnalysisPage, Block, PlainChartView } from "./parts.tsx";
import { useSpan, wholeDays } from "./span.ts";

/** One competitor: how it prices against us now and over time. */
export function CompetitorPage() {
  const params = useParams<{ competitor: string }>();
  const name = () => decodeURIComponent(params.competitor);
  const { query } = useSpan();
  const found = useCompetitor(name, query);
  const signals = useListAddress({});
  const exported = () => ({ ...signals, asked: () => ({ competitor: name() }) });
  return (
    <AnalysisPage
      title={name()}
      note={
        <>
          Gaps are (theirs − ours) / ours: below 0 they are cheaper.{" "}
          <A href={`${paths.signals()}?competitor=${encodeURIComponent(name())}`}>Its signals</A>
        </>
      }
      exported={{ path: "/api/signals", address: exported() }}
    >
      <Async
        query={found}
        skeleton={<SkeletonRows rows={6} />}
        none={
          <EmptyState title="No offer of this competitor counts">
            Its offers are stale, out of stock or excluded; see its entry under Competitors.
          </EmptyState>
        }
      >
        {(one) => <CompetitorBlocks found={one()} />}
      </Async>
    </AnalysisPage>
  );
}

function Facts(props: { found: CompetitorAnalysis }) {
  const position = () => props.found.position;
  return (
    <dl class="facts">
      <Fact label="Aggression" note="undercuts times mean distance">
        {fixed(position().aggression, 1)}
      </Fact>
      <Fact label="Index against it" note="above 100 we are dearer">
        {position().index === null ? "–" : fixed(position().index ?? 0, 1)}
      </Fact>
      <Fact label="Offers" note="that count now">
        {number(position().offers)}
      </Fact>
      <Fact label="Cheaper than us" note={`${percent(position().dearerPct, 0)} are dearer`}>
        {percent(position().cheaperPct, 0)}
      </Fact>
      <Fact label="Undercuts" note={`${percent(position().undercutPct, 0)} of its offers`}>
        {number(position().undercuts)}
      </Fact>
      <Fact
        label="Mean gap"
        note={props.found.spread ? `median ${percentDelta(props.found.spread.medianPct)}` : ""}
      >
        {percentDelta(position().avgGapPct)}
      </Fact>
    </dl>
  );
}

function CompetitorBlocks(props: { found: CompetitorAnalysis }) {
  return (
    <>
      <Facts found={props.found} />
      <Block title="Over time" width="half" note="Each day as it was last measured.">
        <PlainChartView label="Mean gap and undercuts by day" chart={historyChart(props.found)} />
      </Block>
      <Block
        title="Our index against it"
        width="half"
        note="Our prices as a per cent of its, each day as it was last measured."
      >
        <PlainChartView label="Our price index against it by day" chart={indexChart(props.found)} />
      </Block>
      <Show when={props.found.spread}>
        {(spread) => (
          <>
            <Block
              title="Spread of its prices"
              width="half"
              note={`From ${percentDelta(spread().minPct)} to ${percentDelta(spread().maxPct)}, standard deviation ${percent(spread().deviationPct)}.`}
            >
              <PlainChartView label="Offers by gap to our price" chart={spreadChart(spread())} />
            </Block>
            <Block title="Deepest cuts" width="half">
              <PlainTable
                caption="Products that it undercuts most"
                rows={spread().cuts}
                none="It is below none of our prices."
                columns={[
                  { label: "Product", cell: (row) => <ProductCell sku={row.sku} title={row.title} /> },
                  { label: "Category", cell: (row) => row.category },
                  {
                    label: "Gap",
                    isNumber: true,
                    cell: (row) => <strong>{percentDelta(row.gapPct)}</strong>,
                  },
                ]}
              />
            </Block>
            <Block title="By category" width="half">
              <PlainTable
                caption="Its gaps by category"
                rows={spread().categories}
                columns={[
                  { label: "Category", cell: (row) => row.category },
                  { label: "Offers", isNumber: true, cell: (row) => number(row.offers) },
                  { label: "Undercuts", isNumber: true, cell: (row) => number(row.undercuts) },
                  { label: "Mean gap", isNumber: true, cell: (row) => percentDelta(row.meanGapPct) },
                ]}
              />
            </Block>
          </>
        )}
      </Show>
      <Block title="How often it moves" width="half">
        <PlainChartView
          label="Its price movements by day"
          none="None of its prices has moved in these days. Movements are added up every full hour."
          chart={movesChart(props.found)}
        />
      </Block>
    </>
  );
}

function historyChart({ history }: CompetitorAnalysis): PlainChart {
  return {
    labels: history.map(({ day }) => dayMonth(day)),
    series: [
      { name: "Mean gap", values: history.map(({ avgGapPct }) => avgGapPct), kind: "step", colour: "ours" },
      {
        name: "Undercuts",
        values: history.map(({ undercutPct }) => undercutPct),
        kind: "step",
        colour: "proposed",
      },
      {
        name: "Aggression",
        values: history.map(({ aggression }) => aggression),
        kind: "step",
        colour: 2,
      },
    ],
    ...{ xTitle: "Day", yTitle: "Per cent", free: true, unfinished: true },
  };
}

function indexChart({ history }: CompetitorAnalysis): PlainChart {
  return {
    labels: history.map(({ day }) => dayMonth(day)),
    series: [{ name: "Index", values: history.map(({ index }) => index), kind: "step", colour: "ours" }],
    ...{ xTitle: "Day", yTitle: "Index (the competitor = 100)", free: true, unfinished: true },
  };
}

/** Without the empty classes at both ends. */
function filled<T extends { offers: number }>(bins: readonly T[]): readonly T[] {
  const first = bins.findIndex(({ offers }) => offers > 0);
  return first < 0 ? bins : bins.slice(first, 1 + bins.findLastIndex(({ offers }) => offers > 0));
}

function spreadChart({ bins: all }: NonNullable<CompetitorAnalysis["spread"]>): PlainChart {
  const bins = filled(all);
  const label = ({ from, to }: (typeof bins)[number]) =>
    from === null
      ? `under ${number(to ?? 0)}`
      : to === null
        ? `over ${number(from)}`
        : `${number(from)} to ${number(to)}`;
  return {
    labels: bins.map(label),
    series: [{ name: "Offers", values: bins.map(({ offers }) => offers), kind: "bar", colour: "ours" }],
    ...{ xTitle: "Gap to our price, %", yTitle: "Offers", digits: 0 },
  };
}

function movesChart({ movements }: CompetitorAnalysis): PlainChart {
  const days = wholeDays(movements.map(({ day }) => day));
  const byDay = new Map(movements.map((row) => [row.day, row]));
  return {
    labels: days.map(dayMonth),
    series: [
      { name: "Up", values: days.map((day) => byDay.get(day)?.up ?? 0), kind: "bar", colour: "proposed" },
      { name: "Down", values: days.map((day) => byDay.get(day)?.down ?? 0), kind: "bar", colour: "ours" },
    ],
    ...{ xTitle: "Day", yTitle: "Movements", stacked: true, digits: 0, unfinished: true },
  };
}
