import { Show } from "solid-js";
import type { Proposal } from "../../../../domain/contract/decisions.ts";
import { money, moneyDeltaShort, percentDelta } from "../../format/number.ts";

/** From the present to the proposed price. */
export function PriceMove(props: { proposal: Pick<Proposal, "from" | "to" | "currency"> }) {
  return (
    <span class="price-move">
      <span class="price-from">{money(props.proposal.from, props.proposal.currency)}</span>
      <span class="price-arrow" role="img" aria-label="to">
        →
      </span>
      <strong class="price-to">{money(props.proposal.to, props.proposal.currency)}</strong>
    </span>
  );
}

/** A change with the direction as a sign and a mark, not by colour alone. */
export function ChangePct(props: { value: number }) {
  return (
    <span class="change">
      <span class="change-mark" aria-hidden="true">
        {props.value > 0 ? "▲" : props.value < 0 ? "▼" : "•"}
      </span>
      {percentDelta(props.value)}
    </span>
  );
}

/** Expected change of profit over the horizon, with its 80 % interval below. */
export function ProfitDelta(props: { proposal: Proposal }) {
  const delta = () => props.proposal.expected.delta;
  const short = (amount: string) => moneyDeltaShort(amount, props.proposal.currency);
  return (
    <Show when={delta()} fallback={<span class="muted">not given</span>}>
      {(d) => (
        <span class="stack">
          <span class={Number(d().profit) >= 0 ? "good" : "bad"}>{short(d().profit)}</span>
          <Show when={d().interval80}>
            {(interval) => (
              <span class="sub" title="80 % interval">
                {short(interval()[0])} to {short(interval()[1])}
              </span>
            )}
          </Show>
        </span>
      )}
    </Show>
  );
}
