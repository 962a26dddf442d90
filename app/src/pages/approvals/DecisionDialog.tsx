import { Dialog } from "@kobalte/core/dialog";
import { createSignal, Show } from "solid-js";
import type { ProposalDetail } from "../../../../domain/contract/decisions.ts";
import { ActionButton } from "../../components/ActionButton.tsx";
import { Failure } from "../../components/Async.tsx";
import { pressed } from "../../components/pace.ts";
import { toastDone, toastUndo } from "../../components/toasts.tsx";
import { money } from "../../format/number.ts";
import { useDecide, useUndo, type Verb } from "../../queries/proposals.ts";
import { useMe } from "../../queries/session.ts";
import { ChangePct, PriceMove } from "./cells.tsx";
import { decisionBlocked, noteMinimum } from "./decision-rules.ts";

interface DecisionDialogProps {
  proposal: ProposalDetail;
  verb: Verb;
  /** @param decided whether the proposal is pending no longer */
  onClose: (decided: boolean) => void;
}

const WORDS = {
  approve: { title: "Approve this price?", button: "Approve", tone: "primary" },
  reject: { title: "Reject this proposal?", button: "Reject", tone: "danger" },
} as const;

/** Asks for confirmation and a reason; a refusal by the server is shown here, and the dialog stays open. */
export function DecisionDialog(props: DecisionDialogProps) {
  const me = useMe();
  const decide = useDecide();
  const undo = useUndo();
  let form!: HTMLFormElement;
  const [note, setNote] = createSignal("");
  const minimum = () => noteMinimum(props.proposal, props.verb, me.data ?? null);
  const missing = () => Math.max(0, minimum() - note().trim().length);
  const reason = () => {
    if (decide.isPending) return "The decision is being sent.";
    const blocked = decisionBlocked(props.proposal, props.verb, me.data ?? null);
    if (blocked !== null) return blocked;
    return missing() > 0 ? `HIGH risk: the note needs ${missing()} more characters.` : null;
  };

  function send() {
    if (reason() !== null) return;
    const { proposal, verb } = props;
    decide.mutate(
      { id: proposal.id, verb, note: note().trim() },
      {
        onSuccess: (answer) => {
          tell(proposal, answer, () => undo.mutate(proposal.id));
          props.onClose(answer.status !== "pending");
        },
      },
    );
  }

  return (
    <Dialog open onOpenChange={(open) => !open && pressed(form, () => props.onClose(false))}>
      <Dialog.Portal>
        <Dialog.Overlay class="overlay" />
        <div class="dialog-place">
          <Dialog.Content
            class="dialog"
            onOpenAutoFocus={(event) => {
              // where no note is needed, Enter decides
              if (minimum() > 0) return;
              event.preventDefault();
              form.querySelector<HTMLButtonElement>("[type=submit]")?.focus();
            }}
          >
            <form
              ref={form}
              onSubmit={(event) => {
                event.preventDefault();
                send();
              }}
            >
              <Dialog.Title class="dialog-title">{WORDS[props.verb].title}</Dialog.Title>
              <About proposal={props.proposal} />
              <NoteField value={note()} minimum={minimum()} onInput={setNote} onSend={send} />
              <Show when={decide.isError}>
                <Failure error={decide.error} />
              </Show>
              <Buttons
                verb={props.verb}
                hasFailed={decide.isError}
                blocked={reason()}
                onClose={() => props.onClose(false)}
              />
            </form>
          </Dialog.Content>
        </div>
      </Dialog.Portal>
    </Dialog>
  );
}

interface ButtonsProps {
  verb: Verb;
  hasFailed: boolean;
  blocked: string | null;
  onClose: () => void;
}

function Buttons(props: ButtonsProps) {
  return (
    <div class="dialog-actions">
      <button type="button" class="button" onClick={() => props.onClose()}>
        {props.hasFailed ? "Close" : "Cancel"}
      </button>
      <ActionButton
        type="submit"
        tone={WORDS[props.verb].tone}
        disabledReason={props.blocked}
        onClick={() => undefined}
      >
        {WORDS[props.verb].button}
      </ActionButton>
    </div>
  );
}

function About(props: { proposal: ProposalDetail }) {
  return (
    <Dialog.Description as="div" class="dialog-about">
      <span>{props.proposal.title ?? props.proposal.sku}</span>
      <span class="pane-move">
        <PriceMove proposal={props.proposal} />
        <ChangePct value={props.proposal.changePct} />
      </span>
    </Dialog.Description>
  );
}

/** Says what became of it; an approval that waits for a moment can be undone for so long. */
function tell(proposal: ProposalDetail, { status, effectiveAt }: ProposalDetail, undo: () => void): void {
  const [title, detail] = outcome(proposal, status);
  if (status === "approved" && effectiveAt !== undefined)
    toastUndo(title, detail, new Date(effectiveAt), undo);
  else toastDone(title, detail);
}

/** What the decision means for the price, as a headline and a sentence. */
function outcome(proposal: ProposalDetail, status: string): [string, string] {
  const name = proposal.title ?? proposal.sku;
  switch (status) {
    case "applied":
      return ["Price applied", `${name} is now ${money(proposal.to, proposal.currency)}.`];
    case "approved":
      return ["Approved", `${name} is ${money(proposal.to, proposal.currency)} in a moment.`];
    case "rejected":
      return ["Proposal rejected", `${name} stays at ${money(proposal.from, proposal.currency)}.`];
    case "pending":
      return ["First approval saved", `${name} waits for the approval of a second person.`];
    default:
      return ["Decision saved", `${name}: ${status}.`];
  }
}

interface NoteFieldProps {
  value: string;
  minimum: number;
  onInput: (value: string) => void;
  onSend: () => void;
}

function NoteField(props: NoteFieldProps) {
  const required = () => props.minimum > 0;
  return (
    <label class="field">
      <span class="field-label">
        {required() ? "Note (required: this change is HIGH risk)" : "Note (optional)"}
      </span>
      <textarea
        class="input"
        rows={3}
        maxLength={2000}
        required={required()}
        aria-describedby={required() ? "note-count" : undefined}
        value={props.value}
        onInput={(e) => props.onInput(e.currentTarget.value)}
        onKeyDown={(e) => {
          if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) props.onSend();
        }}
      />
      <Show when={required()}>
        <span class="field-help" id="note-count">
          {props.value.trim().length} of at least {props.minimum} characters. The note is kept with the price
          in the ledger.
        </span>
      </Show>
    </label>
  );
}
