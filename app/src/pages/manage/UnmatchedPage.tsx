import { useQuery } from "@tanstack/solid-query";
import type { InferRequestType, InferResponseType } from "hono/client";
import { createSignal, For, Show } from "solid-js";
import { answer, api, inPath } from "../../api/client.ts";
import { ActionButton } from "../../components/ActionButton.tsx";
import { Async } from "../../components/Async.tsx";
import { FormDialog } from "../../components/FormDialog.tsx";
import { Ago } from "../../components/facts.tsx";
import { asIs, TextField } from "../../components/fields.tsx";
import { EmptyState, SkeletonRows } from "../../components/states.tsx";
import { share, withMoney } from "../../format/number.ts";
import { plural } from "../../format/words.ts";
import type { Column } from "../../list/DataTable.tsx";
import { ListPage } from "../../list/ListPage.tsx";
import type { PageAsked } from "../../list/list.ts";
import type { Filter } from "../../list/parts.tsx";
import { useFormAction } from "../../queries/actions.ts";
import { missingRight, useMe } from "../../queries/session.ts";

type Asked = InferRequestType<typeof api.unmatched.$get>["query"];
type Row = InferResponseType<typeof api.unmatched.$get, 200>["items"][number];

const KEY = ["unmatched"] as const;

const SOURCE = {
  key: KEY,
  facets: "competitor,source",
  fetch: (query: PageAsked, signal: AbortSignal) =>
    answer(api.unmatched.$get({ query: query as Asked }, { init: { signal } })),
};

const FILTERS: readonly Filter[] = [
  { name: "competitor", label: "Competitor", any: "Any competitor", facet: "competitor", labelOf: asIs },
  { name: "source", label: "Source", any: "Any source", facet: "source", labelOf: asIs },
];

/** As money where the row says of which currency. */
function priceSeen({ price, priceText, currency }: Row["row"]): string {
  if (typeof price !== "string" || typeof currency !== "string") return String(price ?? priceText ?? "–");
  return withMoney(`${price} ${currency}`);
}

const COLUMNS: readonly Column<Row>[] = [
  {
    label: "Listing",
    class: "cell-title",
    cell: (row) => (
      <span class="stack stack-start">
        <strong>{String(row.row.title ?? row.competitorSku ?? row.url ?? "Without a name")}</strong>
        <span class="sub clamp">{row.url ?? row.competitorSku ?? ""}</span>
      </span>
    ),
  },
  { label: "Competitor", sort: "competitor", cell: ({ competitor }) => competitor },
  { label: "Price seen", class: "num", cell: ({ row }) => priceSeen(row) },
  { label: "Seen", sort: "sightings", class: "num", cell: ({ sightings }) => plural(sightings, "time") },
  { label: "Last seen", sort: "lastSeenAt", class: "num muted", cell: (row) => <Ago at={row.lastSeenAt} /> },
  { label: "", class: "cell-action", cell: (row) => <MapButton row={row} /> },
];

/** Listings of competitors that belong to none of our products yet. */
export function UnmatchedPage() {
  return (
    <ListPage
      title="Unmatched listings"
      one="listing"
      source={SOURCE}
      path="/api/unmatched"
      asked={{ q: undefined, competitor: undefined, source: undefined, sort: "-lastSeenAt" }}
      filters={FILTERS}
      searchFor="Competitor, its number or the page"
      columns={COLUMNS}
      idOf={({ id }) => id}
      empty={
        <EmptyState title="Every listing is matched">
          A price whose product is not known waits here for 30 days. Map it to a product once, and it and all
          later prices of that listing count.
        </EmptyState>
      }
    />
  );
}

function MapButton(props: { row: Row }) {
  const me = useMe();
  const [isOpen, setOpen] = createSignal(false);
  const reason = () =>
    missingRight(me.data, "write") ??
    (props.row.competitorSku || props.row.url ? null : "The listing has neither a number nor an address.");
  return (
    <>
      <ActionButton small disabledReason={reason()} onClick={() => setOpen(true)}>
        Map
      </ActionButton>
      <Show when={isOpen()}>
        <MapDialog row={props.row} onClose={() => setOpen(false)} />
      </Show>
    </>
  );
}

function MapDialog(props: { row: Row; onClose: () => void }) {
  const [sku, setSku] = createSignal("");
  const map = useFormAction(
    KEY,
    (to: string) => {
      const { competitor, competitorSku, url } = props.row;
      const listing = competitorSku ? { competitorSku } : { url };
      return answer(api.mappings.$post({ json: { competitor, ...listing, sku: to } }));
    },
    ({ reingested }) => `Mapped: ${plural(reingested, "waiting price")} taken in`,
  );
  const blocked = () => (sku().trim() === "" ? "Enter the SKU of our product." : null);
  return (
    <FormDialog
      title="Which product is it?"
      button="Map"
      blocked={blocked()}
      error={map.error}
      onSend={() => map.mutate(sku().trim(), { onSuccess: () => props.onClose() })}
      onClose={props.onClose}
    >
      <p class="muted">
        {props.row.competitor}: {props.row.competitorSku ?? props.row.url}
      </p>
      <Suggestions id={props.row.id} chosen={sku()} onChoose={setSku} />
      <TextField label="Our SKU" value={sku()} onInput={setSku} required />
    </FormDialog>
  );
}

/** Less alike than this says nothing: it would be shown as 0 %. */
const SCORE_SHOWN_MIN = 0.01;

/** Our products that the listing may be, by its title and numbers. */
function Suggestions(props: { id: string; chosen: string; onChoose: (sku: string) => void }) {
  const found = useQuery(() => ({
    queryKey: [...KEY, "suggestions", props.id],
    queryFn: ({ signal }) =>
      answer(
        api.unmatched[":id"].suggestions.$get({ param: { id: inPath(props.id) } }, { init: { signal } }),
      ),
  }));
  return (
    <Async query={found} skeleton={<SkeletonRows rows={2} height="line" />}>
      {(answered) => (
        <fieldset class="suggestions">
          <legend class="field-label">Likely products</legend>
          <For
            each={answered().suggestions.filter(({ score }) => score >= SCORE_SHOWN_MIN)}
            fallback={<p class="muted">None is similar.</p>}
          >
            {({ sku, title, score }) => (
              <label class="check">
                <input
                  type="radio"
                  name="suggestion"
                  checked={props.chosen === sku}
                  onChange={() => props.onChoose(sku)}
                />{" "}
                <span>
                  {title} <span class="sub nowrap">{sku}</span>
                </span>
                <span class="muted nowrap">{share(score)} alike</span>
              </label>
            )}
          </For>
        </fieldset>
      )}
    </Async>
  );
}
