import { createEffect, For, on } from "solid-js";
import type { Proposal } from "../../../../domain/contract/decisions.ts";
import { ChangePct, PriceMove, ProfitDelta } from "./cells.tsx";

interface ProposalListProps {
  proposals: readonly Proposal[];
  selected: string | undefined;
  hrefOf: (id: string) => string;
}

/** The narrow list beside an opened proposal. */
export function ProposalList(props: ProposalListProps) {
  let list!: HTMLUListElement;
  createEffect(
    on(
      () => props.selected,
      () => list.querySelector("[aria-current=true]")?.scrollIntoView({ block: "nearest" }),
    ),
  );
  return (
    <ul class="queue-list" ref={list}>
      <For each={props.proposals}>
        {(p) => (
          <li class="queue-entry">
            <a
              class="queue-item"
              href={props.hrefOf(p.id)}
              aria-current={p.id === props.selected ? "true" : undefined}
            >
              <span class="queue-title">{p.title ?? p.sku}</span>
              <span
                class={`risk-dot risk-${p.risk.toLowerCase()}`}
                role="img"
                aria-label={`${p.risk} risk`}
              />
              <PriceMove proposal={p} />
              <ChangePct value={p.changePct} />
              <span class="queue-profit">
                <ProfitDelta proposal={p} />
              </span>
            </a>
          </li>
        )}
      </For>
    </ul>
  );
}
