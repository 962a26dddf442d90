import { Show } from "solid-js";
import { Async } from "../../components/Async.tsx";
import { Fact } from "../../components/facts.tsx";
import { PlainTable } from "../../components/PlainTable.tsx";
import { EmptyState, SkeletonRows } from "../../components/states.tsx";
import { money, number, share } from "../../format/number.ts";
import { words } from "../../format/words.ts";
import { useListAddress } from "../../list/address.ts";
import { type Customers, useCustomers } from "../../queries/analysis.ts";
import { HeatTable } from "./HeatMap.tsx";
import { AnalysisPage, Block, PlainChartView, ShareBar } from "./parts.tsx";

/** Customers by recency, frequency and spend. */
export function CustomersPage() {
  const customers = useCustomers();
  const address = useListAddress({});
  return (
    <AnalysisPage
      title="Customers"
      note="By recency, number of orders and spend of the last 365 days. Customers are known by keyed hashes, and never feed a price."
      exported={{ path: "/api/analysis/customers/list", address }}
    >
      <Async query={customers} skeleton={<SkeletonRows rows={7} />}>
        {(found) => (
          <Show
            when={found().customers > 0}
            fallback={
              <EmptyState title="No customer is known">
                Purchases that carry a customerId are counted; segments follow with the next full hour.
              </EmptyState>
            }
          >
            <CustomerBlocks found={found()} />
          </Show>
        )}
      </Async>
    </AnalysisPage>
  );
}

type Segment = Customers["segments"][number];

const figure = (value: number | null, digits = 1) => (value === null ? "–" : number(value, digits));

function CustomerBlocks(props: { found: Customers }) {
  const spend = () => props.found.segments.reduce((sum, one) => sum + Number(one.spend), 0);
  const best = (): Segment | undefined => props.found.segments.find(({ segment }) => segment === "Champions");
  const cell = (row: number, column: number) =>
    props.found.grid.find(({ recency, frequency }) => recency === 5 - row && frequency === column + 1)
      ?.customers ?? 0;
  return (
    <>
      <dl class="facts">
        <Fact label="Customers" note="with an order in the last 365 days">
          {number(props.found.customers)}
        </Fact>
        <Fact label="Spent" note="less refunds">
          {money(spend().toFixed(2), props.found.currency)}
        </Fact>
        <Fact label="Champions" note="recent, frequent and high spend">
          {number(best()?.customers ?? 0)}
        </Fact>
      </dl>
      <Segments found={props.found} />
      <Block title="Spend by segment" width="half">
        <PlainChartView
          tall
          label="Spend by segment"
          chart={{
            labels: props.found.segments.map(({ segment }) => segment),
            series: [
              {
                name: "Spend",
                values: props.found.segments.map((one) => Number(one.spend)),
                kind: "bar",
                colour: "ours",
              },
            ],
            ...{ xTitle: "", yTitle: `Spend (${props.found.currency})`, lying: true, digits: 0 },
          }}
        />
      </Block>
      <Block title="Recency and frequency" width="half" note="Customers with each pair of scores.">
        <HeatTable
          caption="Customers by recency and frequency"
          rows={[5, 4, 3, 2, 1].map((score) => `Recency ${score}`)}
          columns={[1, 2, 3, 4, 5].map((score) => `Orders ${score}`)}
          value={cell}
          text={(count) => number(count)}
          unit="customers"
          none="Nobody has bought."
        />
      </Block>
    </>
  );
}

function Segments(props: { found: Customers }) {
  const amount = (value: string | null) => (value === null ? "–" : money(value, props.found.currency));
  return (
    <Block
      title="Segments"
      note="Scores run from 1 to 5: 5 is the most recent, the most orders, the highest spend."
    >
      <PlainTable
        caption="The seven segments"
        rows={props.found.segments}
        columns={[
          { label: "Segment", cell: (row) => <strong>{row.segment}</strong> },
          { label: "Customers", isNumber: true, cell: (row) => number(row.customers) },
          {
            label: "Share",
            cell: (row) => (
              <>
                {share(row.share)}
                <ShareBar share={row.share} />
              </>
            ),
          },
          { label: "Spend", isNumber: true, cell: (row) => amount(row.spend) },
          { label: "Each", isNumber: true, cell: (row) => amount(row.meanSpend) },
          { label: "Orders each", isNumber: true, cell: (row) => figure(row.meanOrders) },
          { label: "Days since", isNumber: true, cell: (row) => figure(row.meanRecencyDays) },
          { label: "R F M", isNumber: true, cell: scoresText },
          { label: "Mostly on", cell: (row) => (row.device === null ? "–" : words(row.device)) },
        ]}
      />
    </Block>
  );
}

function scoresText({ meanScores }: Segment): string {
  if (meanScores === null) return "–";
  return [meanScores.recency, meanScores.frequency, meanScores.monetary]
    .map((score) => number(score, 1))
    .join(" · ");
}
