import { A, useParams } from "@solidjs/router";
import { createEffect, For, Show } from "solid-js";
import type { PriceTest } from "../../../../domain/contract/experiments.ts";
import { answer, api, inPath } from "../../api/client.ts";
import { ActionButton } from "../../components/ActionButton.tsx";
import { Async } from "../../components/Async.tsx";
import { Ago, Fact } from "../../components/facts.tsx";
import { EmptyState, SkeletonRows } from "../../components/states.tsx";
import { moneyDelta, percent, share } from "../../format/number.ts";
import { actor, plural, words } from "../../format/words.ts";
import { paths } from "../../paths.ts";
import { useAction } from "../../queries/actions.ts";
import { usePriceTest } from "../../queries/earn.ts";
import { keys } from "../../queries/keys.ts";
import { missingRight, useMe } from "../../queries/session.ts";
import { armName, LiftText, PreviewFacts, TestStatusChip } from "./parts.tsx";

/** One price test: what it found, or what it can find. */
export default function PriceTestPage() {
  const params = useParams<{ id: string }>();
  const test = usePriceTest(() => params.id);
  return (
    <main class="page">
      <A class="back" href={paths.priceTests()}>
        ← All price tests
      </A>
      <Async
        query={test}
        skeleton={<SkeletonRows rows={4} />}
        none={<EmptyState title="No such price test" />}
      >
        {(data) => <Opened test={data()} />}
      </Async>
    </main>
  );
}

function Opened(props: { test: PriceTest }) {
  createEffect(() => {
    document.title = `${props.test.name} · Pricewright`;
  });
  return (
    <>
      <div class="page-head">
        <div>
          <h1>{props.test.name}</h1>
          <p class="sub">
            {words(props.test.design)} · drafted by {actor(props.test.createdBy)},{" "}
            <Ago at={props.test.createdAt} />
            <Show when={props.test.firstDay}>{(day) => ` · from ${day()} on`}</Show>
          </p>
        </div>
        <TestStatusChip test={props.test} />
        <Buttons test={props.test} />
      </div>
      <Show when={(props.test.result?.days ?? 0) > 0} fallback={<Expected test={props.test} />}>
        <Results test={props.test} />
      </Show>
      <section class="block" aria-label="Arms">
        <h2>Arms</h2>
        <ul class="plain">
          <For each={props.test.definition.arms}>{(arm) => <li>{armName(arm)}</li>}</For>
        </ul>
        <p class="muted">
          Chance assigns the products; a price is the same for everybody at a time. It stops at once if profit
          falls by more than {percent(props.test.definition.guards.profit * 100)} or units by more than{" "}
          {percent(props.test.definition.guards.units * 100)} with certainty.
        </p>
      </section>
    </>
  );
}

function Buttons(props: { test: PriceTest }) {
  const me = useMe();
  const param = () => ({ id: inPath(props.test.id) });
  const start = useAction(
    keys.priceTests,
    () => answer(api["price-tests"][":id"].start.$post({ param: param() })),
    ({ firstDay }) => `The test begins on ${firstDay}`,
  );
  const stop = useAction(
    keys.priceTests,
    () =>
      answer(api["price-tests"][":id"].stop.$post({ param: param(), json: { reason: "stopped by hand" } })),
    () => "The test is stopped",
  );
  return (
    <>
      <Show when={props.test.status === "draft"}>
        <ActionButton
          tone="primary"
          disabledReason={
            missingRight(me.data, "approve") ??
            (props.test.preview.tooFew ? "Too few clusters take part." : null) ??
            (start.isPending ? "It is being started." : null)
          }
          onClick={() => start.mutate(undefined)}
        >
          Start tomorrow
        </ActionButton>
      </Show>
      <Show when={props.test.status === "running"}>
        <ActionButton
          disabledReason={
            missingRight(me.data, "approve") ?? (stop.isPending ? "It is being stopped." : null)
          }
          onClick={() => stop.mutate(undefined)}
        >
          Stop
        </ActionButton>
      </Show>
    </>
  );
}

function Expected(props: { test: PriceTest }) {
  return (
    <section class="block" aria-label="What it can find">
      <h2>What it can find</h2>
      <PreviewFacts
        preview={props.test.preview}
        days={props.test.definition.days}
        effect={props.test.definition.effect}
      />
    </section>
  );
}

function Results(props: { test: PriceTest }) {
  const result = () => props.test.result!;
  const currency = () => props.test.preview.currency;
  const bound = (value: string | null, open: string) =>
    value === null ? open : moneyDelta(value, currency());
  return (
    <section class="block" aria-label="Result">
      <h2>Result after {plural(result().days, "day")}</h2>
      <p class="muted">
        {plural(result().clusters, "cluster")}, planned for {props.test.definition.days} days. The intervals
        hold however often one looks.
      </p>
      <For each={result().arms}>
        {(arm) => (
          <dl class="facts">
            <Fact
              label={`${arm.arm}: profit of a day`}
              note={`${bound(arm.total.interval[0], "any loss")} to ${bound(arm.total.interval[1], "any gain")}, if all were priced so`}
            >
              {moneyDelta(arm.total.perDay, currency())}
            </Fact>
            <Fact label="Profit" note={`p = ${arm.profit.p.toFixed(3)}, ${arm.profit.n} comparisons`}>
              <LiftText lift={arm.profit} isFact />
            </Fact>
            <Fact label="Units">
              <LiftText lift={arm.units} isFact />
            </Fact>
            <Fact
              label="Margin"
              note={`control ${arm.margin.control === null ? "–" : share(arm.margin.control)}`}
            >
              {arm.margin.arm === null ? "–" : share(arm.margin.arm)}
            </Fact>
            <Fact label="Sold out" note={`control ${percent(arm.soldOut.control * 100)}`}>
              {percent(arm.soldOut.arm * 100)}
            </Fact>
          </dl>
        )}
      </For>
    </section>
  );
}
