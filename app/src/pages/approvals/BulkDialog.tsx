import { useQuery } from "@tanstack/solid-query";
import { createSignal, For, Show } from "solid-js";
import { FormDialog } from "../../components/FormDialog.tsx";
import { SkeletonRows } from "../../components/states.tsx";
import { toastDone } from "../../components/toasts.tsx";
import { moneyDelta } from "../../format/number.ts";
import { plural, words } from "../../format/words.ts";
import { type BulkAnswer, type BulkTotal, type Meant, previewBulk, useBulk } from "../../queries/bulk.ts";
import type { Verb } from "../../queries/proposals.ts";

interface BulkDialogProps {
  verb: Verb;
  meant: Meant;
  onClose: () => void;
}

const TITLE = { approve: "Approve these proposals?", reject: "Reject these proposals?" } as const;
const BUTTON = { approve: "Approve", reject: "Reject" } as const;

/** Shows what deciding many proposals at once would do, before it is done. */
export function BulkDialog(props: BulkDialogProps) {
  const [note, setNote] = createSignal("");
  const [done, setDone] = createSignal(0);
  const said = (total: BulkTotal) => {
    const failed =
      total.failed.length > 0
        ? `${plural(total.failed.length, "proposal")} could not be decided.`
        : undefined;
    toastDone(
      `${plural(total.done, "proposal")} ${props.verb === "approve" ? "approved" : "rejected"}`,
      failed,
    );
    props.onClose();
  };
  const bulk = useBulk(setDone, said);
  const decision = () => ({ verb: props.verb, meant: props.meant, note: note().trim() });
  const preview = useQuery(() => ({
    queryKey: ["bulk", decision()],
    queryFn: () => previewBulk(decision()),
    gcTime: 0,
    // while another note is tried, what was shown holds: a click on the button is not lost
    placeholderData: (shown: BulkAnswer | undefined) => shown,
  }));
  const shown = () => (preview.isPending ? undefined : preview.data);
  const count = () => (shown()?.done ?? 0) + (shown()?.remaining ?? 0);
  const blocked = () => {
    if (bulk.isPending) return `${done()} decided so far.`;
    if (!shown()) return "The effect is being computed.";
    return count() === 0 ? "None of them can be decided." : null;
  };
  return (
    <FormDialog
      title={TITLE[props.verb]}
      button={shown() ? `${BUTTON[props.verb]} ${count()}` : BUTTON[props.verb]}
      tone={props.verb === "approve" ? "primary" : "danger"}
      blocked={blocked()}
      error={bulk.error ?? preview.error}
      onSend={() => bulk.mutate(decision())}
      onClose={props.onClose}
    >
      <Show when={shown()} fallback={<SkeletonRows rows={3} height="line" />}>
        {(answer) => <Effect answer={answer()} verb={props.verb} />}
      </Show>
      <label class="field">
        <span class="field-label">Note (kept with every price)</span>
        <textarea
          class="input"
          rows={2}
          maxLength={2000}
          value={note()}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
      </label>
      <Show when={bulk.isPending}>
        <progress class="bulk-progress" max={count()} value={done()} aria-label="Decided so far" />
      </Show>
    </FormDialog>
  );
}

function Effect(props: { answer: BulkAnswer; verb: Verb }) {
  const effect = () => props.answer.effect;
  const refused = () => [...Map.groupBy(props.answer.failed, ({ code }) => code)];
  return (
    <ul class="bulk-effect">
      <Show when={props.verb === "approve"}>
        <li>
          {plural(effect().up, "price")} up, {plural(effect().down, "price")} down
          <Show when={effect().profit !== null && effect().currency}>
            {(currency) => <>, profit {moneyDelta(effect().profit!, currency())} expected</>}
          </Show>
        </li>
      </Show>
      <Show when={props.answer.remaining > 0}>
        <li class="muted">
          The figures are those of the first {props.answer.done}; {props.answer.remaining} more follow.
        </li>
      </Show>
      <Show when={props.answer.skipped > 0}>
        <li class="muted">{plural(props.answer.skipped, "proposal")} decided so already: left alone</li>
      </Show>
      <For each={refused()}>
        {([code, failed]) => (
          <li class="bad" title={failed[0]?.detail}>
            {plural(failed.length, "proposal")} left out: {words(code).toLowerCase()}
          </li>
        )}
      </For>
    </ul>
  );
}
