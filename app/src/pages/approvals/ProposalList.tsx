import { createVirtualizer } from "@tanstack/solid-virtual";
import { createEffect, createMemo, For, on, Show } from "solid-js";
import type { Proposal } from "../../../../domain/contract/decisions.ts";
import { Later } from "../../components/Later.tsx";
import type { List } from "../../list/list.ts";
import { createPaced, heightOf } from "../../list/row-window.ts";
import { ChangePct, PriceMove, ProfitDelta } from "./cells.tsx";

interface ProposalListProps {
  list: List<Proposal>;
  selected: string | undefined;
  hrefOf: (id: string) => string;
}

const ITEM_HEIGHT = 83;
const ITEMS_AHEAD = 8;

/** The narrow list beside an opened proposal, which comes first; only the items on the screen are in the page. */
export function ProposalList(props: ProposalListProps) {
  return (
    <Later>
      <Items {...props} />
    </Later>
  );
}

function Items(props: ProposalListProps) {
  let list!: HTMLUListElement;
  const rows = () => props.list.rows();
  const virtual = createVirtualizer<HTMLUListElement, HTMLLIElement>({
    get count() {
      return rows().length;
    },
    getScrollElement: () => list,
    estimateSize: () => ITEM_HEIGHT,
    overscan: ITEMS_AHEAD,
    measureElement: heightOf,
    getItemKey: (index) => rows()[index]?.id ?? index,
  });
  const items = createMemo(() => virtual.getVirtualItems().filter(({ index }) => index < rows().length));
  const startOf = createMemo(() => new Map(items().map(({ index, start }) => [index, start])));
  const made = createPaced(items);
  // numbers, not items: what stays on the screen is not made again
  const shown = createMemo(() => made().map(({ index }) => index));
  createEffect(
    on(
      () => rows().findIndex(({ id }) => id === props.selected),
      (index) => {
        if (index >= 0) requestAnimationFrame(() => virtual.scrollToIndex(index, { align: "auto" }));
      },
    ),
  );
  createEffect(() => {
    const last = shown().at(-1) ?? 0;
    if (rows().length > 0 && last >= rows().length - ITEMS_AHEAD * 2) props.list.more();
  });
  return (
    <ul class="queue-list" ref={list}>
      <li class="queue-space" style={{ height: `${virtual.getTotalSize()}px` }} aria-hidden="true" />
      <For each={shown()}>
        {(index) => (
          <Show when={rows()[index]}>
            {(row) => (
              <li
                class="queue-entry"
                style={{ transform: `translateY(${startOf().get(index) ?? 0}px)` }}
                data-index={index}
                ref={(element) => queueMicrotask(() => virtual.measureElement(element))}
              >
                <Item proposal={row()} isOpen={row().id === props.selected} href={props.hrefOf(row().id)} />
              </li>
            )}
          </Show>
        )}
      </For>
    </ul>
  );
}

function Item(props: { proposal: Proposal; isOpen: boolean; href: string }) {
  return (
    <a
      class="queue-item"
      classList={{ "queue-decided": props.proposal.status !== "pending" }}
      href={props.href}
      aria-current={props.isOpen ? "true" : undefined}
    >
      <span class="queue-title">{props.proposal.title ?? props.proposal.sku}</span>
      <span
        class={`risk-dot risk-${props.proposal.risk.toLowerCase()}`}
        role="img"
        aria-label={`${props.proposal.risk} risk`}
      />
      <PriceMove proposal={props.proposal} />
      <ChangePct value={props.proposal.changePct} />
      <span class="queue-profit">
        <ProfitDelta proposal={props.proposal} />
      </span>
    </a>
  );
}
