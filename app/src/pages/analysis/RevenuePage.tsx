import { Show } from "solid-js";
import type { PlainChart } from "../../charts/plain.ts";
import { Async } from "../../components/Async.tsx";
import { Fact } from "../../components/facts.tsx";
import { SelectField } from "../../components/fields.tsx";
import { PlainTable } from "../../components/PlainTable.tsx";
import { ProductCell } from "../../components/ProductCell.tsx";
import { EmptyState, SkeletonRows } from "../../components/states.tsx";
import { fixed, money, moneyDelta, percentDelta } from "../../format/number.ts";
import { plural } from "../../format/words.ts";
import { useListAddress } from "../../list/address.ts";
import { type Simulation, useSimulation } from "../../queries/analysis.ts";
import { AnalysisPage, Block, PlainChartView, SpanChoices } from "./parts.tsx";

const WHAT = [
  { value: "proposals", label: "Pending proposals" },
  { value: "lower", label: "Those that lower" },
  { value: "raise", label: "Those that raise" },
  { value: "-10", label: "Every price −10 %" },
  { value: "-5", label: "Every price −5 %" },
  { value: "5", label: "Every price +5 %" },
  { value: "10", label: "Every price +10 %" },
] as const;

/** What price changes would do to revenue. */
export function RevenuePage() {
  const address = useListAddress({ what: "proposals", category: undefined });
  const pricing = useListAddress({});
  const asked = () => {
    const { what = "proposals", category } = address.asked();
    const narrowed = category ? { category } : {};
    if (what === "proposals") return narrowed;
    if (what === "raise" || what === "lower")
      return { ...narrowed, recommendation: what as "raise" | "lower" };
    return { ...narrowed, changePct: Number(what) };
  };
  const found = useSimulation(asked);
  return (
    <AnalysisPage
      title="Revenue simulation"
      note="Revenue a day with what was learned of each product's elasticity, beside the same elasticity of −1.5 for all. Costs are not in it: Approvals decides by profit."
      exported={{ path: "/api/marts/pricing-analysis", address: pricing }}
      choices={
        <SpanChoices address={address} hasDays={false}>
          <SelectField
            label="What changes"
            value={address.value("what") ?? "proposals"}
            choices={WHAT}
            onChange={(what) => address.set({ what })}
          />
        </SpanChoices>
      }
    >
      <Async query={found} skeleton={<SkeletonRows rows={6} />}>
        {(one) => (
          <Show
            when={one().products > 0}
            fallback={
              <EmptyState title="Nothing to simulate">
                No price would change, the demand of these products has not been learned, or the figures
                follow with the next full hour.
              </EmptyState>
            }
          >
            <SimulationBlocks found={one()} />
          </Show>
        )}
      </Async>
    </AnalysisPage>
  );
}

function SimulationBlocks(props: { found: Simulation }) {
  const totals = () => props.found.totals;
  const amount = (value: string) => money(value, props.found.currency);
  const change = (value: string) => {
    const before = Number(totals().before);
    return before > 0 ? percentDelta((100 * (Number(value) - before)) / before) : "–";
  };
  return (
    <>
      <dl class="facts">
        <Fact label="Revenue a day now" note={plural(props.found.products, "product")}>
          {amount(totals().before)}
        </Fact>
        <Fact
          label="With what was learned"
          note={`${change(totals().mean)}, 95 %: ${change(totals().low)} to ${change(totals().high)}`}
        >
          {amount(totals().mean)}
        </Fact>
        <Fact label={`With ${fixed(props.found.fixedElasticity, 1)} for all`} note={change(totals().fixed)}>
          {amount(totals().fixed)}
        </Fact>
      </dl>
      <Block title="Together" note="Low and high are the ends of the 95 % interval.">
        <PlainChartView label="Change of revenue a day" chart={totalsChart(props.found)} />
      </Block>
      <Products found={props.found} />
    </>
  );
}

function totalsChart({ totals, currency }: Simulation): PlainChart {
  const before = Number(totals.before);
  return {
    labels: ["Learned, low", "Learned", "Learned, high", "−1.5 for all"],
    series: [
      {
        name: "Change of revenue a day",
        values: [totals.low, totals.mean, totals.high, totals.fixed].map((value) => Number(value) - before),
        ...{ kind: "bar" as const, colour: "ours" as const },
      },
    ],
    ...{ xTitle: "", yTitle: `Change a day (${currency})`, digits: 0, lying: true },
  };
}

function Products(props: { found: Simulation }) {
  const amount = (value: string) => money(value, props.found.currency);
  const delta = (value: string, before: string) =>
    moneyDelta((Number(value) - Number(before)).toFixed(2), props.found.currency);
  return (
    <Block title="Products whose revenue changes most">
      <PlainTable
        caption="Products whose revenue changes most"
        rows={props.found.items}
        columns={[
          { label: "Product", cell: (row) => <ProductCell sku={row.sku} title={row.title} /> },
          { label: "Price", isNumber: true, cell: (row) => `${amount(row.from)} → ${amount(row.to)}` },
          {
            label: "Elasticity",
            isNumber: true,
            cell: ({ elasticity }) => (
              <Show when={elasticity} fallback="–">
                {(one) => (
                  <span class="stack">
                    <span>{fixed(one().mean, 2)}</span>
                    <span class="sub">
                      {fixed(one().ci95[0], 2)} to {fixed(one().ci95[1], 2)}
                    </span>
                  </span>
                )}
              </Show>
            ),
          },
          {
            label: "Change",
            note: "with its 95 % interval",
            isNumber: true,
            cell: (row) => (
              <span class="stack">
                <strong>{delta(row.mean, row.before)}</strong>
                <span class="sub">
                  {delta(row.low, row.before)} to {delta(row.high, row.before)}
                </span>
              </span>
            ),
          },
          { label: "With −1.5", isNumber: true, cell: (row) => delta(row.fixed, row.before) },
        ]}
      />
    </Block>
  );
}
