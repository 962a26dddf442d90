import { A, useParams } from "@solidjs/router";
import type { InferRequestType, InferResponseType } from "hono/client";
import { createSignal, Show } from "solid-js";
import { answer, api, inPath } from "../../api/client.ts";
import { ActionButton } from "../../components/ActionButton.tsx";
import { FormDialog } from "../../components/FormDialog.tsx";
import { Ago } from "../../components/facts.tsx";
import { TextField } from "../../components/fields.tsx";
import { ProductCell } from "../../components/ProductCell.tsx";
import { EmptyState } from "../../components/states.tsx";
import { money } from "../../format/number.ts";
import { plural } from "../../format/words.ts";
import type { Column } from "../../list/DataTable.tsx";
import { ListPage } from "../../list/ListPage.tsx";
import type { PageAsked } from "../../list/list.ts";
import type { Filter } from "../../list/parts.tsx";
import { paths } from "../../paths.ts";
import { useAction, useFormAction } from "../../queries/actions.ts";
import { missingRight, useMe } from "../../queries/session.ts";
import { StoreStateChip } from "./StoreStateChip.tsx";

const route = api.stores[":id"].prices;
type Asked = InferRequestType<typeof route.$get>["query"];
type Listing = InferResponseType<typeof route.$get, 200>["items"][number];

const VIEWS: Record<string, string> = {
  all: "All products",
  different: "Other price than ours",
  edited: "Changed by somebody else",
};
const FILTERS: readonly Filter[] = [
  {
    ...{ name: "view", label: "Show", any: "All products", values: Object.keys(VIEWS) },
    labelOf: (value) => VIEWS[value] ?? value,
  },
];

function columnsFor(store: string): readonly Column<Listing>[] {
  return [
    {
      ...{ label: "Product", sort: "sku", class: "cell-title" },
      cell: ({ sku, title }) => <ProductCell sku={sku} title={title} />,
    },
    {
      label: "Ours",
      sort: "price",
      class: "num strong",
      isNamed: true,
      cell: (one) => money(one.price, one.currency),
    },
    { label: "In the store", sort: "storePrice", class: "num", isNamed: true, cell: (one) => inStore(one) },
    { label: "Read", class: "num muted cell-wide", cell: ({ readAt }) => <Ago at={readAt} /> },
    {
      label: "Our newest price",
      cell: ({ write }) => <StoreStateChip state={write?.state} reason={write?.reason} />,
    },
    { label: "", class: "cell-action", cell: (one) => <Decide store={store} listing={one} /> },
  ];
}

/** What a store asks beside what we ask. */
export function StorePricesPage() {
  const params = useParams<{ id: string }>();
  const me = useMe();
  const key = ["store-prices", params.id] as const;
  const source = {
    key,
    fetch: (query: PageAsked, signal: AbortSignal) =>
      answer(route.$get({ param: { id: inPath(params.id) }, query: query as Asked }, { init: { signal } })),
  };
  const push = useAction(
    key,
    () => answer(api.stores[":id"].push.$post({ param: { id: inPath(params.id) }, json: {} })),
    ({ queued }) => `${plural(queued, "price")} on the way`,
  );
  const check = useAction(
    key,
    () => answer(api.stores[":id"].check.$post({ param: { id: inPath(params.id) } })),
    () => "The store's prices are being read",
  );
  return (
    <ListPage
      title={`Prices in ${params.id}`}
      one="product"
      source={source}
      path={`/api/stores/${inPath(params.id)}/prices`}
      asked={{ q: undefined, view: "all", sort: "sku" }}
      filters={FILTERS}
      searchFor="SKU or title"
      columns={columnsFor(params.id)}
      idOf={({ sku }) => sku}
      actions={
        <>
          <A class="button button-small" href={paths.storeLog(params.id)}>
            Log
          </A>
          <ActionButton
            small
            disabledReason={missingRight(me.data, "write") ?? (check.isPending ? "It is being sent." : null)}
            onClick={() => check.mutate(undefined)}
          >
            Compare now
          </ActionButton>
          <ActionButton
            small
            disabledReason={missingRight(me.data, "approve") ?? (push.isPending ? "It is being sent." : null)}
            onClick={() => push.mutate(undefined)}
          >
            Write all that differ
          </ActionButton>
        </>
      }
      empty={
        <EmptyState title="None of our products is known in this store">
          Import its products first: they are found by their SKU.
        </EmptyState>
      }
    />
  );
}

function inStore({ storePrice, edited, currency }: Listing) {
  if (edited) return <strong class="bad">{money(edited.price, currency)}</strong>;
  return storePrice === undefined ? "–" : money(storePrice, currency);
}

function Decide(props: { store: string; listing: Listing }) {
  const me = useMe();
  const [action, setAction] = createSignal<"accept" | "overwrite" | null>(null);
  return (
    <Show when={props.listing.edited}>
      <span class="row-actions">
        <ActionButton
          small
          disabledReason={missingRight(me.data, "approve")}
          onClick={() => setAction("accept")}
        >
          Accept
        </ActionButton>
        <ActionButton
          small
          disabledReason={missingRight(me.data, "approve")}
          onClick={() => setAction("overwrite")}
        >
          Write ours
        </ActionButton>
      </span>
      <Show when={action()}>
        {(chosen) => (
          <DecideDialog
            store={props.store}
            listing={props.listing}
            action={chosen()}
            onClose={() => setAction(null)}
          />
        )}
      </Show>
    </Show>
  );
}

interface DecideProps {
  store: string;
  listing: Listing;
  action: "accept" | "overwrite";
  onClose: () => void;
}

function DecideDialog(props: DecideProps) {
  const [note, setNote] = createSignal("");
  const decide = useFormAction(
    ["store-prices", props.store],
    () =>
      answer(
        api.stores[":id"].prices[":sku"].decide.$post({
          param: { id: inPath(props.store), sku: inPath(props.listing.sku) },
          json: { action: props.action, note: note().trim() },
        }),
      ),
    () => (props.action === "accept" ? "The store's price is ours now" : "Our price is on its way"),
  );
  const theirs = () => money(props.listing.edited?.price ?? "0", props.listing.currency);
  const ours = () => money(props.listing.price, props.listing.currency);
  const blocked = () => {
    if (note().trim() === "") return "Say why.";
    return decide.isPending ? "It is being sent." : null;
  };
  return (
    <FormDialog
      title={props.action === "accept" ? `Make ${theirs()} our price` : `Write ${ours()} over ${theirs()}`}
      button={props.action === "accept" ? "Accept" : "Write ours"}
      blocked={blocked()}
      error={decide.error}
      onSend={() => decide.mutate(undefined, { onSuccess: () => props.onClose() })}
      onClose={props.onClose}
    >
      <TextField label="Why" value={note()} onInput={setNote} required />
    </FormDialog>
  );
}
