import { createSignal, For, Show } from "solid-js";
import type { LedgerEntry } from "../../../../domain/contract/decisions.ts";
import { inPath } from "../../api/client.ts";
import { Async } from "../../components/Async.tsx";
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
  return (
    <table class="table table-tight cards">
      <thead>
        <tr>
          <th scope="col">When</th>
          <th scope="col" class="num">
            From
          </th>
          <th scope="col" class="num">
            To
          </th>
          <th scope="col">Cause</th>
          <th scope="col">By</th>
          <th scope="col">Reason</th>
          <Show when={props.entries.some(({ stores }) => stores !== undefined)}>
            <th scope="col">In stores</th>
          </Show>
          <th scope="col" class="num">
            Entry
          </th>
        </tr>
      </thead>
      <tbody>
        <For each={props.entries}>
          {(entry) => (
            <LedgerRow entry={entry} hasStores={props.entries.some(({ stores }) => stores !== undefined)} />
          )}
        </For>
      </tbody>
    </table>
  );
}

function LedgerRow(props: { entry: LedgerEntry; hasStores: boolean }) {
  const entry = () => props.entry;
  const proposalId = () => (entry().cause.kind === "proposal" ? entry().cause.id : undefined);
  return (
    <tr>
      <td class="cell-title">{dateTime(entry().at)}</td>
      <td class="num" data-label="From">
        <Show when={entry().from} fallback="–">
          {(from) => money(from(), entry().currency)}
        </Show>
      </td>
      <td class="num strong" data-label="To">
        {money(entry().to, entry().currency)}
      </td>
      <td data-label="Cause">
        <Show when={proposalId()} fallback={words(entry().cause.kind)}>
          {(id) => <a href={paths.proposal(id())}>Proposal</a>}
        </Show>
      </td>
      <td data-label="By">{actor(entry().actor)}</td>
      <td class="why" data-label="Reason">
        {entry().reason ?? "–"}
      </td>
      <Show when={props.hasStores}>
        <td data-label="In stores">
          <For each={entry().stores ?? []} fallback="–">
            {(store) => (
              <span title={store.name}>
                <StoreStateChip state={store.state} reason={store.reason} />
              </span>
            )}
          </For>
        </td>
      </Show>
      <td class="num muted mono" data-label="Entry" title={`SHA-256 ${entry().hash}`}>
        #{entry().seq} {entry().hash.slice(0, 8)}
      </td>
    </tr>
  );
}
