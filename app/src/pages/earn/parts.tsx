import { For, Show } from "solid-js";
import type { PriceTest, TestPreview } from "../../../../domain/contract/experiments.ts";
import { Chip } from "../../components/chips.tsx";
import { Fact } from "../../components/facts.tsx";
import { money, percent, percentDelta, share } from "../../format/number.ts";
import { plural, words } from "../../format/words.ts";

type Arm = PriceTest["definition"]["arms"][number];
type Lift = NonNullable<PriceTest["result"]>["arms"][number]["profit"];

const TONE = { draft: "info", running: "good", stopped: "warn", done: "quiet" } as const;

const ENDS: Readonly<Record<string, string>> = {
  winner: "Decided: an arm earns more",
  loser: "Decided: an arm earns less",
  planned_end: "Over, undecided",
  guard_profit: "Stopped: profit fell too far",
  guard_units: "Stopped: units fell too far",
  guard_margin: "Stopped: the margin fell too far",
  guard_stock_outs: "Stopped: too many products sold out",
  sample_ratio: "Stopped: the arms are not as large as chance makes them",
};

export function TestStatusChip(props: { test: Pick<PriceTest, "status" | "endReason"> }) {
  const text = () => ENDS[props.test.endReason ?? ""] ?? words(props.test.status);
  return (
    <Chip tone={props.test.endReason?.startsWith("guard") ? "bad" : TONE[props.test.status]}>{text()}</Chip>
  );
}

/** "lower (cost plus, markup 40 %)": what an arm does otherwise. */
export function armName({ name, change }: Arm): string {
  const parts = [
    change.strategy && words(change.strategy),
    change.markup !== undefined && `markup ${share(change.markup)}`,
    change.undercut !== undefined && `undercut ${percent(change.undercut * 100)}`,
    change.guardrails && "other evidence for a move",
    change.objective && "another objective",
  ].filter(Boolean);
  return parts.length === 0 ? `${name} (as the settings)` : `${name} (${parts.join(", ").toLowerCase()})`;
}

/** An effect in per cent with its interval, green or red once it is certain. */
export function LiftText(props: { lift: Lift; isFact?: boolean }) {
  const ends = () => props.lift.intervalPct;
  const tone = () => {
    const [lo, hi] = ends() ?? [null, null];
    if (lo !== null && lo > 0) return "good";
    return hi !== null && hi < 0 ? "bad" : "muted";
  };
  const end = (value: number | null | undefined, open: string) =>
    value == null ? open : percentDelta(value);
  return (
    <span class={props.isFact ? "stack stack-start" : "stack"}>
      <strong class={tone()}>
        {props.lift.effectPct === null ? "–" : percentDelta(props.lift.effectPct)}
      </strong>
      <span class="sub">
        {end(ends()?.[0], "any loss")} to {end(ends()?.[1], "any gain")}
      </span>
    </span>
  );
}

const LEFT: Readonly<Record<keyof TestPreview["left"], string>> = {
  cost: "without a cost",
  currency: "in another currency",
  heldOut: "held out",
  otherTest: "in another test",
  region: "without a region",
  sales: "that sold nothing",
};

/** What a test would be able to find. */
export function PreviewFacts(props: { preview: TestPreview; days: number; effect: number }) {
  const left = () =>
    Object.entries(props.preview.left)
      .filter(([, count]) => count > 0)
      .map(([why, count]) => `${plural(count, "product")} ${LEFT[why as keyof TestPreview["left"]]}`);
  return (
    <>
      <dl class="facts">
        <Fact label="Takes part" note={`${plural(props.preview.clusters, "cluster")}, assigned by chance`}>
          {plural(props.preview.products, "product")}
        </Fact>
        <Fact label="Profit of a day" note="of all of them, before the test">
          {money(props.preview.dailyProfit, props.preview.currency)}
        </Fact>
        <Fact
          label={`Chance to find ${percent(props.effect * 100)}`}
          note={`of profit, in the planned ${props.days} days`}
        >
          {share(props.preview.chance)}
        </Fact>
        <Fact label="Days needed" note={`to find ${percent(props.effect * 100)} in four tests of five`}>
          {props.preview.daysNeeded ?? "over a year"}
        </Fact>
      </dl>
      <p class="muted">
        The least effect found:{" "}
        <For each={props.preview.power}>
          {(one, i) => (
            <>
              {i() > 0 ? ", " : ""}
              {one.mdePct === null ? "–" : percent(one.mdePct)} in {one.days} days
            </>
          )}
        </For>
        .
      </p>
      <Show when={left().length > 0}>
        <p class="muted">Left out: {left().join(", ")}.</p>
      </Show>
      <Show when={props.preview.advice}>{(advice) => <p class="hint">{advice()}</p>}</Show>
      <Show when={props.preview.tooFew}>
        <p class="hint">
          Too few clusters for a result that holds: take more products, more days, or a switchback.
        </p>
      </Show>
    </>
  );
}
