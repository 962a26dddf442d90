import type { InferRequestType, InferResponseType } from "hono/client";
import { Show } from "solid-js";
import { answer, api, inPath } from "../../api/client.ts";
import { ActionButton } from "../../components/ActionButton.tsx";
import { Chip } from "../../components/chips.tsx";
import { asIs } from "../../components/fields.tsx";
import { ProductCell } from "../../components/ProductCell.tsx";
import { EmptyState } from "../../components/states.tsx";
import { money } from "../../format/number.ts";
import { words } from "../../format/words.ts";
import type { Column } from "../../list/DataTable.tsx";
import { ListPage } from "../../list/ListPage.tsx";
import type { PageAsked } from "../../list/list.ts";
import type { Filter } from "../../list/parts.tsx";
import { useAction } from "../../queries/actions.ts";
import { missingRight, useMe } from "../../queries/session.ts";

type Asked = InferRequestType<typeof api.kvi.$get>["query"];
type Item = InferResponseType<typeof api.kvi.$get, 200>["items"][number];

const KEY = ["kvi"] as const;

const SOURCE = {
  key: KEY,
  facets: "tier,category",
  fetch: (query: PageAsked, signal: AbortSignal) =>
    answer(api.kvi.$get({ query: query as Asked }, { init: { signal } })),
};

const VIEWS: Record<string, string> = { tagged: "Tagged", suggested: "Suggested" };
const FILTERS: readonly Filter[] = [
  {
    ...{ name: "view", label: "Show", any: "Both", values: Object.keys(VIEWS) },
    labelOf: (value) => VIEWS[value] ?? asIs(value),
  },
];

const COLUMNS: readonly Column<Item>[] = [
  {
    ...{ label: "Product", sort: "title", class: "cell-title" },
    cell: ({ sku, title }) => <ProductCell sku={sku} title={title} />,
  },
  { label: "Category", class: "cell-wide", cell: ({ category }) => category },
  { label: "Price", class: "num strong", cell: (one) => money(one.price, one.currency) },
  {
    label: "Score",
    note: "share that score less",
    sort: "score",
    class: "num",
    isNamed: true,
    cell: scoreOf,
  },
  { label: "Why", class: "why", cell: reasonsOf },
  { label: "State", cell: ({ kvi, tier }) => <State kvi={kvi} tier={tier} /> },
  { label: "", class: "cell-action", cell: (one) => <Decide item={one} /> },
];

/** Products by whose prices shoppers judge the shop. */
export function KviPage() {
  const me = useMe();
  const score = useAction(
    KEY,
    () => answer(api.kvi.score.$post()),
    ({ scored, suggested }) => `${scored} products scored, ${suggested} look like key value items`,
  );
  return (
    <ListPage
      title="Key value items"
      one="item"
      source={SOURCE}
      path="/api/kvi"
      asked={{ q: undefined, view: undefined, sort: "-score" }}
      filters={FILTERS}
      searchFor="SKU or title"
      columns={COLUMNS}
      idOf={({ sku }) => sku}
      actions={
        <ActionButton
          small
          disabledReason={missingRight(me.data, "write") ?? (score.isPending ? "It is being done." : null)}
          onClick={() => score.mutate(undefined)}
        >
          Score again
        </ActionButton>
      }
      empty={
        <EmptyState title="No product is tagged or suggested">
          Shoppers judge the whole shop by the prices of its key value items. Such a price moves in smaller
          steps, is never changed to learn from, and waits for a person. They are suggested by views, revenue
          and elasticity, once a night or when you score again.
        </EmptyState>
      }
    />
  );
}

function scoreOf({ score }: Item): string {
  return score === undefined ? "–" : score.toFixed(1);
}

/** The features in which the product is among the first tenth. */
function reasonsOf({ parts = {} }: Item): string {
  const high = Object.entries(parts).filter(([, rank]) => rank >= 0.9);
  return high.map(([name]) => words(name)).join(", ") || "Several together";
}

function State(props: { kvi: boolean; tier: string | undefined }) {
  return (
    <Show when={props.kvi} fallback={<Chip tone="quiet">{`Suggested, tier ${props.tier ?? "–"}`}</Chip>}>
      <Chip tone="info">Key value item</Chip>
    </Show>
  );
}

function Decide(props: { item: Item }) {
  const me = useMe();
  const decide = useAction(
    KEY,
    (kvi: boolean) => answer(api.kvi[":sku"].$put({ param: { sku: inPath(props.item.sku) }, json: { kvi } })),
    () => "Noted",
  );
  const blocked = () => missingRight(me.data, "write") ?? (decide.isPending ? "It is being sent." : null);
  return (
    <span class="row-actions">
      <Show when={!props.item.kvi}>
        <ActionButton small disabledReason={blocked()} onClick={() => decide.mutate(true)}>
          Tag
        </ActionButton>
      </Show>
      <ActionButton small disabledReason={blocked()} onClick={() => decide.mutate(false)}>
        {props.item.kvi ? "Untag" : "Dismiss"}
      </ActionButton>
    </span>
  );
}
