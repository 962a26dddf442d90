import { createSignal, For, Show } from "solid-js";
import type { LedgerEntry } from "../../../../domain/contract/decisions.ts";
import { inPath } from "../../api/client.ts";
import { Async } from "../../components/Async.tsx";
import { type PlainColumn, PlainTable } from "../../components/PlainTable.tsx";
import { EmptyState, SkeletonRows } from "../../components/states.tsx";
import { money } from "../../format/number.ts";
import { dateTime } from "../../format/time.ts";
import { actor, words } from "../../format/words.ts";
import { ExportButton } from "../../list/parts.tsx";
import { paths } from "../../paths.ts";
import { useHistory } from "../../queries/products.ts";
import { StoreStateChip } from "../stores/StoreStateChip.tsx";

const FIRST_SHOWN = 10;

/** Every change of the price, newest first. */
export function Ledger(props: { sku: string }) {
  const history = useHistory(() => props.sku);
  const [all, setAll] = createSignal(false);
  const entries = () => [...(history.data?.items ?? [])].sort((a, b) => b.seq - a.seq);
  const shown = () => (all() ? entries() : entries().slice(0, FIRST_SHOWN));
  return (
    <section class="block" aria-labelledby="ledger-heading">
      <div class="card-head">
        <h2 id="ledger-heading">Price ledger</h2>
        <ExportButton path={`/api/products/${inPath(props.sku)}/history`} />
      </div>
      <Async query={history} skeleton={<SkeletonRows rows={4} height="line" />}>
        {() => (
          <Show when={entries().length > 0} fallback={<EmptyState title="No price has been set yet" />}>
            <LedgerTable entries={shown()} />
            <Show when={entries().length > shown().length}>
              <button type="button" class="button button-small" onClick={() => setAll(true)}>
                Show all {entries().length}
              </button>
            </Show>
          </Show>
        )}
      </Async>
    </section>
  );
}

function LedgerTable(props: { entries: readonly LedgerEntry[] }) {
  const hasStores = () => props.entries.some(({ stores }) => stores !== undefined);
  return (
    <PlainTable
      caption="Price ledger"
      isCards
      rows={props.entries}
      columns={hasStores() ? [...CHANGE, STORES, ENTRY] : [...CHANGE, ENTRY]}
    />
  );
}

const CHANGE: readonly PlainColumn<LedgerEntry>[] = [
  { label: "When", class: "cell-title", cell: ({ at }) => dateTime(at) },
  { label: "From", isNumber: true, cell: ({ from, currency }) => (from ? money(from, currency) : "–") },
  { label: "To", isNumber: true, class: "strong", cell: ({ to, currency }) => money(to, currency) },
  {
    label: "Cause",
    cell: ({ cause }) =>
      cause.kind === "proposal" && cause.id ? (
        <a href={paths.proposal(cause.id)}>Proposal</a>
      ) : (
        words(cause.kind)
      ),
  },
  { label: "By", class: "cell-name", cell: (entry) => actor(entry.actor) },
  { label: "Reason", class: "why", cell: ({ reason }) => reason ?? "–" },
];

const STORES: PlainColumn<LedgerEntry> = {
  ...{ label: "In stores", class: "cell-name" },
  cell: ({ stores }) => (
    <For each={stores ?? []} fallback="–">
      {(store) => (
        <span title={store.name}>
          <StoreStateChip state={store.state} reason={store.reason} />
        </span>
      )}
    </For>
  ),
};

const ENTRY: PlainColumn<LedgerEntry> = {
  ...{ label: "Entry", isNumber: true, class: "muted mono" },
  cell: ({ seq, hash }) => <span title={`SHA-256 ${hash}`}>{`#${seq} ${hash.slice(0, 8)}`}</span>,
};
