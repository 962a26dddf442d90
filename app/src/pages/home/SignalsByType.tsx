import { A } from "@solidjs/router";
import { Show } from "solid-js";
import type { PlainChart } from "../../charts/plain.ts";
import { words } from "../../format/words.ts";
import { paths } from "../../paths.ts";
import type { MarketSummary } from "../../queries/home.ts";
import { PlainChartView } from "../analysis/parts.tsx";
import { Card } from "./Card.tsx";

const PRIORITIES = [
  { priority: 1, name: "High priority", colour: "proposed" },
  { priority: 2, name: "Medium", colour: "ours" },
  { priority: 3, name: "Low", colour: 5 },
] as const;

/** How many signals are open, by type and priority. */
export function SignalsByType(props: { summary: MarketSummary }) {
  return (
    <Card title="Open signals by type" link={<A href={`${paths.signals()}?groupBy=move`}>By move</A>}>
      <Show when={props.summary.openSignals.length > 0} fallback={<p class="muted">No signal is open.</p>}>
        <PlainChartView label="Open signals by type and priority" chart={chartOf(props.summary)} />
      </Show>
    </Card>
  );
}

function chartOf({ openSignals }: MarketSummary): PlainChart {
  const byType = Map.groupBy(openSignals, ({ type }) => type);
  const countOf = (type: string, priority: number) =>
    byType.get(type)?.find((one) => one.priority === priority)?.count ?? 0;
  const total = (type: string) => (byType.get(type) ?? []).reduce((sum, { count }) => sum + count, 0);
  const types = [...byType.keys()].sort((a, b) => total(b) - total(a));
  return {
    labels: types.map(words),
    series: PRIORITIES.map(({ priority, name, colour }) => ({
      ...{ name, colour, kind: "bar" },
      values: types.map((type) => countOf(type, priority)),
    })),
    ...{ xTitle: "", yTitle: "Signals", stacked: true, lying: true, digits: 0 },
  };
}
