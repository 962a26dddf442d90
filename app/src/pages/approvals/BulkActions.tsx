import { createSignal, Show } from "solid-js";
import type { Proposal } from "../../../../domain/contract/decisions.ts";
import { ActionButton } from "../../components/ActionButton.tsx";
import type { ListAddress } from "../../list/address.ts";
import type { List } from "../../list/list.ts";
import type { Marks } from "../../list/marks.ts";
import type { Meant } from "../../queries/bulk.ts";
import type { Verb } from "../../queries/proposals.ts";
import { missingRight, useMe } from "../../queries/session.ts";
import { BulkDialog } from "./BulkDialog.tsx";

interface BulkActionsProps {
  list: List<Proposal>;
  address: ListAddress;
  marks: Marks;
}

/** Decides the marked proposals, or without marks all that the list has. */
export function BulkActions(props: BulkActionsProps) {
  const me = useMe();
  const [verb, setVerb] = createSignal<Verb | null>(null);
  const marked = () => props.marks.ids().length;
  const meant = (): Meant => (marked() > 0 ? { ids: props.marks.ids() } : { filter: props.address.asked() });
  const which = () => (marked() > 0 ? `${marked()} marked` : "all");
  const blocked = () =>
    missingRight(me.data, "approve") ??
    (props.address.value("status") === "pending" ? null : "Only pending proposals can be decided.");
  return (
    <Show when={props.list.rows().length > 0}>
      <ActionButton small tone="primary" disabledReason={blocked()} onClick={() => setVerb("approve")}>
        {`Approve ${which()}…`}
      </ActionButton>
      <ActionButton small disabledReason={blocked()} onClick={() => setVerb("reject")}>
        {`Reject ${which()}…`}
      </ActionButton>
      <Show when={verb()}>
        {(chosen) => (
          <BulkDialog
            verb={chosen()}
            meant={meant()}
            onClose={() => {
              setVerb(null);
              props.marks.clear();
            }}
          />
        )}
      </Show>
    </Show>
  );
}
