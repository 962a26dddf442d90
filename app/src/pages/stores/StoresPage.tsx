import { A } from "@solidjs/router";
import type { InferRequestType } from "hono/client";
import { createSignal, Show } from "solid-js";
import { answer, api, inPath } from "../../api/client.ts";
import { ActionButton } from "../../components/ActionButton.tsx";
import { Chip } from "../../components/chips.tsx";
import { Ago } from "../../components/facts.tsx";
import { NewButton } from "../../components/NewButton.tsx";
import { EmptyState } from "../../components/states.tsx";
import { plural, words } from "../../format/words.ts";
import type { Column } from "../../list/DataTable.tsx";
import { ListPage } from "../../list/ListPage.tsx";
import type { PageAsked } from "../../list/list.ts";
import type { Filter } from "../../list/parts.tsx";
import { paths } from "../../paths.ts";
import { useAction } from "../../queries/actions.ts";
import { missingRight, useMe } from "../../queries/session.ts";
import { StoreDialog } from "./StoreDialog.tsx";
import { KIND_NAMES, type Store } from "./store.ts";

type Asked = InferRequestType<typeof api.stores.$get>["query"];

const KEY = ["stores"] as const;

const SOURCE = {
  key: KEY,
  facets: "kind,mode",
  fetch: (query: PageAsked, signal: AbortSignal) =>
    answer(api.stores.$get({ query: query as Asked }, { init: { signal } })),
};

const FILTERS: readonly Filter[] = [];

const TONE = { new: "quiet", ok: "good", trouble: "bad" } as const;
const MODE_TONE = { read_only: "quiet", dry_run: "info", live: "good" } as const;

const COLUMNS: readonly Column<Store>[] = [
  {
    label: "Store",
    class: "cell-title",
    cell: ({ id, name, kind }) => (
      <>
        <A class="row-link" href={paths.store(id)} data-row-link>
          {name}
        </A>
        <span class="sub">{KIND_NAMES[kind]}</span>
      </>
    ),
  },
  { label: "Mode", cell: ({ mode }) => <Chip tone={MODE_TONE[mode]}>{words(mode)}</Chip> },
  {
    label: "Status",
    cell: ({ status, lastError }) => (
      <span class="stack stack-start">
        <Chip tone={TONE[status]}>{words(status)}</Chip>
        <span class="sub">{lastError ?? ""}</span>
      </span>
    ),
  },
  { label: "Products", class: "num", isNamed: true, cell: ({ listings }) => listings },
  { label: "On their way", class: "num cell-wide", isNamed: true, cell: ({ waiting }) => waiting },
  { label: "Unconfirmed", class: "num", isNamed: true, cell: (store) => <Unconfirmed store={store} /> },
  { label: "Changed there", class: "num", isNamed: true, cell: (store) => <Edited store={store} /> },
  { label: "Last read", class: "cell-wide", cell: (store) => <Job store={store} /> },
  { label: "", class: "cell-action", cell: (store) => <Actions store={store} /> },
];

/** Shops that products are read from and prices are written to. */
export function StoresPage() {
  const [isOpen, setOpen] = createSignal(false);
  return (
    <ListPage
      title="Stores"
      one="store"
      source={SOURCE}
      path="/api/stores"
      asked={{ q: undefined, sort: "id" }}
      filters={FILTERS}
      searchFor="Name"
      columns={COLUMNS}
      idOf={({ id }) => id}
      hasLinks
      isQuiet={({ mode }) => mode === "read_only"}
      actions={
        <NewButton right="admin" onClick={() => setOpen(true)}>
          Connect a store
        </NewButton>
      }
      empty={
        <EmptyState title="No store is connected">
          Connect Shopify, WooCommerce, Medusa or any shop that takes prices over HTTP: prices that come into
          force are then written there, and read back.
        </EmptyState>
      }
    >
      <Show when={isOpen()}>
        <StoreDialog store={null} onClose={() => setOpen(false)} />
      </Show>
    </ListPage>
  );
}

function Unconfirmed(props: { store: Store }) {
  return (
    <Show when={props.store.unconfirmed > 0} fallback="0">
      <A href={paths.storeLog(props.store.id, "unconfirmed")}>{props.store.unconfirmed}</A>
    </Show>
  );
}

function Edited(props: { store: Store }) {
  return (
    <Show when={props.store.edited > 0} fallback="0">
      <A href={paths.store(props.store.id, "edited")}>{props.store.edited}</A>
    </Show>
  );
}

function Job(props: { store: Store }) {
  const job = () => props.store.job;
  const counted = () => {
    const { read = 0, inserted, updated = 0, rejected = 0, edited = 0 } = job()?.counts ?? {};
    if (inserted === undefined) return `${plural(read, "price")} compared: ${edited} changed there`;
    return `${plural(read, "product")}: ${inserted} new, ${updated} changed, ${rejected} refused`;
  };
  return (
    <Show when={job()} fallback={<span class="muted">never</span>}>
      {(known) => (
        <span class="stack stack-start">
          <span>
            <Show when={known().finishedAt} fallback="under way">
              {(at) => <Ago at={at()} />}
            </Show>
            {known().dryRun ? " (dry run)" : ""}
          </span>
          <span class="sub">{known().error ?? counted()}</span>
        </span>
      )}
    </Show>
  );
}

function Actions(props: { store: Store }) {
  const me = useMe();
  const [isOpen, setOpen] = createSignal(false);
  const param = () => ({ param: { id: inPath(props.store.id) } });
  const test = useAction(
    KEY,
    () => answer(api.stores[":id"].test.$post(param())),
    ({ ok, name, problems }) => (ok ? `${name} answers` : problems.join("; ")),
  );
  const read = useAction(
    KEY,
    () => answer(api.stores[":id"].import.$post({ ...param(), json: {} })),
    () => "The store is being read",
  );
  const busy = () => (test.isPending || read.isPending ? "It is being asked." : null);
  return (
    <span class="row-actions">
      <ActionButton
        small
        disabledReason={missingRight(me.data, "admin") ?? busy()}
        onClick={() => test.mutate(undefined)}
      >
        Test
      </ActionButton>
      <ActionButton
        small
        disabledReason={missingRight(me.data, "write") ?? busy()}
        onClick={() => read.mutate(undefined)}
      >
        Import
      </ActionButton>
      <ActionButton small disabledReason={missingRight(me.data, "admin")} onClick={() => setOpen(true)}>
        Edit
      </ActionButton>
      <Show when={isOpen()}>
        <StoreDialog store={props.store} onClose={() => setOpen(false)} />
      </Show>
    </span>
  );
}
