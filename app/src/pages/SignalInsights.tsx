import { A } from "@solidjs/router";
import { For, Show } from "solid-js";
import type { PlainChart } from "../charts/plain.ts";
import { Async } from "../components/Async.tsx";
import { Fact } from "../components/facts.tsx";
import { asIs } from "../components/fields.tsx";
import { PlainTable } from "../components/PlainTable.tsx";
import { SkeletonFacts, SkeletonRows } from "../components/states.tsx";
import { number, percent } from "../format/number.ts";
import { hourOfDay } from "../format/time.ts";
import { plural, words } from "../format/words.ts";
import type { List, ListAsked } from "../list/list.ts";
import { paths, withQuery } from "../paths.ts";
import { type SignalSummary, useSignalHours, useSignalSummary } from "../queries/signals.ts";
import { Block, PlainChartView } from "./analysis/parts.tsx";

type Facets = ReturnType<List<unknown>["facets"]>;
type Counts = { value: string; count: number }[];

const SHOWN_MAX = 12;

const PARTS = [
  { facet: "type", title: "By type", labelOf: words },
  { facet: "competitor", title: "By competitor", labelOf: asIs },
  { facet: "category", title: "By category", labelOf: asIs },
] as const;

/** How many of the listed signals there are of each type, competitor and category, and when they opened. */
export function SignalInsights(props: { facets: Facets; asked: ListAsked }) {
  const countsOf = (facet: string): Counts =>
    (props.facets[facet] ?? []).flatMap(({ value, count }) =>
      value === null ? [] : [{ value: String(value), count }],
    );
  const hours = useSignalHours(() => props.asked);
  const summary = useSignalSummary(() => props.asked);
  return (
    <div class="analysis">
      <Async query={summary} skeleton={<SkeletonFacts count={8} />}>
        {(found) => <Figures found={found()} asked={props.asked} />}
      </Async>
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
      <Block title="By the hour of the day" note="When they opened, in your own time zone.">
        <Async query={hours} skeleton={<SkeletonRows rows={1} height="chart" />}>
          {(page) => (
            <PlainChartView
              label="Signals by the hour in which they opened"
              none="There is none."
              chart={hoursChart(page().facets?.hour ?? [])}
            />
          )}
        </Async>
      </Block>
    </div>
  );
}

/** The types that have a figure of their own, as far as there is one of them. */
const TYPES_SHOWN = 4;

/** How many signals there are, how large what they tell of is, and which products are undercut again and again. */
function Figures(props: { found: SignalSummary; asked: ListAsked }) {
  const repeated = () => withQuery(paths.signals(), { ...props.asked, type: "UNDERCUT", groupBy: "product" });
  return (
    <dl class="facts">
      <Fact label="Signals" note={`${number(props.found.urgent)} of high priority`}>
        {number(props.found.signals)}
      </Fact>
      <Fact label="Opened in the last hour" note={`${number(props.found.openedLastDay)} in 24 hours`}>
        {number(props.found.openedLastHour)}
      </Fact>
      <Fact label="Undercut again and again" note="products that two or more competitors undercut">
        <A href={repeated()}>{number(props.found.repeatUndercuts)}</A>
      </Fact>
      <For each={props.found.types.slice(0, TYPES_SHOWN)}>
        {(one) => (
          <Fact
            label={words(one.type)}
            note={
              one.meanChangePct === null
                ? `on ${plural(one.products, "product")}`
                : `by ${percent(one.meanChangePct)} on average, on ${plural(one.products, "product")}`
            }
          >
            {number(one.signals)}
          </Fact>
        )}
      </For>
    </dl>
  );
}

/** Hours of the day as the reader's clock shows them, from those of UTC. */
function hoursChart(counts: readonly { value: string | number | null; count: number }[]): PlainChart {
  const known = new Map(counts.map(({ value, count }) => [Number(value), count]));
  const hours = Array.from({ length: 24 }, (_, hour) => ({
    label: hourOfDay(hour),
    count: known.get(hour) ?? 0,
  })).sort((a, b) => a.label.localeCompare(b.label));
  return {
    labels: hours.map(({ label }) => label),
    series: [{ name: "Signals", values: hours.map(({ count }) => count), kind: "bar", colour: "ours" }],
    ...{ xTitle: "Hour of the day", yTitle: "Signals", digits: 0 },
  };
}

function chartOf(counts: Counts, labelOf: (value: string) => string): PlainChart {
  const shown = counts.slice(0, SHOWN_MAX);
  return {
    labels: shown.map(({ value }) => labelOf(value)),
    series: [{ name: "Signals", values: shown.map(({ count }) => count), kind: "bar", colour: "ours" }],
    ...{ xTitle: "", yTitle: "Signals", lying: true, digits: 0 },
  };
}
