import { For, Show } from "solid-js";
import type { ProposalDetail } from "../../../../domain/contract/decisions.ts";
import type { ProposalStatus } from "../../../../domain/messages/proposal.ts";
import { dateTime } from "../../format/time.ts";
import { actor } from "../../format/words.ts";
import { usePendingProposal } from "../../queries/proposals.ts";
import { useQueue } from "./queue.ts";

const TEXT: Partial<Record<ProposalStatus, string>> = {
  approved: "Approved, to be applied at the scheduled time",
  applied: "Approved and applied",
  rejected: "Rejected",
  expired: "Expired before anybody decided",
  superseded: "Superseded by a newer proposal for the same product",
  failed: "Could not be applied",
};

/** A link to the pending proposal that replaced a superseded one. */
function Successor(props: { sku: string }) {
  const queue = useQueue();
  const pending = usePendingProposal(() => props.sku);
  const id = () => pending()?.id;
  return (
    <Show when={id()}>
      {(next) => (
        <p class="note">
          <a href={queue.hrefOf(next())}>Open the newer proposal</a>
        </p>
      )}
    </Show>
  );
}

/** How the proposal was decided, by whom and why; or the first approval while it waits for the second. */
export function DecisionRecord(props: { proposal: ProposalDetail }) {
  const text = () => TEXT[props.proposal.status];
  const tone = () =>
    props.proposal.status === "applied" ? "good" : props.proposal.status === "failed" ? "bad" : "quiet";
  return (
    <>
      <Show when={text()}>
        {(line) => (
          <div class={`notice notice-${tone()}`} role="status">
            <strong>{line()}</strong>
            <Show when={props.proposal.decidedBy}>{(by) => ` by ${actor(by())}`}</Show>
            <Show when={props.proposal.decidedAt}>{(at) => `, ${dateTime(at())}`}</Show>
            <Show when={props.proposal.note}>{(note) => <p class="note">“{note()}”</p>}</Show>
            <Show when={props.proposal.status === "superseded"}>
              <Successor sku={props.proposal.sku} />
            </Show>
          </div>
        )}
      </Show>
      <Show when={props.proposal.status === "pending" && props.proposal.approvals.length > 0}>
        <div class="notice notice-info" role="status">
          <For each={props.proposal.approvals}>
            {(a) => (
              <p>
                <strong>First approval</strong> by {actor(a.by)}, {dateTime(a.at)}. The price is applied when
                a second person approves.
              </p>
            )}
          </For>
        </div>
      </Show>
    </>
  );
}
