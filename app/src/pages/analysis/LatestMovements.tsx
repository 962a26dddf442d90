import { A } from "@solidjs/router";
import { createSignal, Show } from "solid-js";
import type { PlainChart } from "../../charts/plain.ts";
import { Async } from "../../components/Async.tsx";
import { Ago } from "../../components/facts.tsx";
import { type PlainColumn, PlainTable } from "../../components/PlainTable.tsx";
import { SkeletonRows } from "../../components/states.tsx";
import { money, percentDelta } from "../../format/number.ts";
import { paths } from "../../paths.ts";
import { MOVEMENTS_MAX, type Movement, useLatestMovements } from "../../queries/analysis.ts";
import { movementSizes } from "./movement-sizes.ts";
import { Block, PlainChartView } from "./parts.tsx";

const COLUMNS: readonly PlainColumn<Movement>[] = [
  { label: "Product", cell: ({ sku }) => <A href={paths.product(sku)}>{sku}</A> },
  { label: "Competitor", cell: ({ competitor }) => <A href={paths.competitor(competitor)}>{competitor}</A> },
  { label: "From", isNumber: true, cell: ({ from, currency }) => money(from, currency) },
  { label: "To", isNumber: true, cell: ({ to, currency }) => money(to, currency) },
  { label: "Change", isNumber: true, cell: (one) => <strong>{percentDelta(one.changePct)}</strong> },
  { label: "When", isNumber: true, cell: ({ at }) => <Ago at={at} /> },
];

/** The newest price movements of the last day: every shard is asked, so only once somebody wants to see them. */
export function LatestMovements() {
  const [isOpen, setOpen] = createSignal(false);
  return (
    <Block title="Latest movements" note={`Of the last 24 hours, the newest ${MOVEMENTS_MAX} at most.`}>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>Show each movement, and how far prices moved</summary>
        <Show when={isOpen()}>
          <Listed />
        </Show>
      </details>
    </Block>
  );
}

function Listed() {
  const found = useLatestMovements();
  return (
    <Async query={found} skeleton={<SkeletonRows rows={5} height="line" />}>
      {(page) => (
        <>
          <PlainChartView
            label="Movements by their size"
            none="No price of a competitor moved in the last 24 hours."
            chart={sizesChart(page().items)}
          />
          <Show when={page().items.length > 0}>
            <div class="scroll">
              <PlainTable caption="Latest movements" rows={page().items} columns={COLUMNS} />
            </div>
          </Show>
        </>
      )}
    </Async>
  );
}

function sizesChart(movements: readonly Movement[]): PlainChart {
  const sizes = movementSizes(movements.map(({ changePct }) => changePct));
  return {
    labels: sizes.map(({ label }) => label),
    series: [
      { name: "Up", values: sizes.map(({ up }) => up), kind: "bar", colour: "proposed" },
      { name: "Down", values: sizes.map(({ down }) => down), kind: "bar", colour: "ours" },
    ],
    ...{ xTitle: "Size of the movement, %", yTitle: "Movements", stacked: true, digits: 0 },
  };
}
