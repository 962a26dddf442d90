import { useNavigate, useParams } from "@solidjs/router";
import { createEffect, createSignal, onCleanup, Show } from "solid-js";
import type { ProposalDetail } from "../../../../domain/contract/decisions.ts";
import { Async } from "../../components/Async.tsx";
import { isFocusFree } from "../../components/focus.ts";
import { Later } from "../../components/Later.tsx";
import { pressed } from "../../components/pace.ts";
import { SkeletonRows } from "../../components/states.tsx";
import { withMoney } from "../../format/number.ts";
import { listenForKeys } from "../../list/hotkeys.ts";
import { usePrefetchProposal, useProposal, type Verb } from "../../queries/proposals.ts";
import { useMe } from "../../queries/session.ts";
import { MarketChart } from "../product/MarketChart.tsx";
import { Candidates } from "./Candidates.tsx";
import { DecisionDialog } from "./DecisionDialog.tsx";
import { DecisionRecord } from "./DecisionRecord.tsx";
import { decisionBlocked } from "./decision-rules.ts";
import { EditDialog } from "./EditDialog.tsx";
import { Guardrails } from "./Guardrails.tsx";
import { Inputs } from "./Inputs.tsx";
import { MarketAfter } from "./MarketAfter.tsx";
import { ProposalHead } from "./ProposalHead.tsx";
import { useQueue } from "./queue.ts";

/** One proposal with everything that led to it, and the decision about it. */
export function ProposalPane() {
  const params = useParams<{ id: string }>();
  const queue = useQueue();
  const proposal = useProposal(() => params.id);
  let pane!: HTMLElement;

  createEffect(() => {
    params.id;
    // once the frame is laid out: to ask for it before would lay the page out twice
    requestAnimationFrame(() => {
      scrollTo({ top: 0 });
      // what was opened takes the focus from the row that led to it
      if (isFocusFree()) pane.focus({ preventScroll: true });
    });
  });

  return (
    <section class="pane" aria-label="Proposal" ref={pane} tabindex="-1">
      <a class="back" href={queue.backHref()}>
        ← All proposals
      </a>
      <Async
        query={proposal}
        skeleton={
          <>
            <SkeletonRows rows={2} />
            <SkeletonRows rows={1} height="chart" />
            <SkeletonRows rows={5} height="line" />
          </>
        }
      >
        {(detail) => (
          // what the next proposal takes to draw is split again
          <Show when={detail().id} keyed>
            <Opened proposal={detail()} />
          </Show>
        )}
      </Async>
    </section>
  );
}

function Opened(props: { proposal: ProposalDetail }) {
  const me = useMe();
  const queue = useQueue();
  const navigate = useNavigate();
  const prefetch = usePrefetchProposal();
  const [verb, setVerb] = createSignal<Verb | null>(null);
  const [isEdited, setEdited] = createSignal(false);
  const blocked = (v: Verb) => decisionBlocked(props.proposal, v, me.data ?? null);
  const press = (key: string, work: () => void) =>
    pressed(document.querySelector(`.pane-actions [aria-keyshortcuts=${key}]`), work);
  const decide = (v: Verb) => blocked(v) === null && press(v === "approve" ? "a" : "r", () => setVerb(v));
  /** After a decision the next pending proposal opens, so that a queue is worked through without leaving it. */
  const closed = (decided: boolean) => {
    setVerb(null);
    setEdited(false);
    if (!decided) return;
    queue.decided(props.proposal.id);
    const next = queue.next(props.proposal.id);
    if (next) navigate(queue.hrefOf(next), { scroll: false });
  };

  createEffect(() => {
    document.title = `${props.proposal.title ?? props.proposal.sku} · Approvals · Pricewright`;
  });
  createEffect(() => {
    const next = queue.next(props.proposal.id);
    if (next) onCleanup(prefetch(next));
  });
  const edit = () => blocked("approve") === null && press("e", () => setEdited(true));
  onCleanup(listenForKeys({ approve: () => decide("approve"), reject: () => decide("reject"), edit }));

  return (
    <>
      <ProposalHead
        proposal={props.proposal}
        blocked={blocked}
        onDecide={decide}
        onEdit={edit}
        nextId={queue.next(props.proposal.id)}
        onNext={(id) => navigate(queue.hrefOf(id), { scroll: false })}
      />
      <DecisionRecord proposal={props.proposal} />
      <p class="sentence">{withMoney(props.proposal.explanation.sentence)}</p>
      <Reasons proposal={props.proposal} />
      <Show when={isEdited()}>
        <EditDialog proposal={props.proposal} onClose={closed} />
      </Show>
      <Show when={verb()}>
        {(v) => <DecisionDialog proposal={props.proposal} verb={v()} onClose={closed} />}
      </Show>
    </>
  );
}

/** All that led to the proposal, each part in a task of its own: the price and the sentence are there at once. */
function Reasons(props: { proposal: ProposalDetail }) {
  return (
    <>
      <Later isAfterPaint>
        <section class="block" aria-labelledby="market-heading">
          <h2 id="market-heading">Price, competitors and demand</h2>
          <MarketChart
            sku={props.proposal.sku}
            currency={props.proposal.currency}
            proposed={props.proposal.status === "pending" ? props.proposal.to : null}
          />
        </section>
      </Later>
      <Later isAfterPaint>
        <MarketAfter proposal={props.proposal} />
      </Later>
      <Later isAfterPaint>
        <Candidates of={props.proposal} />
      </Later>
      <Later isAfterPaint>
        <Guardrails of={props.proposal} />
      </Later>
      <Later isAfterPaint>
        <Inputs inputs={props.proposal.explanation.inputs} />
      </Later>
    </>
  );
}
