import { A, useParams } from "@solidjs/router";
import type { InferRequestType, InferResponseType } from "hono/client";
import { Show } from "solid-js";
import { STORE_WRITE_STATES } from "../../../../domain/messages/names.ts";
import { answer, api, inPath } from "../../api/client.ts";
import { ActionButton } from "../../components/ActionButton.tsx";
import { Ago } from "../../components/facts.tsx";
import { ProductCell } from "../../components/ProductCell.tsx";
import { EmptyState } from "../../components/states.tsx";
import { money } from "../../format/number.ts";
import type { Column } from "../../list/DataTable.tsx";
import { ListPage } from "../../list/ListPage.tsx";
import type { PageAsked } from "../../list/list.ts";
import type { Filter } from "../../list/parts.tsx";
import { paths } from "../../paths.ts";
import { useAction } from "../../queries/actions.ts";
import { missingRight, useMe } from "../../queries/session.ts";
import { StoreStateChip } from "./StoreStateChip.tsx";

const route = api.stores[":id"].writes;
type Asked = InferRequestType<typeof route.$get>["query"];
type Write = InferResponseType<typeof route.$get, 200>["items"][number];

const FILTERS: readonly Filter[] = [
  { name: "state", label: "State", any: "Any state", values: STORE_WRITE_STATES, facet: "state" },
];

/** Every price that was on its way into a store, and what became of it. */
export function StoreLogPage() {
  const params = useParams<{ id: string }>();
  const source = {
    key: ["store-log", params.id] as const,
    facets: "state",
    fetch: (query: PageAsked, signal: AbortSignal) =>
      answer(route.$get({ param: { id: inPath(params.id) }, query: query as Asked }, { init: { signal } })),
  };
  const columns: readonly Column<Write>[] = [
    {
      ...{ label: "Product", sort: "sku", class: "cell-title" },
      cell: ({ sku }) => <ProductCell sku={sku} />,
    },
    { label: "Price", class: "num strong", cell: (one) => money(one.price, one.currency) },
    { label: "State", cell: ({ state, reason }) => <StoreStateChip state={state} reason={reason} /> },
    {
      ...{ label: "Read back", class: "num", isNamed: true },
      cell: (one) => (one.readPrice === undefined ? "–" : money(one.readPrice, one.currency)),
    },
    { label: "Tries", class: "num", isNamed: true, cell: ({ attempts }) => attempts },
    { label: "Planned", class: "num muted cell-wide", cell: ({ createdAt }) => <Ago at={createdAt} /> },
    { label: "Entry", sort: "seq", class: "num muted mono", isNamed: true, cell: ({ seq }) => `#${seq}` },
    { label: "", class: "cell-action", cell: (one) => <Again store={params.id} write={one} /> },
  ];
  return (
    <ListPage
      title={`Log of ${params.id}`}
      one="price"
      source={source}
      path={`/api/stores/${inPath(params.id)}/writes`}
      asked={{ q: undefined, state: undefined, sort: "-seq" }}
      filters={FILTERS}
      searchFor="SKU"
      columns={columns}
      idOf={({ seq }) => `${seq}`}
      isQuiet={({ state }) => state === "superseded"}
      actions={
        <A class="button button-small" href={paths.store(params.id)}>
          Prices
        </A>
      }
      empty={
        <EmptyState title="No price was on its way yet">
          Once the store is live, each price that comes into force is listed here until it is confirmed, and
          after.
        </EmptyState>
      }
    />
  );
}

function Again(props: { store: string; write: Write }) {
  const me = useMe();
  const push = useAction(
    ["store-log", props.store],
    (sku: string) =>
      answer(api.stores[":id"].push.$post({ param: { id: inPath(props.store) }, json: { skus: [sku] } })),
    () => "The price of now is on its way",
  );
  return (
    <Show when={props.write.state === "unconfirmed"}>
      <ActionButton
        small
        disabledReason={missingRight(me.data, "approve") ?? (push.isPending ? "It is being sent." : null)}
        onClick={() => push.mutate(props.write.sku)}
      >
        Try again
      </ActionButton>
    </Show>
  );
}
