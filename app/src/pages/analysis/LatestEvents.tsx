import { A } from "@solidjs/router";
import { createSignal, onCleanup, Show } from "solid-js";
import { SECOND_MS } from "../../../../domain/base/time.ts";
import { Async } from "../../components/Async.tsx";
import { Ago } from "../../components/facts.tsx";
import { type PlainColumn, PlainTable } from "../../components/PlainTable.tsx";
import { SkeletonRows } from "../../components/states.tsx";
import { words } from "../../format/words.ts";
import { paths } from "../../paths.ts";
import { EVENTS_EVERY_MS, type ShopEvent, useLatestEvents } from "../../queries/analysis.ts";
import { Block } from "./parts.tsx";

const COLUMNS: readonly PlainColumn<ShopEvent>[] = [
  { label: "Event", cell: ({ type }) => words(type) },
  {
    label: "Product",
    cell: ({ sku, title }) => (sku === null ? "–" : <A href={paths.product(sku)}>{title ?? sku}</A>),
  },
  { label: "Category", cell: ({ category }) => category ?? "–" },
  { label: "Device", cell: ({ device }) => words(device) },
  { label: "When", isNumber: true, cell: ({ at }) => <Ago at={at} /> },
];

/** What shoppers do right now: every object is asked, so only while somebody looks. */
export function LatestEvents() {
  const [isOpen, setOpen] = createSignal(false);
  return (
    <Block
      title="Live activity"
      note="The newest 50 events of the last day, of whatever category and device."
    >
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>Show what shoppers do right now</summary>
        <Show when={isOpen()}>
          <Listed />
        </Show>
      </details>
    </Block>
  );
}

function Listed() {
  const found = useLatestEvents();
  const readAt = () => (found.isPending ? undefined : found.dataUpdatedAt);
  return (
    <Async query={found} skeleton={<SkeletonRows rows={5} height="line" />}>
      {(page) => (
        <>
          <p class="muted">
            <Countdown from={readAt()} />
          </p>
          <div class="scroll">
            <PlainTable
              caption="Latest shop events"
              rows={page().items}
              none="The shop has posted no event in the last 24 hours."
              columns={COLUMNS}
            />
          </div>
        </>
      )}
    </Async>
  );
}

/** How long until the list is read again. */
function Countdown(props: { from: number | undefined }) {
  const [now, setNow] = createSignal(Date.now());
  const tick = setInterval(() => setNow(Date.now()), SECOND_MS);
  onCleanup(() => clearInterval(tick));
  const seconds = () => Math.ceil(((props.from ?? now()) + EVENTS_EVERY_MS - now()) / SECOND_MS);
  return <>Read again in {Math.max(0, Math.min(EVENTS_EVERY_MS / SECOND_MS, seconds()))} s.</>;
}
