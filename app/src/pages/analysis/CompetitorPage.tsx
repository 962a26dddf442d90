import { A, useParams } from "@solidjs/router";
import { Show } from "solid-js";
import type { PlainChart } from "../../charts/plain.ts";
import { Async } from "../../components/Async.tsx";
import { Fact } from "../../components/facts.tsx";
import { type PlainColumn, PlainTable } from "../../components/PlainTable.tsx";
import { ProductCell } from "../../components/ProductCell.tsx";
import { EmptyState, SkeletonRows } from "../../components/states.tsx";
import { fixed, money, number, percent, percentDelta } from "../../format/number.ts";
import { dayMonth } from "../../format/time.ts";
import { useListAddress } from "../../list/address.ts";
import { paths } from "../../paths.ts";
import { type CompetitorAnalysis, useCompetitor } from "../../queries/analysis.ts";
import { CompetitorHistory } from "./CompetitorHistory.tsx";
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
        {(one) => <CompetitorBlocks found={one()} query={query()} />}
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

function CompetitorBlocks(props: { found: CompetitorAnalysis; query: { from: string } }) {
  return (
    <>
      <Facts found={props.found} />
      <CompetitorHistory found={props.found} query={props.query} />
      <Show when={props.found.spread}>
        {(spread) => (
          <>
            <Block
              title="Spread of its prices"
              width="half"
              note={`From ${percentDelta(spread().minPct)} to ${percentDelta(spread().maxPct)}, mean ${percentDelta(spread().meanPct)}, median ${percentDelta(spread().medianPct)}, standard deviation ${percent(spread().deviationPct)}.`}
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
            <Block title="By category" width="half" note="Mean prices of the products that it offers too.">
              <PlainTable
                caption="Its gaps and mean prices by category"
                rows={spread().categories}
                columns={categoryColumns(props.found.currency)}
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

type Category = NonNullable<CompetitorAnalysis["spread"]>["categories"][number];

function categoryColumns(currency: string): PlainColumn<Category>[] {
  const mean = (amount: string | null) => (amount === null ? "–" : money(amount, currency));
  return [
    { label: "Category", cell: (row) => row.category },
    { label: "Offers", isNumber: true, cell: (row) => number(row.offers) },
    { label: "Undercuts", isNumber: true, cell: (row) => number(row.undercuts) },
    { label: "Its mean price", isNumber: true, cell: (row) => mean(row.meanTheirs) },
    { label: "Ours", isNumber: true, cell: (row) => mean(row.meanOurs) },
    { label: "Mean gap", isNumber: true, cell: (row) => percentDelta(row.meanGapPct) },
  ];
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
