import { A } from "@solidjs/router";
import { For, Show } from "solid-js";
import type { ProposalDetail } from "../../../../domain/contract/decisions.ts";
import { ActionButton } from "../../components/ActionButton.tsx";
import { Chip, ProposalStatusChip, RiskChip } from "../../components/chips.tsx";
import { Ago, Fact, Until } from "../../components/facts.tsx";
import { money, moneyDelta, share } from "../../format/number.ts";
import { quantityDelta } from "../../format/quantity.ts";
import { plural, words } from "../../format/words.ts";
import { paths } from "../../paths.ts";
import type { Verb } from "../../queries/proposals.ts";
import { ChangePct, PriceMove, triedNote } from "./cells.tsx";

interface ProposalHeadProps {
  proposal: ProposalDetail;
  blocked: (verb: Verb) => string | null;
  onDecide: (verb: Verb) => void;
  onEdit: () => void;
  nextId: string | undefined;
  onNext: (id: string) => void;
}

export function ProposalHead(props: ProposalHeadProps) {
  return (
    <header class="pane-head">
      <div class="pane-title">
        <h2 class="pane-heading">{props.proposal.title ?? props.proposal.sku}</h2>
        <p class="sub">
          <A href={paths.product(props.proposal.sku)}>{props.proposal.sku}</A>
          {` · ${props.proposal.category} · ${words(props.proposal.strategy)}`}
        </p>
      </div>
      <div class="pane-chips">
        <ProposalStatusChip status={props.proposal.status} />
        <RiskChip risk={props.proposal.risk} />
        <Show when={props.proposal.experiment}>
          <Chip tone="info">Tried to learn</Chip>
        </Show>
      </div>
      <div class="pane-move">
        <PriceMove proposal={props.proposal} />
        <ChangePct value={props.proposal.changePct} />
      </div>
      <Actions {...props} />
      <Show when={props.proposal.riskReasons.length > 0}>
        <ul class="reasons" aria-label="Reasons for the risk">
          <For each={props.proposal.riskReasons}>{(reason) => <li>{reason}</li>}</For>
        </ul>
      </Show>
      <Outlook proposal={props.proposal} />
    </header>
  );
}

function Actions(props: ProposalHeadProps) {
  return (
    <div class="pane-actions">
      <Show
        when={props.proposal.status === "pending" || !props.nextId ? null : props.nextId}
        fallback={
          <>
            <ActionButton
              tone="primary"
              shortcut="a"
              disabledReason={props.blocked("approve")}
              onClick={() => props.onDecide("approve")}
            >
              Approve
            </ActionButton>
            <ActionButton shortcut="e" disabledReason={props.blocked("approve")} onClick={props.onEdit}>
              Edit
            </ActionButton>
            <ActionButton
              tone="danger"
              shortcut="r"
              disabledReason={props.blocked("reject")}
              onClick={() => props.onDecide("reject")}
            >
              Reject
            </ActionButton>
          </>
        }
      >
        {(next) => (
          <button type="button" class="button button-primary" onClick={() => props.onNext(next())}>
            Next pending →
          </button>
        )}
      </Show>
    </div>
  );
}

/** What the change is expected to bring over the horizon, compared with keeping the price. */
function Outlook(props: { proposal: ProposalDetail }) {
  const delta = () => props.proposal.expected.delta;
  const currency = () => props.proposal.currency;
  const horizon = () =>
    `over ${plural(props.proposal.expected.horizonDays, "day")}, compared with keeping the price`;
  return (
    <dl class="facts">
      <Fact
        label="Profit change, expected"
        note={<Interval range={delta().interval80} currency={currency()} />}
      >
        <span class={Number(delta().profit) >= 0 ? "good" : "bad"}>
          {moneyDelta(delta().profit, currency())}
        </span>
      </Fact>
      <Fact label="Revenue change, expected" note={horizon()}>
        {moneyDelta(delta().revenue, currency())}
      </Fact>
      <Fact label="Units change, expected" note={horizon()}>
        {quantityDelta(delta().units, props.proposal.quantityUnit, 1)}
      </Fact>
      <Show when={props.proposal.priorPrice}>
        {(prior) => (
          <Fact
            label="Prior price, 30 days"
            note={
              prior().prior === null
                ? "none is known: announce no reduction"
                : `at most ${prior().maxClaimPct} % may be announced${prior().isShorter ? ", by less than 30 days" : ""}`
            }
          >
            {prior().prior === null ? "none" : money(prior().prior ?? "0", currency())}
          </Fact>
        )}
      </Show>
      <Show when={props.proposal.experiment}>
        {(test) => (
          <Fact label="Tried to learn" note={triedNote(test(), currency())}>
            costs {money(test().cost, currency())}
          </Fact>
        )}
      </Show>
      <Fact label="Confidence" note="quality of the inputs × probability of a gain">
        {share(props.proposal.confidence)}
      </Fact>
      <Fact
        label="Proposed"
        note={
          <Show when={props.proposal.status === "pending"}>
            expires <Until at={props.proposal.expiresAt} />
          </Show>
        }
      >
        <Ago at={props.proposal.createdAt} />
      </Fact>
    </dl>
  );
}

function Interval(props: { range: [string, string]; currency: string }) {
  return (
    <>
      with 80 % probability <span class="nowrap">{moneyDelta(props.range[0], props.currency)}</span> to{" "}
      <span class="nowrap">{moneyDelta(props.range[1], props.currency)}</span>
    </>
  );
}
