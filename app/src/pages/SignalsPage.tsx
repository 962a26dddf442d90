import { A, useSearchParams } from "@solidjs/router";
import { createSignal, lazy, Show, Suspense } from "solid-js";
import type { Signal } from "../../../domain/contract/market.ts";
import { SIGNAL_STATUSES, SIGNAL_TYPES } from "../../../domain/messages/names.ts";
import { ActionButton } from "../components/ActionButton.tsx";
import { PriorityChip, SignalStatusChip } from "../components/chips.tsx";
import { Ago } from "../components/facts.tsx";
import { asIs } from "../components/fields.tsx";
import { ProductCell } from "../components/ProductCell.tsx";
import { EmptyState, SkeletonRows } from "../components/states.tsx";
import { toastDone, toastError } from "../components/toasts.tsx";
import { withMoney } from "../format/number.ts";
import { actor, plural, words } from "../format/words.ts";
import { useListAddress } from "../list/address.ts";
import type { Column } from "../list/DataTable.tsx";
import { ListPage } from "../list/ListPage.tsx";
import type { List } from "../list/list.ts";
import { createMarks, type Marks } from "../list/marks.ts";
import type { Filter } from "../list/parts.tsx";
import { paths } from "../paths.ts";
import { missingRight, useMe } from "../queries/session.ts";
import { signalSource, useAcknowledge, useAcknowledgeMany } from "../queries/signals.ts";
import { AssignMenu } from "./AssignMenu.tsx";
import { BulkSignals } from "./BulkSignals.tsx";
import { SignalDigest } from "./SignalDigest.tsx";

const ASKED = {
  q: undefined,
  status: "open",
  type: undefined,
  category: undefined,
  competitor: undefined,
  minPriority: undefined,
  minGap: undefined,
  assignee: undefined,
  sku: undefined,
  groupBy: undefined,
  move: undefined,
  sort: "-openedAt",
};

const PRIORITIES: Record<string, string> = { 1: "High only", 2: "Medium and high" };

/** Least sizes of the change or gap that a signal tells of, per cent. */
const GAPS = ["5", "10", "15", "20", "30"] as const;

const GROUPS: Record<string, string> = {
  move: "By move",
  product: "By product",
};

const ASSIGNEES: Record<string, string> = { me: "Mine", none: "Given to nobody" };

const FILTERS: readonly Filter[] = [
  {
    ...{ name: "groupBy", label: "Shown", any: "Each signal" },
    ...{ values: Object.keys(GROUPS), labelOf: (value: string) => GROUPS[value] ?? value },
  },
  {
    ...{ name: "assignee", label: "Assigned to", any: "Anybody", facet: "assignee" },
    ...{ values: Object.keys(ASSIGNEES), labelOf: (value: string) => ASSIGNEES[value] ?? value },
  },
  { name: "status", label: "Status", any: "Any status", values: SIGNAL_STATUSES },
  { name: "type", label: "Type", any: "Any type", values: SIGNAL_TYPES, facet: "type" },
  {
    ...{ name: "minPriority", label: "Priority", any: "Any priority" },
    ...{ values: Object.keys(PRIORITIES), labelOf: (value: string) => PRIORITIES[value] ?? value },
  },
  {
    ...{ name: "minGap", label: "Change or gap", any: "Any size", values: GAPS },
    labelOf: (value: string) => `${value} % or more`,
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
    cell: (signal) => <ProductCell sku={signal.sku} title={signal.title} />,
  },
  { label: "Competitor", sort: "competitor", class: "cell-wide", cell: (s) => s.competitor ?? "–" },
  { label: "What happened", class: "why", cell: (signal) => <Happened signal={signal} /> },
  { label: "Assigned to", class: "cell-assignee", cell: (signal) => <AssignMenu signal={signal} /> },
  { label: "Opened", sort: "openedAt", class: "num muted", cell: (s) => <Ago at={s.openedAt} /> },
  { label: "", class: "cell-action", cell: (signal) => <Handling signal={signal} /> },
];

/** The signals: conditions in the market or the shop that need attention. */
export function SignalsPage() {
  const [search, setSearch] = useSearchParams<{ groupBy?: string }>();
  const marks = createMarks();
  return (
    <ListPage
      title="Signals"
      one={search.groupBy ?? "signal"}
      source={signalSource}
      path="/api/signals"
      asked={ASKED}
      filters={FILTERS}
      searchFor="Product, competitor or message"
      columns={[markColumn(marks), ...COLUMNS]}
      listActions={(list, address) => <BulkSignals list={list} address={address} marks={marks} />}
      insights={(list) => <Insights list={list} />}
      idOf={({ id }) => id}
      isQuiet={({ status }) => status === "resolved"}
      empty={
        <EmptyState title="No open signals">
          A signal appears within a second of the observation or sale that opens it.
        </EmptyState>
      }
    >
      <SignalDigest
        onMostUrgent={() =>
          setSearch({ status: undefined, type: undefined, minPriority: "1" }, { replace: true })
        }
      />
      <PartShown />
    </ListPage>
  );
}

/** Charts are loaded by whoever opens them. */
const SignalInsights = lazy(async () => ({
  default: (await import("./SignalInsights.tsx")).SignalInsights,
}));

function Insights(props: { list: List<Signal> }) {
  const address = useListAddress(ASKED);
  const [isOpen, setOpen] = createSignal(false);
  return (
    <details class="block insights" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Insights by type, competitor and category</summary>
      <Show when={isOpen()}>
        <Suspense fallback={<SkeletonRows rows={1} height="chart" />}>
          <SignalInsights facets={props.list.facets()} asked={address.asked()} />
        </Suspense>
      </Show>
    </details>
  );
}

/** Says that only the signals of one move or product are listed, and leads back. */
function PartShown() {
  const [search] = useSearchParams<{ move?: string; sku?: string }>();
  return (
    <Show when={search.move ?? search.sku}>
      <p class="note">
        Only the signals of {search.sku ? `the product ${search.sku}` : "one move"}.{" "}
        <A href={paths.signals()}>Show all</A>
      </p>
    </Show>
  );
}

/** What happened; of a group also how much more of it there is. */
function Happened(props: { signal: Signal }) {
  const membersOf = useMembers();
  return (
    <span class="stack stack-start">
      <span class="clamp" title={withMoney(props.signal.message)}>
        {withMoney(props.signal.message)}
      </span>
      <Show when={(props.signal.group?.count ?? 1) > 1 && props.signal.group}>
        {(group) => (
          <A class="sub" href={`${paths.signals()}?${new URLSearchParams(membersOf(props.signal))}`}>
            {group().count} signals
            {group().products === 1 ? "" : ` on ${group().products} products`}
            <span class="cell-wide">
              :{" "}
              {Object.entries(group().types)
                .map(([type, count]) => `${count} ${words(type).toLowerCase()}`)
                .join(", ")}
            </span>
          </A>
        )}
      </Show>
    </span>
  );
}

/** What asks for the signals of a group. */
function useMembers(): (signal: Signal) => { sku: string } | { move: string } {
  const [search] = useSearchParams<{ groupBy?: string }>();
  return ({ sku, group }) => (search.groupBy === "product" ? { sku } : { move: group?.id ?? "" });
}

function markColumn(marks: Marks): Column<Signal> {
  return {
    ...{ label: "", class: "cell-mark" },
    cell: (signal) => (
      <input
        type="checkbox"
        class="row-mark"
        aria-label={`Mark ${words(signal.type)}, ${signal.title ?? signal.sku}`}
        checked={marks.has(signal.id)}
        disabled={signal.status === "resolved"}
        onClick={() => marks.toggle(signal.id)}
      />
    ),
  };
}

function Handling(props: { signal: Signal }) {
  return (
    <Show when={props.signal.status === "open"} fallback={<Handled signal={props.signal} />}>
      <Show
        when={(props.signal.group?.count ?? 1) > 1 && props.signal.group}
        fallback={<Acknowledge signal={props.signal} />}
      >
        {(group) => <AcknowledgeGroup signal={props.signal} count={group().count} />}
      </Show>
    </Show>
  );
}

function AcknowledgeGroup(props: { signal: Signal; count: number }) {
  const me = useMe();
  const membersOf = useMembers();
  const [done, setDone] = createSignal(0);
  const acknowledge = useAcknowledgeMany(setDone);
  return (
    <ActionButton
      small
      disabledReason={
        missingRight(me.data, "write") ?? (acknowledge.isPending ? `${done()} acknowledged so far.` : null)
      }
      onClick={() =>
        acknowledge.mutate(
          { filter: membersOf(props.signal) },
          { onSuccess: (count) => toastDone(`${plural(count, "signal")} acknowledged`) },
        )
      }
    >
      Acknowledge all {props.count}
    </ActionButton>
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
