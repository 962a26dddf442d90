import { A } from "@solidjs/router";
import { For, Show } from "solid-js";
import type { PlainChart } from "../../charts/plain.ts";
import { Async } from "../../components/Async.tsx";
import { Ago, Fact } from "../../components/facts.tsx";
import { asIs } from "../../components/fields.tsx";
import { SkeletonFacts } from "../../components/states.tsx";
import { moneyDelta, number, percentDelta } from "../../format/number.ts";
import { words } from "../../format/words.ts";
import type { List } from "../../list/list.ts";
import { paths, withQuery } from "../../paths.ts";
import { type ProposalSummary, useProposalSummary } from "../../queries/proposals.ts";
import { Block, PlainChartView } from "../analysis/parts.tsx";

type Facets = ReturnType<List<unknown>["facets"]>;

const SHOWN_MAX = 12;

const PARTS = [
  { facet: "strategy", title: "By strategy", labelOf: words },
  { facet: "risk", title: "By risk", labelOf: words },
  { facet: "category", title: "By category", labelOf: asIs },
] as const;

/** What the queue comes to, and what the listed proposals are. */
export function ProposalInsights(props: { facets: Facets; category: string | undefined }) {
  const summary = useProposalSummary(() => props.category);
  return (
    <div class="analysis">
      <Async query={summary} skeleton={<SkeletonFacts count={8} />}>
        {(found) => <Figures found={found()} category={props.category} />}
      </Async>
      <For each={PARTS}>
        {({ facet, title, labelOf }) => (
          <Block title={title} width="third">
            <PlainChartView
              label={`Listed proposals ${title.toLowerCase()}`}
              none="There is none."
              chart={chartOf(props.facets[facet] ?? [], labelOf)}
            />
          </Block>
        )}
      </For>
    </div>
  );
}

function Figures(props: { found: ProposalSummary; category: string | undefined }) {
  const listed = (status: string) => withQuery(paths.approvals(), { status, category: props.category });
  return (
    <dl class="facts">
      <For each={props.found.pending}>{(one) => <Waiting pending={one} />}</For>
      <Fact label="Scheduled" note="approved, not in force yet">
        <A href={listed("approved")}>{number(props.found.scheduled)}</A>
      </Fact>
      <Fact label="Applied" note={`in the last 24 hours; ${number(props.found.lastDay.rejected)} rejected`}>
        <A href={withQuery(paths.approvals(), { status: "applied", sort: "-decidedAt" })}>
          {number(props.found.lastDay.applied)}
        </A>
      </Fact>
      <Show when={props.found.lastRun}>
        {(run) => (
          <Fact label="Proposed by the last run" note={<Ago at={run().finishedAt} />}>
            <A href={withQuery(paths.approvals(), { runId: run().id, status: "all" })}>
              {number(run().proposed)}
            </A>
          </Fact>
        )}
      </Show>
    </dl>
  );
}

function Waiting(props: { pending: ProposalSummary["pending"][number] }) {
  const one = () => props.pending;
  return (
    <>
      <Fact label="Waiting" note={`${number(one().up)} up, ${number(one().down)} down`}>
        {number(one().proposals)}
      </Fact>
      <Fact label="Of high risk" note="a second person, or a note">
        {number(one().highRisk)}
      </Fact>
      <Fact
        label="Expected profit"
        note={`of a week, all together; ${moneyDelta(one().meanProfit, one().currency)} on average`}
      >
        {moneyDelta(one().profit, one().currency)}
      </Fact>
      <Fact label="Expected units" note="of all together, against the present prices">
        {one().unitsPct === null ? "–" : percentDelta(one().unitsPct ?? 0)}
      </Fact>
      <Fact label="By the forecast" note="of the cheapest competitor; the others by the price last seen">
        <A href="/forecasts?usesForecast=true">{number(one().byForecast)}</A>
      </Fact>
    </>
  );
}

function chartOf(
  counts: readonly { value: string | number | null; count: number }[],
  labelOf: (value: string) => string,
): PlainChart {
  const shown = counts.filter(({ value }) => value !== null).slice(0, SHOWN_MAX);
  return {
    labels: shown.map(({ value }) => labelOf(String(value))),
    series: [{ name: "Proposals", values: shown.map(({ count }) => count), kind: "bar", colour: "ours" }],
    ...{ xTitle: "", yTitle: "Proposals", lying: true, digits: 0 },
  };
}
