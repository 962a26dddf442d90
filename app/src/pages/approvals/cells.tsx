import { Show } from "solid-js";
import type { Proposal } from "../../../../domain/contract/decisions.ts";
import { money, moneyDeltas, percentDelta } from "../../format/number.ts";

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

/** A change whose direction shows in a sign and a mark, not in colour alone. */
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

/** What a price that is tried to learn from is for, and what it costs. */
export function triedNote(test: NonNullable<Proposal["experiment"]>, currency: string): string {
  return `drawn to learn how demand answers; without the draw ${money(test.without, currency)}`;
}

/** The expected change of profit, with its 80 % interval below; a price that is tried to learn from says so. */
export function ProfitDelta(props: { proposal: Proposal }) {
  const delta = () => props.proposal.expected.delta;
  const shown = () => {
    const { profit, interval80 } = delta();
    return moneyDeltas([profit, ...interval80], props.proposal.currency);
  };
  return (
    <span class="stack">
      <span class={Number(delta().profit) >= 0 ? "good" : "bad"}>{shown()[0]}</span>
      <span class="sub" title="80 % interval: the change lies within it with a probability of 80 %">
        {shown()[1]} to {shown()[2]}
      </span>
      <Show when={props.proposal.experiment}>
        {(test) => (
          <span class="sub" title={`A price ${triedNote(test(), props.proposal.currency)}.`}>
            tried to learn
          </span>
        )}
      </Show>
    </span>
  );
}
