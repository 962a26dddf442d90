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

/** Charts are loaded when they come near the screen. */
const SignalsByType = lazy(async () => ({ default: (await import("./SignalsByType.tsx")).SignalsByType }));
const Exposure = lazy(async () => ({ default: (await import("../analysis/Exposure.tsx")).ExposureBlock }));

const SHOWN = 5;

/** The state of the day: how fresh it all is, where our prices stand, and what to do first. */
export function HomePage() {
  const market = useMarketSummary();
  onMount(() => {
    document.title = "Home · Pricewright";
  });
  return (
    <main class="page">
      <div class="page-head">
        <h1>Home</h1>
        <HealthChips />
      </div>
      <Async query={market} skeleton={<SkeletonRows rows={1} height="facts" />}>
        {(summary) => (
          <>
            <FirstSteps products={summary().market.products} />
            <Show when={summary().market.products > 0}>
              <MarketFigures summary={summary()} />
            </Show>
          </>
        )}
      </Async>
      <div class="home-columns">
        <BestProposals />
        <UrgentSignals />
        <Async query={market} skeleton={<SkeletonRows rows={5} />}>
          {(summary) => (
            <Show when={summary().market.products > 0}>
              <Impact />
              <NearScreen>
                <SignalsByType summary={summary()} />
              </NearScreen>
              <Categories summary={summary()} />
              <Competitors summary={summary()} />
            </Show>
          )}
        </Async>
      </div>
      <NearScreen>
        <Exposure />
      </NearScreen>
    </main>
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
      <For each={parts()}>
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

function BestProposals() {
  const proposals = useBestProposals(SHOWN);
  return (
    <Card title="Most valuable proposals" link={<A href={paths.approvals()}>All proposals</A>}>
      <Async query={proposals} skeleton={<SkeletonRows rows={SHOWN} height="card" />}>
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

function UrgentSignals() {
  const signals = useUrgentSignals(SHOWN);
  return (
    <Card
      title="Most urgent signals"
      link={<A href={`${paths.signals()}?minPriority=1`}>All urgent signals</A>}
    >
      <Async query={signals} skeleton={<SkeletonRows rows={SHOWN} height="card" />}>
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
