import { For, Show } from "solid-js";
import type { PlainChart } from "../charts/plain.ts";
import { asIs } from "../components/fields.tsx";
import { PlainTable } from "../components/PlainTable.tsx";
import { words } from "../format/words.ts";
import type { List } from "../list/list.ts";
import { Block, PlainChartView } from "./analysis/parts.tsx";

type Facets = ReturnType<List<unknown>["facets"]>;
type Counts = { value: string; count: number }[];

const SHOWN_MAX = 12;

const PARTS = [
  { facet: "type", title: "By type", labelOf: words },
  { facet: "competitor", title: "By competitor", labelOf: asIs },
  { facet: "category", title: "By category", labelOf: asIs },
] as const;

/** How many of the listed signals there are of each type, competitor and category. */
export function SignalInsights(props: { facets: Facets }) {
  const countsOf = (facet: string): Counts =>
    (props.facets[facet] ?? []).flatMap(({ value, count }) =>
      value === null ? [] : [{ value: String(value), count }],
    );
  return (
    <div class="analysis">
      <For each={PARTS}>
        {({ facet, title, labelOf }) => (
          <Block title={title} width="third">
            <Show when={countsOf(facet).length > 0} fallback={<p class="muted">There is none.</p>}>
              <PlainChartView
                label={`Signals ${title.toLowerCase()}`}
                chart={chartOf(countsOf(facet), labelOf)}
              />
              <PlainTable
                caption={`Signals ${title.toLowerCase()}`}
                rows={countsOf(facet)}
                columns={[
                  { label: words(facet), cell: ({ value }) => labelOf(value) },
                  { label: "Signals", isNumber: true, cell: ({ count }) => count },
                ]}
              />
            </Show>
          </Block>
        )}
      </For>
    </div>
  );
}

function chartOf(counts: Counts, labelOf: (value: string) => string): PlainChart {
  const shown = counts.slice(0, SHOWN_MAX);
  return {
    labels: shown.map(({ value }) => labelOf(value)),
    series: [{ name: "Signals", values: shown.map(({ count }) => count), kind: "bar", colour: "ours" }],
    ...{ xTitle: "", yTitle: "Signals", lying: true, digits: 0 },
  };
}
