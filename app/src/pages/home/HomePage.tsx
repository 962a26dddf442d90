import { A } from "@solidjs/router";
import { For, lazy, onMount, Show } from "solid-js";
import { Async } from "../../components/Async.tsx";
import { Chip, PriorityChip } from "../../components/chips.tsx";
import { Ago } from "../../components/facts.tsx";
import { SelectField } from "../../components/fields.tsx";
import { NearScreen } from "../../components/NearScreen.tsx";
import { EmptyState, SkeletonFacts, SkeletonRows } from "../../components/states.tsx";
import { withMoney } from "../../format/number.ts";
import { duration } from "../../format/time.ts";
import { plural, words } from "../../format/words.ts";
import { ANY, type ListAddress, useListAddress } from "../../list/address.ts";
import { paths, withQuery } from "../../paths.ts";
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
import { ACTIVITY_FIGURES, ActivityFigures, MARKET_FIGURES, MarketFigures } from "./Figures.tsx";
import { FirstSteps } from "./FirstSteps.tsx";
import { Impact } from "./Impact.tsx";
import { Categories, Competitors } from "./MarketTables.tsx";
import { SignalsByType } from "./SignalsByType.tsx";

/** The chart is loaded when it comes near the screen. */
const Exposure = lazy(async () => ({ default: (await import("../analysis/Exposure.tsx")).ExposureBlock }));

const SHOWN = 5;

/** The state of the day: how fresh it all is, where our prices stand, and what to do first. */
export function HomePage() {
  const address = useListAddress({ category: undefined });
  const category = () => address.asked().category;
  const health = useHealth();
  const market = useMarketSummary(category);
  const proposals = useBestProposals(SHOWN, category);
  const signals = useUrgentSignals(SHOWN, category);
  const products = () => market.data?.categories.reduce((sum, one) => sum + one.products, 0) ?? undefined;
  onMount(() => {
    document.title = "Home · Pricewright";
  });
  return (
    <main class="page">
      <div class="page-head">
        <h1>Home</h1>
        <HealthChips />
        <CategoryChoice address={address} summary={market.isPending ? undefined : market.data} />
      </div>
      {/* the health says whether there are first steps: what stands below them would move */}
      <Show when={!health.isPending} fallback={<HomeSkeleton />}>
        <FirstSteps products={market.isPending ? undefined : products()} />
        <Async query={market} skeleton={<FiguresSkeleton />}>
          {(summary) => (
            <Show when={hasProducts(summary())}>
              <MarketFigures summary={summary()} />
              <ActivityFigures category={category()} />
            </Show>
          )}
        </Async>
        <div class="home-columns">
          <div class="home-column">
            <BestProposals query={proposals} category={category()} />
            <Async query={market} skeleton={<CardSkeletons />}>
              {(summary) => (
                <Show when={hasProducts(summary())}>
                  <Impact isNarrowed={category() !== undefined} />
                  <Categories summary={summary()} />
                  <Competitors summary={summary()} isNarrowed={category() !== undefined} />
                </Show>
              )}
            </Async>
          </div>
          <div class="home-column">
            <UrgentSignals query={signals} category={category()} />
            <Async query={market} skeleton={<CardSkeletons />}>
              {(summary) => (
                <Show when={hasProducts(summary())}>
                  <SignalsByType summary={summary()} category={category()} />
                </Show>
              )}
            </Async>
          </div>
        </div>
        <NearScreen>
          <Exposure category={category()} />
        </NearScreen>
      </Show>
    </main>
  );
}

/** A category may have no product, and the catalogue some nevertheless. */
function hasProducts({ categories }: MarketSummary): boolean {
  return categories.length > 0;
}

function CategoryChoice(props: { address: ListAddress; summary: MarketSummary | undefined }) {
  const names = () => (props.summary?.categories ?? []).map(({ key }) => ({ value: key, label: key }));
  return (
    <div class="home-category">
      <SelectField
        label="Category"
        value={props.address.value("category") ?? ANY}
        choices={[{ value: ANY, label: "All categories" }, ...names()]}
        onChange={(category) => props.address.set({ category: category === ANY ? undefined : category })}
      />
    </div>
  );
}

const CARDS = 2;

function CardSkeletons() {
  return <For each={Array.from({ length: CARDS })}>{() => <SkeletonRows rows={1} height="chart" />}</For>;
}

function FiguresSkeleton() {
  return (
    <>
      <SkeletonFacts count={MARKET_FIGURES} />
      <SkeletonFacts count={ACTIVITY_FIGURES} />
    </>
  );
}

function HomeSkeleton() {
  return (
    <>
      <FiguresSkeleton />
      <div class="home-columns">
        <div class="home-column">
          <CardSkeletons />
        </div>
        <div class="home-column">
          <CardSkeletons />
        </div>
      </div>
    </>
  );
}

/** Parts that are well and have no age say nothing of their own: they are counted. */
const saysNothing = ([, part]: [string, Health["parts"][string]]) =>
  part.status === "ok" && part.ageSeconds === undefined;

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
  const all = () => Object.entries(health.isPending ? {} : (health.data?.parts ?? {}));
  const parts = () => all().filter((one) => !saysNothing(one));
  const others = () => all().filter(saysNothing);
  const text = (name: string, age: number | undefined) =>
    age === undefined ? words(name) : `${words(name)} ${duration(age * 1000)}`;
  return (
    <ul class="health" aria-label="Health: each part with the age of its newest data">
      <For each={parts()} fallback={<li class="chip">{"\u00a0"}</li>}>
        {([name, part]) => (
          <li>
            <Chip
              tone={HEALTH_TONE[part.status] ?? "quiet"}
              isDotted
              title={`${words(part.status)}. ${part.detail ?? ""} ${limitOf(part)}`.trim()}
            >
              {text(name, part.ageSeconds)}
            </Chip>
          </li>
        )}
      </For>
      <Show when={others().length > 0}>
        <li>
          <Chip
            tone="good"
            isDotted
            title={`Well: ${others()
              .map(([name]) => words(name))
              .join(", ")}.`}
          >
            {`${others().length} more parts`}
          </Chip>
        </li>
      </Show>
    </ul>
  );
}

function BestProposals(props: { query: ReturnType<typeof useBestProposals>; category: string | undefined }) {
  return (
    <Card
      title="Most valuable proposals"
      link={<A href={withQuery(paths.approvals(), { category: props.category })}>All proposals</A>}
    >
      <Async query={props.query} skeleton={<SkeletonRows rows={SHOWN} height="card" />}>
        {(page) => (
          <Show
            when={page().items.length > 0}
            fallback={
              <EmptyState title="No proposal is waiting for a decision">
                A proposals run makes new ones, by itself or when it is started under “Runs” above.
              </EmptyState>
            }
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

function UrgentSignals(props: { query: ReturnType<typeof useUrgentSignals>; category: string | undefined }) {
  return (
    <Card
      title="Most urgent signals"
      link={
        <A href={withQuery(paths.signals(), { minPriority: "1", category: props.category })}>
          All urgent signals
        </A>
      }
    >
      <Async query={props.query} skeleton={<SkeletonRows rows={SHOWN} height="card" />}>
        {(page) => (
          <Show
            when={page().items.length > 0}
            fallback={
              <EmptyState title="Nothing urgent">
                Signals of high priority stand here: a competitor that undercuts, or a shelf that runs empty.
              </EmptyState>
            }
          >
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
                    <span>{withMoney(signal.message)}</span>
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
