import { useQuery } from "@tanstack/solid-query";
import { createSignal, For, onMount, Show } from "solid-js";
import { answer, api } from "../../api/client.ts";
import { ActionButton } from "../../components/ActionButton.tsx";
import { Async } from "../../components/Async.tsx";
import { Ago } from "../../components/facts.tsx";
import { SelectField } from "../../components/fields.tsx";
import { EmptyState, SkeletonRows } from "../../components/states.tsx";
import { TableFrame } from "../../components/TableFrame.tsx";
import { money, number, percent, percentDelta } from "../../format/number.ts";
import { plural, words } from "../../format/words.ts";
import { useAction } from "../../queries/actions.ts";
import { isUnderWay, keys } from "../../queries/keys.ts";
import { missingRight, useMe } from "../../queries/session.ts";
import "../../styles/analysis.css";

interface Figures {
  strategy: string;
  revenue: number;
  revenuePerSkuDay: number;
  units: number;
  profit: number;
  profitUplift: number;
  changes: number;
  meanChange: number;
  p95Change: number;
  maxChange: number;
}

interface Comparison {
  basis: string;
  currency: string;
  products: number;
  strategies: Figures[];
  categories: Record<string, Figures[]>;
}

const POLL_MS = 3000;

/** What each strategy would have earned on the shop's own last weeks, by today's model. */
export function BacktestPage() {
  const me = useMe();
  const runs = useQuery(() => ({
    queryKey: [...keys.runs, "backtest"],
    queryFn: ({ signal }) =>
      answer(api.runs.$get({ query: { kind: "backtest" as const, limit: 1 } }, { init: { signal } })),
    refetchInterval: (query) => (query.state.data?.items.some(isUnderWay) ? POLL_MS : false),
  }));
  const start = useAction(
    keys.runs,
    () => answer(api.runs.$post({ json: { kind: "backtest" } })),
    () => "The last weeks are played again",
  );
  onMount(() => {
    document.title = "Backtest · Pricewright";
  });
  return (
    <main class="page">
      <div class="page-head">
        <h1>Backtest</h1>
        <ActionButton
          tone="primary"
          disabledReason={missingRight(me.data, "write") ?? (start.isPending ? "It has begun." : null)}
          onClick={() => start.mutate(undefined)}
        >
          Play the last weeks again
        </ActionButton>
      </div>
      <Async query={runs} skeleton={<SkeletonRows rows={6} />}>
        {(page) => (
          <Show
            when={page().items[0]?.counts.backtest as Comparison | undefined}
            fallback={
              <EmptyState title={page().items.some(isUnderWay) ? "It is under way" : "No backtest yet"}>
                It plays the last eight weeks again under each strategy, through the guardrails in force.
              </EmptyState>
            }
          >
            {(comparison) => <Compared comparison={comparison()} at={page().items[0]!.createdAt} />}
          </Show>
        )}
      </Async>
    </main>
  );
}

function Compared(props: { comparison: Comparison; at: string }) {
  const [category, setCategory] = createSignal("");
  const rows = () => props.comparison.categories[category()] ?? props.comparison.strategies;
  const choices = () => [
    { value: "", label: "All categories" },
    ...Object.keys(props.comparison.categories).map((name) => ({ value: name, label: name })),
  ];
  return (
    <section class="block" aria-label="Comparison">
      <h2>
        {plural(props.comparison.products, "product")} over eight weeks, <Ago at={props.at} />
      </h2>
      <p class="muted">
        Not what would have happened: a model says it. {props.comparison.basis}. Price tests and the hold-out
        measure.
      </p>
      <div class="filters">
        <SelectField label="Category" value={category()} choices={choices()} onChange={setCategory} />
      </div>
      <TableFrame label="Backtest by strategy">
        <table class="table">
          <thead>
            <tr>
              <For
                each={[
                  "Strategy",
                  "Profit",
                  "Against static",
                  "Revenue",
                  "Units",
                  "Changes",
                  "Mean, 95 %, largest",
                ]}
              >
                {(label, i) => <th class={i() === 0 ? "" : "num"}>{label}</th>}
              </For>
            </tr>
          </thead>
          <tbody>
            <For each={rows()}>
              {(one) => (
                <tr>
                  <td>{words(one.strategy)}</td>
                  <td class="num">{asMoney(one.profit, props.comparison.currency)}</td>
                  <td class={`num ${one.profitUplift > 0 ? "good" : one.profitUplift < 0 ? "bad" : ""}`}>
                    {percentDelta(one.profitUplift * 100)}
                  </td>
                  <td class="num">{asMoney(one.revenue, props.comparison.currency)}</td>
                  <td class="num">{number(one.units)}</td>
                  <td class="num">{number(one.changes)}</td>
                  <td class="num">
                    {percent(one.meanChange * 100)}, {percent(one.p95Change * 100, 0)},{" "}
                    {percent(one.maxChange * 100, 0)}
                  </td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </TableFrame>
    </section>
  );
}

/** Sums of the run's counts are in minor units. */
function asMoney(minor: number, currency: string): string {
  const digits = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions();
  return money((minor / 10 ** (digits.maximumFractionDigits ?? 2)).toFixed(2), currency);
}
