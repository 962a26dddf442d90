import { A } from "@solidjs/router";
import type { InferRequestType } from "hono/client";
import { For, Show } from "solid-js";
import type {
  Calibration,
  CalibrationClass,
  Drift,
  PriceOutcome,
} from "../../../../domain/contract/outcomes.ts";
import { answer, api, inPath } from "../../api/client.ts";
import { ActionButton } from "../../components/ActionButton.tsx";
import { Async } from "../../components/Async.tsx";
import { Chip } from "../../components/chips.tsx";
import { Ago, Fact } from "../../components/facts.tsx";
import { asIs } from "../../components/fields.tsx";
import { ProductCell } from "../../components/ProductCell.tsx";
import { EmptyState, SkeletonRows } from "../../components/states.tsx";
import { fixed, money, moneyDelta, percent, percentDelta, share } from "../../format/number.ts";
import { dayText } from "../../format/time.ts";
import { plural, words } from "../../format/words.ts";
import type { Column } from "../../list/DataTable.tsx";
import { ListPage } from "../../list/ListPage.tsx";
import type { PageAsked } from "../../list/list.ts";
import type { Filter } from "../../list/parts.tsx";
import { useAction } from "../../queries/actions.ts";
import { useCalibration, useDrift } from "../../queries/earn.ts";
import { keys } from "../../queries/keys.ts";
import { missingRight, useMe } from "../../queries/session.ts";
import { Card } from "../home/Card.tsx";

type Asked = InferRequestType<typeof api.outcomes.$get>["query"];

const SOURCE = {
  key: keys.outcomes,
  facets: "category,status",
  fetch: (query: PageAsked, signal: AbortSignal) =>
    answer(api.outcomes.$get({ query: query as Asked }, { init: { signal } })),
};

const FILTERS: readonly Filter[] = [
  { name: "category", label: "Category", any: "Any category", facet: "category", labelOf: asIs },
  { name: "alarm", label: "Show", any: "All", values: ["true"], labelOf: () => "Offered to be taken back" },
];

const COLUMNS: readonly Column<PriceOutcome>[] = [
  {
    label: "Product",
    sort: "sku",
    class: "cell-title",
    cell: ({ sku, from, to, currency }) => (
      <ProductCell sku={sku} sub={`${money(from, currency)} → ${money(to, currency)}`} />
    ),
  },
  { label: "Changed", sort: "at", class: "num muted", cell: ({ at }) => <Ago at={at} /> },
  {
    label: "Profit of a day",
    note: "against its price before, with the 80 % interval",
    sort: "profit",
    class: "num",
    cell: ({ effect, currency }) => (
      <span class="stack">
        <strong class={Number(effect.profit) >= 0 ? "good" : "bad"}>
          {moneyDelta(effect.profit, currency)}
        </strong>
        <span class="sub">
          {moneyDelta(effect.interval80[0], currency)} to {moneyDelta(effect.interval80[1], currency)}
        </span>
      </span>
    ),
  },
  {
    label: "Expected",
    class: "num",
    isNamed: true,
    cell: ({ expected, currency }) => moneyDelta(expected.profit, currency),
  },
  { label: "Chance said", class: "num", isNamed: true, cell: ({ pGain }) => share(pGain) },
  {
    label: "Compared with",
    class: "why cell-wide",
    cell: ({ controls, matched }) => `${plural(controls, "unchanged product")} of its ${matched}`,
  },
  {
    label: "Days",
    class: "num",
    isNamed: true,
    cell: ({ days, status }) => (status === "final" ? days : `${days} so far`),
  },
  { label: "", class: "cell-action", cell: (outcome) => <TakeBack outcome={outcome} /> },
];

/** What came of the prices that were changed, and whether anything has drifted. */
export function OutcomesPage() {
  const calibration = useCalibration();
  const drift = useDrift();
  return (
    <ListPage
      title="Outcomes"
      one="changed price"
      source={SOURCE}
      path="/api/outcomes"
      asked={{ q: undefined, category: undefined, alarm: undefined, sort: "-at" }}
      filters={FILTERS}
      searchFor="SKU or category"
      columns={COLUMNS}
      idOf={({ id }) => id}
      empty={
        <EmptyState title="No outcome yet">
          What came of a changed price is measured every night, beginning three days after the change.
        </EmptyState>
      }
    >
      <Async query={calibration} skeleton={<SkeletonRows rows={1} />}>
        {(found) => <CalibrationCard calibration={found()} />}
      </Async>
      <Async query={drift} skeleton={<SkeletonRows rows={1} />}>
        {(found) => <DriftCard drift={found()} />}
      </Async>
    </ListPage>
  );
}

function TakeBack(props: { outcome: PriceOutcome }) {
  const me = useMe();
  const back = useAction(
    keys.outcomes,
    (sku: string) =>
      answer(
        api.prices[":sku"].rollback.$post({
          param: { sku: inPath(sku) },
          json: { reason: props.outcome.alarm ?? "its outcome" },
        }),
      ),
    () => "The price before is served again",
  );
  return (
    <Show when={props.outcome.alarm}>
      {(alarm) => (
        <span class="stack stack-start">
          <Chip tone="bad" title={alarm()}>
            Misses what was expected
          </Chip>
          <ActionButton
            small
            disabledReason={
              missingRight(me.data, "approve") ?? (back.isPending ? "It is being taken back." : null)
            }
            onClick={() => back.mutate(props.outcome.sku)}
          >
            Take it back
          </ActionButton>
        </span>
      )}
    </Show>
  );
}

function CalibrationCard(props: { calibration: Calibration }) {
  return (
    <Show when={props.calibration.n > 0}>
      <Card
        title="Said and come true"
        note={`How often a gain came where one was said to come, over ${plural(props.calibration.n, "price")} of the last year, with the range that the ups and downs of sales leave open.`}
      >
        <dl class="facts">
          <For each={props.calibration.bins}>
            {(bin) => <ClassFact label={`Said ${share(bin.said)}`} found={bin} />}
          </For>
          <Show when={props.calibration.trials}>
            {(trials) => <ClassFact label="Tried to learn" found={trials()} />}
          </Show>
        </dl>
      </Card>
    </Show>
  );
}

/** What came of a class of prices: the share that gained or the range it lies in, and what they did to profit. */
function ClassFact(props: { label: string; found: CalibrationClass }) {
  const range = ([from, to]: [number, number], shown: (value: number) => string) =>
    `${shown(from)} to ${shown(to)}`;
  const delta = (value: number) => percentDelta(100 * value);
  const profit = () => props.found.profit;
  return (
    <Fact
      label={props.label}
      note={
        <span title={props.found.reason ?? undefined}>
          {plural(props.found.n, "price")}
          {props.found.came === null ? "" : `, ${range(props.found.interval95, share)}`}
          <Show when={profit()}>
            {(found) => (
              <>
                ; profit {delta(found().came)} ({range(found().interval95, delta)}), said{" "}
                {delta(found().said)}
              </>
            )}
          </Show>
        </span>
      }
    >
      {props.found.came === null
        ? `cannot tell yet: ${range(props.found.interval95, share)}`
        : share(props.found.came)}
    </Fact>
  );
}

const METRICS: Readonly<Record<string, string>> = {
  sales_roll_mean_7: "sales of a week",
  rel_price: "prices against their own past",
  inventory_pressure: "days of stock",
};

function DriftCard(props: { drift: Drift }) {
  const newest = () => props.drift.days.at(-1);
  const findings = () => newest()?.findings ?? [];
  const psi = () => Object.entries(newest()?.psi ?? {}).filter(([, value]) => value !== null);
  const figure = (value: number | null | undefined, shown: (value: number) => string) =>
    value == null ? "–" : shown(value);
  return (
    <Show when={newest()}>
      {(day) => (
        <Card
          title="Drift"
          note={
            findings().length === 0
              ? `On ${dayText(day().day)} inputs, predictions and results were as usual.`
              : `On ${dayText(day().day)} something was not as usual.`
          }
          link={<A href="/overrides">Overrides</A>}
        >
          <For each={findings()}>
            {({ metric, value, threshold, acted }) => (
              <p>
                <Chip tone="bad">{words(METRICS[metric] ?? metric)}</Chip> {fixed(value, 2)}, beyond{" "}
                {fixed(threshold, 2)}
                {acted.length > 0 ? `: ${acted.map(({ reaction }) => words(reaction)).join(", ")}` : ""}
              </p>
            )}
          </For>
          <dl class="facts">
            <Fact label="Predictions off by" note="predicted units against actual ones">
              {figure(day().bias, (value) => percent(value * 100))}
            </Fact>
            <Fact label="Predicted too high" note="of the products">
              {figure(day().overForecastRate, share)}
            </Fact>
            <Fact label="Revenue of a product and day">
              {money(day().revenuePerSku, props.drift.currency)}
            </Fact>
            <Fact label="Sold out" note="of the products">
              {percent(day().stockOutRate * 100)}
            </Fact>
            <For each={psi()}>
              {([name, value]) => (
                <Fact label={words(METRICS[name] ?? name)} note="stability index: 0.2 is much">
                  {fixed(value ?? 0, 2)}
                </Fact>
              )}
            </For>
          </dl>
        </Card>
      )}
    </Show>
  );
}
