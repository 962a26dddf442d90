import type { InferRequestType, InferResponseType } from "hono/client";
import { Show } from "solid-js";
import { QUARANTINE_STATUSES } from "../../../../domain/messages/present.ts";
import { answer, api, inPath } from "../../api/client.ts";
import { ActionButton } from "../../components/ActionButton.tsx";
import { Chip } from "../../components/chips.tsx";
import { Ago } from "../../components/facts.tsx";
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

type Asked = InferRequestType<typeof api.quarantine.$get>["query"];
type Row = InferResponseType<typeof api.quarantine.$get, 200>["items"][number];

const KEY = ["quarantine"] as const;

const SOURCE = {
  key: KEY,
  facets: "status,source,competitor",
  fetch: (query: PageAsked, signal: AbortSignal) =>
    answer(api.quarantine.$get({ query: query as Asked }, { init: { signal } })),
};

const FILTERS: readonly Filter[] = [
  { name: "status", label: "Status", any: "Any status", values: QUARANTINE_STATUSES },
  { name: "source", label: "Source", any: "Any source", facet: "source", labelOf: asIs },
  { name: "competitor", label: "Competitor", any: "Any competitor", facet: "competitor", labelOf: asIs },
];

const COLUMNS: readonly Column<Row>[] = [
  {
    label: "Product",
    sort: "sku",
    class: "cell-title",
    cell: ({ sku, title }) => <ProductCell sku={sku} title={title} />,
  },
  { label: "Competitor", sort: "competitor", cell: ({ competitor }) => competitor },
  { label: "Price seen", class: "num strong", cell: (row) => money(row.price, row.currency) },
  {
    label: "Expected",
    note: "roughly",
    class: "num",
    isNamed: true,
    cell: (row) => money(row.expectedPrice, row.currency),
  },
  { label: "Looks like", cell: ({ code, kind }) => oddityInWords(code, kind) },
  { label: "Source", class: "cell-wide", cell: ({ source }) => source },
  { label: "Held", sort: "heldAt", class: "num muted", cell: ({ heldAt }) => <Ago at={heldAt} /> },
  { label: "", class: "cell-action", cell: (row) => <Settle row={row} /> },
];

const ODDITIES: Readonly<Record<string, string>> = {
  placeholder: "A placeholder, no price",
  odd_ending: "An ending that this competitor does not use",
  currency_flip: "In another currency",
};

/** What a price that was not believed looks like, beside what was expected. */
function oddityInWords(code: Row["code"], kind: string): string {
  const [, what, by] = /^(times|divided|pack)(\d+)$/.exec(kind) ?? [];
  if (what === "times") return `${by} times what is usual`;
  if (what === "divided") return `A ${by}th of what is usual`;
  if (what === "pack") return `The price of a pack of ${by}`;
  if (kind === "unusual") return code === "slip" ? "Very far from what is usual" : "Far from what is usual";
  return ODDITIES[kind] ?? words(kind);
}

/** Observed prices that were not believed at once. */
export function QuarantinePage() {
  return (
    <ListPage
      title="Quarantine"
      one="held price"
      source={SOURCE}
      path="/api/quarantine"
      asked={{ q: undefined, status: "open", source: undefined, competitor: undefined, sort: "-heldAt" }}
      filters={FILTERS}
      searchFor="SKU, competitor or source"
      columns={COLUMNS}
      idOf={({ id }) => id}
      isQuiet={({ status }) => status !== "open"}
      empty={
        <EmptyState title="No observed price is held">
          A price that looks like a slip, such as ten times the usual one, waits here. Until it is released it
          moves no signal and no proposal.
        </EmptyState>
      }
    />
  );
}

function Settle(props: { row: Row }) {
  const me = useMe();
  const ofId = () => ({ param: { id: inPath(props.row.id) } });
  const release = useAction(
    KEY,
    () => answer(api.quarantine[":id"].release.$post(ofId())),
    () => "Price released: it counts now",
  );
  const discard = useAction(
    KEY,
    () => answer(api.quarantine[":id"].discard.$post(ofId())),
    () => "Price discarded",
  );
  const blocked = () =>
    missingRight(me.data, "write") ?? (release.isPending || discard.isPending ? "It is being sent." : null);
  return (
    <Show when={props.row.status === "open"} fallback={<Chip tone="quiet">{words(props.row.status)}</Chip>}>
      <span class="row-actions">
        <ActionButton small disabledReason={blocked()} onClick={() => release.mutate(undefined)}>
          Release
        </ActionButton>
        <ActionButton small disabledReason={blocked()} onClick={() => discard.mutate(undefined)}>
          Discard
        </ActionButton>
      </span>
    </Show>
  );
}
