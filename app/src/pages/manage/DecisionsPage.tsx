import { A } from "@solidjs/router";
import type { InferRequestType, InferResponseType } from "hono/client";
import { Show } from "solid-js";
import { answer, api } from "../../api/client.ts";
import { Chip } from "../../components/chips.tsx";
import { Ago } from "../../components/facts.tsx";
import { EmptyState } from "../../components/states.tsx";
import { money } from "../../format/number.ts";
import { reasonWords } from "../../format/reasons.ts";
import { actor, words } from "../../format/words.ts";
import type { Column } from "../../list/DataTable.tsx";
import { ListPage } from "../../list/ListPage.tsx";
import type { PageAsked } from "../../list/list.ts";
import type { Filter } from "../../list/parts.tsx";
import { paths } from "../../paths.ts";
import { PriceMove } from "../approvals/cells.tsx";

type Asked = InferRequestType<typeof api.decisions.$get>["query"];
type Decision = InferResponseType<typeof api.decisions.$get, 200>["items"][number];

const SOURCE = {
  key: ["decisions"] as const,
  fetch: ({ facets: _, ...query }: PageAsked, signal: AbortSignal) =>
    answer(api.decisions.$get({ query: query as Asked }, { init: { signal } })),
};

const VERDICTS: Record<string, string> = {
  propose: "Move proposed",
  hold: "Price kept",
  blocked: "Blocked",
};
const BY: Record<string, string> = { run: "A run", person: "A person" };

const FILTERS: readonly Filter[] = [
  {
    ...{ name: "verdict", label: "Verdict", any: "Any verdict", values: Object.keys(VERDICTS) },
    labelOf: (value) => VERDICTS[value] ?? value,
  },
  {
    ...{ name: "by", label: "Decided by", any: "Anybody", values: Object.keys(BY) },
    labelOf: (value) => BY[value] ?? value,
  },
];

const TONE = { propose: "info", hold: "quiet", blocked: "warn" } as const;

const COLUMNS: readonly Column<Decision>[] = [
  {
    label: "Product",
    class: "cell-title",
    cell: ({ id, sku, title }) => (
      <>
        <A class="row-link" href={paths.decision(id)} data-row-link>
          {title ?? sku}
        </A>
        <Show when={title}>
          <span class="sub">{sku}</span>
        </Show>
      </>
    ),
  },
  {
    label: "Verdict",
    cell: ({ verdict }) => <Chip tone={TONE[verdict]}>{VERDICTS[verdict] ?? verdict}</Chip>,
  },
  { label: "Price", class: "num", cell: (decision) => <Price decision={decision} /> },
  { label: "Why", class: "why", cell: ({ reason, note }) => (note ? `“${note}”` : reasonWords(reason)) },
  { label: "Strategy", class: "cell-wide", cell: ({ strategy }) => (strategy ? words(strategy) : "–") },
  { label: "By", class: "cell-wide cell-break", cell: (decision) => actor(decision.actor) },
  { label: "When", class: "num muted", cell: ({ at }) => <Ago at={at} /> },
];

/** The move of a decision; only the price it kept, where it moved nothing. */
function Price(props: { decision: Decision }) {
  const { from, to, currency } = props.decision;
  if (currency === undefined || from === undefined) return <>–</>;
  return (
    <Show when={to !== undefined && to !== from} fallback={money(from, currency)}>
      <PriceMove proposal={{ from, to: to ?? from, currency }} />
    </Show>
  );
}

/** Every decision about a price: of runs, those that kept it too, and of people. */
export function DecisionsPage() {
  return (
    <ListPage
      title="Decisions"
      one="decision"
      source={SOURCE}
      path="/api/decisions"
      asked={{ sku: undefined, verdict: undefined, by: undefined, runId: undefined }}
      filters={FILTERS}
      searchBy="sku"
      searchFor="Whole SKU"
      columns={COLUMNS}
      idOf={({ id }) => id}
      hasLinks
      empty={
        <EmptyState title="Nothing has been decided yet">
          A proposals run decides about every product; prices that people set stand here too.
        </EmptyState>
      }
    />
  );
}
