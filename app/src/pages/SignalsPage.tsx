import { A } from "@solidjs/router";
import { onMount, Show } from "solid-js";
import type { Signal } from "../../../domain/contract/market.ts";
import { SIGNAL_STATUSES, SIGNAL_TYPES } from "../../../domain/messages/names.ts";
import { ActionButton } from "../components/ActionButton.tsx";
import { PriorityChip, SignalStatusChip } from "../components/chips.tsx";
import { Ago } from "../components/facts.tsx";
import { asIs } from "../components/fields.tsx";
import { EmptyState } from "../components/states.tsx";
import { toastError } from "../components/toasts.tsx";
import { actor, words } from "../format/words.ts";
import { useListAddress } from "../list/address.ts";
import { type Column, DataTable } from "../list/DataTable.tsx";
import { ExportButton, type Filter, ListBar, ListBody, ListCount } from "../list/ListPage.tsx";
import { paths } from "../paths.ts";
import { missingRight, useMe } from "../queries/session.ts";
import { useAcknowledge, useSignals } from "../queries/signals.ts";
import { SignalDigest } from "./SignalDigest.tsx";

const ASKED = {
  q: undefined,
  status: "open",
  type: undefined,
  category: undefined,
  competitor: undefined,
  minPriority: undefined,
  sort: "-openedAt",
};

const PRIORITIES: Record<string, string> = { 1: "High only", 2: "Medium and high" };

const FILTERS: readonly Filter[] = [
  { name: "status", label: "Status", any: "Any status", values: SIGNAL_STATUSES },
  { name: "type", label: "Type", any: "Any type", values: SIGNAL_TYPES, facet: "type" },
  {
    ...{ name: "minPriority", label: "Priority", any: "Any priority" },
    ...{ values: Object.keys(PRIORITIES), labelOf: (value: string) => PRIORITIES[value] ?? value },
  },
  { name: "category", label: "Category", any: "Any category", facet: "category", labelOf: asIs },
  { name: "competitor", label: "Competitor", any: "Any competitor", facet: "competitor", labelOf: asIs },
];

const COLUMNS: readonly Column<Signal>[] = [
  {
    label: "Signal",
    sort: "priority",
    class: "cell-title",
    cell: (signal) => (
      <span class="signal-head signal-kind">
        <PriorityChip priority={signal.priority} />
        <strong>{words(signal.type)}</strong>
      </span>
    ),
  },
  {
    label: "Product",
    sort: "sku",
    class: "cell-product",
    cell: (signal) => (
      <span class="stack stack-start">
        <A href={paths.product(signal.sku)} data-row-link>
          {signal.title ?? signal.sku}
        </A>
        <span class="sub">{signal.sku}</span>
      </span>
    ),
  },
  { label: "Competitor", sort: "competitor", class: "cell-wide", cell: (s) => s.competitor ?? "–" },
  { label: "What happened", class: "why", cell: (signal) => signal.message },
  { label: "Opened", sort: "openedAt", class: "num muted", cell: (s) => <Ago at={s.openedAt} /> },
  { label: "", class: "cell-action", cell: (signal) => <Handling signal={signal} /> },
];

/** The signals: conditions in the market or the shop that need attention. */
export function SignalsPage() {
  const address = useListAddress(ASKED);
  const signals = useSignals(address.asked);
  onMount(() => {
    document.title = "Signals · Pricewright";
  });
  return (
    <main class="page">
      <div class="page-head">
        <h1>Signals</h1>
        <ListCount list={signals} one="signal" />
        <ExportButton path="/api/signals" address={address} />
      </div>
      <SignalDigest onMostUrgent={() => address.set({ status: "open", type: undefined, minPriority: "1" })} />
      <ListBar
        list={signals}
        address={address}
        filters={FILTERS}
        searchFor="Product, competitor or message"
      />
      <ListBody
        list={signals}
        address={address}
        empty={
          <EmptyState title="No open signals">
            A signal appears within a second of the observation or sale that opens it.
          </EmptyState>
        }
      >
        <DataTable
          caption="Signals"
          columns={COLUMNS}
          list={signals}
          idOf={({ id }) => id}
          sort={address.value("sort")}
          onSort={(sort) => address.set({ sort })}
          isQuiet={({ status }) => status !== "open" && address.value("status") === "open"}
        />
      </ListBody>
    </main>
  );
}

function Handling(props: { signal: Signal }) {
  return (
    <Show when={props.signal.status === "open"} fallback={<Handled signal={props.signal} />}>
      <Acknowledge signal={props.signal} />
    </Show>
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
