import type { InferRequestType, InferResponseType } from "hono/client";
import { Show } from "solid-js";
import { MATCH_STATUSES } from "../../../../domain/messages/match-listing.ts";
import { answer, api, inPath } from "../../api/client.ts";
import { ActionButton } from "../../components/ActionButton.tsx";
import { Chip } from "../../components/chips.tsx";
import { Ago } from "../../components/facts.tsx";
import { asIs } from "../../components/fields.tsx";
import { ProductCell } from "../../components/ProductCell.tsx";
import { EmptyState } from "../../components/states.tsx";
import { share } from "../../format/number.ts";
import { actor, plural, words } from "../../format/words.ts";
import type { Column } from "../../list/DataTable.tsx";
import { ListPage } from "../../list/ListPage.tsx";
import type { PageAsked } from "../../list/list.ts";
import type { Filter } from "../../list/parts.tsx";
import { useAction } from "../../queries/actions.ts";
import { missingRight, useMe } from "../../queries/session.ts";

type Asked = InferRequestType<typeof api.matches.$get>["query"];
type Review = InferResponseType<typeof api.matches.$get, 200>["items"][number];

const KEY = ["matches"] as const;

const SOURCE = {
  key: KEY,
  facets: "competitor",
  fetch: (query: PageAsked, signal: AbortSignal) =>
    answer(api.matches.$get({ query: query as Asked }, { init: { signal } })),
};

const FILTERS: readonly Filter[] = [
  { name: "status", label: "Status", any: "Any status", values: MATCH_STATUSES },
  { name: "competitor", label: "Competitor", any: "Any competitor", facet: "competitor", labelOf: asIs },
];

const COLUMNS: readonly Column<Review>[] = [
  {
    label: "Their listing",
    class: "cell-title",
    cell: ({ listing }) => (
      <span class="stack stack-start">
        <strong>{listing.title}</strong>
        <span class="sub">
          {[listing.competitor, listing.brand, listing.gtin].filter(Boolean).join(", ")}
        </span>
      </span>
    ),
  },
  {
    label: "Our product",
    sort: "sku",
    cell: ({ sku, packFactor }) => (
      <ProductCell sku={sku} sub={packFactor && `theirs is ${plural(packFactor, "pack")} of ours`} />
    ),
  },
  { label: "Sure", sort: "score", class: "num strong", isNamed: true, cell: ({ score }) => share(score) },
  { label: "Why", class: "why", cell: ({ why }) => why.join("; ") },
  {
    label: "Seen",
    sort: "updatedAt",
    class: "num muted cell-wide",
    cell: (one) => <Ago at={one.updatedAt} />,
  },
  { label: "", class: "cell-action", cell: (review) => <Settle review={review} /> },
];

/** Listings that are probably a product of ours, for a person to say. */
export function MatchesPage() {
  return (
    <ListPage
      title="Match review"
      one="match"
      many="matches"
      source={SOURCE}
      path="/api/matches"
      asked={{ q: undefined, status: "review", competitor: undefined, sort: "-score" }}
      filters={FILTERS}
      searchFor="SKU, listing or competitor"
      columns={COLUMNS}
      idOf={({ id }) => id}
      isQuiet={({ status }) => status !== "review"}
      empty={
        <EmptyState title="No match waits for a person">
          A listing that is nearly, but not surely, one of our products waits here. Accept it once, and all
          its prices count.
        </EmptyState>
      }
    />
  );
}

function Settle(props: { review: Review }) {
  const me = useMe();
  const ofId = () => ({ param: { id: inPath(props.review.id) } });
  const accept = useAction(
    KEY,
    () => answer(api.matches[":id"].accept.$post(ofId())),
    ({ reingested }) => `It is the product: ${plural(reingested, "waiting price")} taken in`,
  );
  const reject = useAction(
    KEY,
    () => answer(api.matches[":id"].reject.$post(ofId())),
    () => "It is another product: it is not offered again",
  );
  const blocked = () =>
    missingRight(me.data, "write") ?? (accept.isPending || reject.isPending ? "It is being sent." : null);
  return (
    <Show when={props.review.status === "review"} fallback={<Settled review={props.review} />}>
      <span class="row-actions">
        <ActionButton small disabledReason={blocked()} onClick={() => accept.mutate(undefined)}>
          Accept
        </ActionButton>
        <ActionButton small disabledReason={blocked()} onClick={() => reject.mutate(undefined)}>
          Reject
        </ActionButton>
      </span>
    </Show>
  );
}

function Settled(props: { review: Review }) {
  return (
    <span class="stack stack-start">
      <Chip tone={props.review.status === "accepted" ? "good" : "quiet"}>{words(props.review.status)}</Chip>
      <Show when={props.review.settledBy}>{(by) => <span class="sub">by {actor(by())}</span>}</Show>
    </span>
  );
}
