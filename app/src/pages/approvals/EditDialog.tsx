import { createSignal } from "solid-js";
import type { Proposal } from "../../../../domain/contract/decisions.ts";
import { FormDialog } from "../../components/FormDialog.tsx";
import { TextField } from "../../components/fields.tsx";
import { toastDone } from "../../components/toasts.tsx";
import { money } from "../../format/number.ts";
import { useDecide } from "../../queries/proposals.ts";

interface EditDialogProps {
  proposal: Proposal;
  /** @param decided whether the proposal is pending no longer */
  onClose: (decided: boolean) => void;
}

/** Approves a proposal at another price, for later, or for a while only. All guardrails are checked again. */
export function EditDialog(props: EditDialogProps) {
  const decide = useDecide();
  const [price, setPrice] = createSignal(props.proposal.to);
  const [from, setFrom] = createSignal("");
  const [until, setUntil] = createSignal("");
  const [note, setNote] = createSignal("");
  const instant = (local: string) => (local === "" ? undefined : new Date(local).toISOString());
  const blocked = () => {
    if (decide.isPending) return "The decision is being sent.";
    return Number(price()) > 0 ? null : "Enter a price.";
  };
  const send = () =>
    decide.mutate(
      {
        id: props.proposal.id,
        verb: "approve",
        note: note().trim(),
        price: price() === props.proposal.to ? undefined : price(),
        effectiveAt: instant(from()),
        until: instant(until()),
      },
      {
        onSuccess: (answer) => {
          toastDone(
            answer.status === "applied" ? "Price applied" : "Decision saved",
            `${answer.title ?? answer.sku}: ${money(answer.to, answer.currency)}`,
          );
          props.onClose(answer.status !== "pending");
        },
      },
    );
  return (
    <FormDialog
      title="Approve another price, or for later"
      button="Approve"
      blocked={blocked()}
      error={decide.error}
      onSend={send}
      onClose={() => props.onClose(false)}
    >
      <TextField
        label={`Price (${props.proposal.currency})`}
        value={price()}
        onInput={setPrice}
        help={`Now ${money(props.proposal.from, props.proposal.currency)}, proposed ${money(props.proposal.to, props.proposal.currency)}.`}
        required
      />
      <TextField type="datetime-local" label="From (empty: at once)" value={from()} onInput={setFrom} />
      <TextField
        type="datetime-local"
        label="Until (empty: it stays)"
        value={until()}
        onInput={setUntil}
        help="The price before it comes back by itself."
      />
      <TextField
        label="Note (optional, for HIGH risk at least 50 characters)"
        value={note()}
        onInput={setNote}
      />
    </FormDialog>
  );
}
