import { A } from "@solidjs/router";
import { For, lazy, onMount, Show } from "solid-js";
import { Async } from "../../components/Async.tsx";
import { Chip, PriorityChip } from "../../components/chips.tsx";
import { Ago, Fact } from "../../components/facts.tsx";
import { NearScreen } from "../../components/NearScreen.tsx";
import { EmptyState, SkeletonRows } from "../../components/states.tsx";
import { percent } from "../../format/number.ts";
import { duration } from "../../format/time.ts";
import { plural, words } from "../../format/words.ts";
import { paths } from "../../paths.ts";
import {
  type Health,
  type MarketSummary,
  useBestProposals,
  useHealth,
  useMarketSummary,
  useUrgentSignals,
} from "../../queries/home.ts";
import { ChangePct, PriceMove, ProfitDelta } from "../approvals/cells.tsx";
import { Card } from "./Card.tsx";
import { FirstSteps } from "./FirstSteps.tsx";
import { Impact } from "./Impact.tsx";
import { Categories, Competitors, Index } from "./MarketTables.tsx";
import { ReturnFact } from "./ReturnFact.tsx";
import { SignalsByType } from "./SignalsByType.tsx";

/** The chart is loaded when it comes near the screen. */
const Exposure = lazy(async () => ({ default: (await import("../analysis/Exposure.tsx")).ExposureBlock }));

const SHOWN = 5;

/** The state of the day: how fresh it all is, where our prices stand, and what to do first. */
export function HomePage() {
  const health = useHealth();
  const market = useMarketSummary();
  const proposals = useBestProposals(SHOWN);
  const signals = useUrgentSignals(SHOWN);
  onMount(() => {
    document.title = "Home · Pricewright";
  });
  return (
    <main class="page">
      <div class="page-head">
        <h1>Home</h1>
        <HealthChips />
      </div>
      {/* the health says whether there are first steps: what stands below them would move */}
      <Show when={!health.isPending} fallback={<HomeSkeleton />}>
        <FirstSteps products={market.isPending ? undefined : market.data?.market.products} />
        <Async query={market} skeleton={<SkeletonRows rows={1} height="facts" />}>
          {(summary) => (
            <Show when={summary().market.products > 0}>
              <MarketFigures summary={summary()} />
            </Show>
          )}
        </Async>
        <div class="home-columns">
          <BestProposals query={proposals} />
          <UrgentSignals query={signals} />
          <Async query={market} skeleton={<CardSkeletons />}>
            {(summary) => (
              <Show when={summary().market.products > 0}>
                <Impact />
                <SignalsByType summary={summary()} />
                <Categories summary={summary()} />
                <Competitors summary={summary()} />
              </Show>
            )}
          </Async>
        </div>
        <NearScreen>
          <Exposure />
        </NearScreen>
      </Show>
    </main>
  );
}

const CARDS = 4;

function CardSkeletons() {
  return <For each={Array.from({ length: CARDS })}>{() => <SkeletonRows rows={1} height="chart" />}</For>;
}

function HomeSkeleton() {
  return (
    <>
      <SkeletonRows rows={1} height="facts" />
      <div class="home-columns">
        <CardSkeletons />
      </div>
    </>
  );
}

const HEALTH_TONE: Record<string, "good" | "warn" | "bad" | "quiet"> = {
  ok: "good",
  stale: "warn",
  down: "bad",
  failing: "bad",
};

function limitOf({ staleAfterSeconds }: Health["parts"][string]): string {
  return staleAfterSeconds === undefined
    ? ""
    : `Out of date when older than ${duration(staleAfterSeconds * 1000)}.`;
}

/** Each part of the install, with the age of its newest data. */
function HealthChips() {
  const health = useHealth();
  const parts = () => Object.entries(health.isPending ? {} : (health.data?.parts ?? {}));
  const text = (name: string, age: number | undefined) =>
    age === undefined ? words(name) : `${words(name)} ${duration(age * 1000)}`;
  return (
    <ul class="health" aria-label="Health: each part with the age of its newest data">
      <For each={parts()} fallback={<li class="chip">{"\u00a0"}</li>}>
        {([name, part]) => (
          <li>
            <Chip
              tone={HEALTH_TONE[part.status] ?? "quiet"}
              title={`${words(part.status)}. ${part.detail ?? ""} ${limitOf(part)}`.trim()}
            >
              {text(name, part.ageSeconds)}
            </Chip>
          </li>
        )}
      </For>
    </ul>
  );
}

function MarketFigures(props: { summary: MarketSummary }) {
  const market = () => props.summary.market;
  const urgent = () =>
    props.summary.openSignals
      .filter(({ priority }) => priority === 1)
      .reduce((sum, { count }) => sum + count, 0);
  const open = () => props.summary.openSignals.reduce((sum, { count }) => sum + count, 0);
  return (
    <dl class="facts">
      <ReturnFact />
      <Fact label="Price index" note="our prices against the cheapest competitor's, who is 100">
        <Index value={market().index} />
      </Fact>
      <Fact label="Weighted by our revenue" note="above 100 we are dearer">
        <Index value={market().weightedIndex} />
      </Fact>
      <Fact label="Red zone" note="of the products compared, over 10 % above the cheapest">
        {percent(market().redZonePct)}
      </Fact>
      <Fact
        label="We are cheapest"
        note={`of ${plural(market().compared, "product")} compared, ${percent(market().coveragePct, 0)} of the catalogue`}
      >
        {market().position.lowest}
      </Fact>
      <Fact label="Open signals" note={`${urgent()} of high priority`}>
        {open()}
      </Fact>
    </dl>
  );
}

function BestProposals(props: { query: ReturnType<typeof useBestProposals> }) {
  return (
    <Card title="Most valuable proposals" link={<A href={paths.approvals()}>All proposals</A>}>
      <Async query={props.query} skeleton={<SkeletonRows rows={SHOWN} height="card" />}>
        {(page) => (
          <Show
            when={page().items.length > 0}
            fallback={<EmptyState title="No proposal is waiting for a decision" />}
          >
            <p class="muted">{plural(page().total ?? 0, "proposal")} waiting.</p>
            <ul class="home-list">
              <For each={page().items}>
                {(proposal) => (
                  <li>
                    <A class="home-name" href={paths.proposal(proposal.id)}>
                      {proposal.title ?? proposal.sku}
                    </A>
                    <span>
                      <PriceMove proposal={proposal} /> <ChangePct value={proposal.changePct} />
                    </span>
                    <ProfitDelta proposal={proposal} />
                  </li>
                )}
              </For>
            </ul>
          </Show>
        )}
      </Async>
    </Card>
  );
}

function UrgentSignals(props: { query: ReturnType<typeof useUrgentSignals> }) {
  return (
    <Card
      title="Most urgent signals"
      link={<A href={`${paths.signals()}?minPriority=1`}>All urgent signals</A>}
    >
      <Async query={props.query} skeleton={<SkeletonRows rows={SHOWN} height="card" />}>
        {(page) => (
          <Show when={page().items.length > 0} fallback={<EmptyState title="Nothing urgent" />}>
            <ul class="home-list">
              <For each={page().items}>
                {(signal) => (
                  <li>
                    <A class="home-name" href={paths.product(signal.sku)}>
                      {signal.title ?? signal.sku}
                    </A>
                    <span class="muted">
                      <PriorityChip priority={signal.priority} /> {words(signal.type)},{" "}
                      <Ago at={signal.openedAt} />
                    </span>
                    <span>{signal.message}</span>
                  </li>
                )}
              </For>
            </ul>
          </Show>
        )}
      </Async>
    </Card>
  );
}
