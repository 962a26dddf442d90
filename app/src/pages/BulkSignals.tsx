import { createSignal, Show } from "solid-js";
import type { Signal } from "../../../domain/contract/market.ts";
import { ActionButton } from "../components/ActionButton.tsx";
import { toastDone } from "../components/toasts.tsx";
import { plural } from "../format/words.ts";
import type { ListAddress } from "../list/address.ts";
import type { List, ListAsked } from "../list/list.ts";
import type { Marks } from "../list/marks.ts";
import { missingRight, useMe } from "../queries/session.ts";
import { useAcknowledgeMany, useAssignMany, type Which } from "../queries/signals.ts";
import { PeopleMenu } from "./AssignMenu.tsx";

interface BulkSignalsProps {
  list: List<Signal>;
  address: ListAddress;
  marks: Marks;
}

/** The marked signals, or without marks all that the list has. */
function meant({ address, marks }: BulkSignalsProps): Which {
  if (marks.ids().length > 0) return { ids: marks.ids() };
  return { filter: address.asked() as ListAsked as NonNullable<Which["filter"]> };
}

/** "all 98"; of groups it is not known how many signals they are. */
function all({ list, address }: BulkSignalsProps): string {
  return address.value("groupBy") === undefined ? `all ${list.total() ?? ""}`.trim() : "all";
}

/** What can be done to many signals at once. */
export function BulkSignals(props: BulkSignalsProps) {
  return (
    <Show when={props.list.total() !== 0}>
      <Assign {...props} />
      <Acknowledge {...props} />
    </Show>
  );
}

function Assign(props: BulkSignalsProps) {
  const [done, setDone] = createSignal(0);
  const assign = useAssignMany(setDone);
  const label = () => {
    if (assign.isPending) return `${done()} given so far`;
    const marked = props.marks.ids().length;
    return `Assign ${marked > 0 ? `${marked} marked` : all(props)}`;
  };
  return (
    <PeopleMenu
      label={label()}
      hasNobody
      onChoose={(to) =>
        assign.mutate(
          { ...meant(props), to },
          {
            onSuccess: (count) =>
              toastDone(`${plural(count, "signal")} ${to === null ? "given back" : `given to ${to}`}`),
            onSettled: () => props.marks.clear(),
          },
        )
      }
    />
  );
}

/** The second click confirms "all". */
function Acknowledge(props: BulkSignalsProps) {
  const me = useMe();
  const [done, setDone] = createSignal(0);
  const [isAsked, setAsked] = createSignal(false);
  const acknowledge = useAcknowledgeMany(setDone);
  const marked = () => props.marks.ids().length;
  const label = () => {
    if (marked() > 0) return `Acknowledge ${marked()} marked`;
    return isAsked() ? `Yes, acknowledge ${all(props)}` : `Acknowledge ${all(props)}…`;
  };
  const blocked = () => {
    if (acknowledge.isPending) return `${done()} acknowledged so far.`;
    if (props.list.rows().length === 0) return "There is none.";
    return (
      missingRight(me.data, "write") ??
      (props.address.value("status") === "open" ? null : "Only open signals can be acknowledged.")
    );
  };
  const send = () => {
    if (marked() === 0 && !isAsked()) {
      setAsked(true);
      return;
    }
    setAsked(false);
    acknowledge.mutate(meant(props), {
      onSuccess: (count) => toastDone(`${plural(count, "signal")} acknowledged`),
      onSettled: () => props.marks.clear(),
    });
  };
  return (
    <ActionButton small disabledReason={blocked()} onClick={send}>
      {label()}
    </ActionButton>
  );
}
