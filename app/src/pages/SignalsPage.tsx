import { A, useSearchParams } from "@solidjs/router";
import { For, onMount, Show } from "solid-js";
import type { Signal } from "../../../domain/contract/market.ts";
import { SIGNAL_STATUSES, SIGNAL_TYPES } from "../../../domain/messages/names.ts";
import { ActionButton } from "../components/ActionButton.tsx";
import { Async } from "../components/Async.tsx";
import { PriorityChip, SignalStatusChip } from "../components/chips.tsx";
import { Ago } from "../components/facts.tsx";
import { ANY, choicesOf, known, SelectField } from "../components/fields.tsx";
import { EmptyState, LoadMore, SkeletonRows } from "../components/states.tsx";
import { toastError } from "../components/toasts.tsx";
import { actor, words } from "../format/words.ts";
import { paths } from "../paths.ts";
import { missingRight, useMe } from "../queries/session.ts";
import { useAcknowledge, useSignals } from "../queries/signals.ts";
import { SignalDigest } from "./SignalDigest.tsx";

const PRIORITIES = [
  { value: "3", label: "Any priority" },
  { value: "2", label: "Medium and high" },
  { value: "1", label: "High only" },
];

/** The signals: conditions in the market or the shop that need attention. */
export function SignalsPage() {
  const [search, setSearch] = useSearchParams<{ status?: string; type?: string; priority?: string }>();
  const status = () => search.status ?? "open";
  const signals = useSignals(() => ({
    status: known(SIGNAL_STATUSES, status()),
    type: search.type,
    minPriority: search.priority ? Number(search.priority) : undefined,
  }));
  const shown = () => (signals.isPending ? [] : (signals.data?.pages.flatMap((p) => p.items) ?? []));

  onMount(() => {
    document.title = "Signals · Pricewright";
  });

  return (
    <main class="page">
      <div class="page-head">
        <h1>Signals</h1>
      </div>
      <SignalDigest
        onMostUrgent={() => setSearch({ status: "open", type: undefined, priority: "1" }, { replace: true })}
      />
      <search class="filters" aria-label="Narrow the list of signals">
        <SelectField
          label="Status"
          value={status()}
          choices={choicesOf("Any status", SIGNAL_STATUSES)}
          onChange={(v) => setSearch({ status: v }, { replace: true })}
        />
        <SelectField
          label="Type"
          value={search.type ?? ANY}
          choices={choicesOf("Any type", SIGNAL_TYPES)}
          onChange={(v) => setSearch({ type: v === ANY ? undefined : v }, { replace: true })}
        />
        <SelectField
          label="Priority"
          value={search.priority ?? "3"}
          choices={PRIORITIES}
          onChange={(v) => setSearch({ priority: v === "3" ? undefined : v }, { replace: true })}
        />
      </search>
      <Async query={signals} skeleton={<SkeletonRows rows={8} />}>
        {() => (
          <Show
            when={shown().length > 0}
            fallback={
              <EmptyState title={`No ${status() === ANY ? "" : `${status()} `}signals`}>
                A signal appears within a second of the observation or sale that opens it.
              </EmptyState>
            }
          >
            <SignalTable signals={shown()} />
            <LoadMore query={signals} shown={shown().length} />
          </Show>
        )}
      </Async>
    </main>
  );
}

function SignalTable(props: { signals: readonly Signal[] }) {
  return (
    <table class="table cards">
      <caption class="sr-only">Signals</caption>
      <thead>
        <tr>
          <th scope="col">Signal</th>
          <th scope="col">Product</th>
          <th scope="col" class="cell-wide">
            Competitor
          </th>
          <th scope="col">What happened</th>
          <th scope="col" class="num">
            Opened
          </th>
          <th scope="col">
            <span class="sr-only">Action</span>
          </th>
        </tr>
      </thead>
      <tbody>
        <For each={props.signals}>{(signal) => <SignalRow signal={signal} />}</For>
      </tbody>
    </table>
  );
}

function SignalRow(props: { signal: Signal }) {
  return (
    <tr>
      <td class="cell-title">
        <span class="signal-head signal-kind">
          <PriorityChip priority={props.signal.priority} />
          <strong>{words(props.signal.type)}</strong>
        </span>
      </td>
      <td class="cell-product" data-label="Product">
        <span class="stack stack-start">
          <A href={paths.product(props.signal.sku)}>{props.signal.title ?? props.signal.sku}</A>
          <span class="sub">{props.signal.sku}</span>
        </span>
      </td>
      <td class="cell-wide" data-label="Competitor">
        {props.signal.competitor ?? "–"}
      </td>
      <td class="why" data-label="What happened">
        {props.signal.message}
      </td>
      <td class="num muted" data-label="Opened">
        <Ago at={props.signal.openedAt} />
      </td>
      <td class="cell-action">
        <Show when={props.signal.status === "open"} fallback={<Handled signal={props.signal} />}>
          <Acknowledge signal={props.signal} />
        </Show>
      </td>
    </tr>
  );
}

function Handled(props: { signal: Signal }) {
  return (
    <span class="stack stack-start">
      <SignalStatusChip status={props.signal.status} />
      <Show when={props.signal.acknowledgedBy}>{(by) => <span class="sub">by {actor(by())}</span>}</Show>
    </span>
  );
}

function Acknowledge(props: { signal: Signal }) {
  const me = useMe();
  const acknowledge = useAcknowledge();
  const reason = () =>
    missingRight(me.data, "write") ?? (acknowledge.isPending ? "The acknowledgement is being sent." : null);
  return (
    <ActionButton
      small
      disabledReason={reason()}
      onClick={() => acknowledge.mutate(props.signal.id, { onError: toastError })}
    >
      Acknowledge
    </ActionButton>
  );
}
