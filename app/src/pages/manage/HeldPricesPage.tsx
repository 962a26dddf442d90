import type { InferRequestType, InferResponseType } from "hono/client";
import { createSignal, Show } from "solid-js";
import { HELD_STATUSES } from "../../../../domain/messages/names.ts";
import { answer, api, inPath } from "../../api/client.ts";
import { ActionButton } from "../../components/ActionButton.tsx";
import { Chip } from "../../components/chips.tsx";
import { FormDialog } from "../../components/FormDialog.tsx";
import { Ago } from "../../components/facts.tsx";
import { TextField } from "../../components/fields.tsx";
import { errorOf, whileSending } from "../../components/form.ts";
import { ProductCell } from "../../components/ProductCell.tsx";
import { EmptyState } from "../../components/states.tsx";
import { money } from "../../format/number.ts";
import { words } from "../../format/words.ts";
import type { Column } from "../../list/DataTable.tsx";
import { ListPage } from "../../list/ListPage.tsx";
import type { PageAsked } from "../../list/list.ts";
import type { Filter } from "../../list/parts.tsx";
import { useFormAction } from "../../queries/actions.ts";
import { missingRight, useMe } from "../../queries/session.ts";

const heldPrices = api["held-prices"];
type Asked = InferRequestType<typeof heldPrices.$get>["query"];
type Row = InferResponseType<typeof heldPrices.$get, 200>["items"][number];

const KEY = ["held-prices"] as const;

const SOURCE = {
  key: KEY,
  facets: "status,code",
  fetch: (query: PageAsked, signal: AbortSignal) =>
    answer(heldPrices.$get({ query: query as Asked }, { init: { signal } })),
};

const FILTERS: readonly Filter[] = [
  { name: "status", label: "Status", any: "Waiting", values: HELD_STATUSES },
  { name: "code", label: "Why", any: "Any reason", facet: "code" },
];

const COLUMNS: readonly Column<Row>[] = [
  {
    label: "Product",
    sort: "sku",
    class: "cell-title",
    cell: ({ sku }) => <ProductCell sku={sku} />,
  },
  { label: "Price now", class: "num", cell: (row) => money(row.from, row.currency) },
  { label: "Price held", sort: "price", class: "num strong", cell: (row) => money(row.price, row.currency) },
  {
    label: "Why it is held",
    cell: ({ message, reason }) => (reason === undefined ? message : `${message}: ${reason}`),
  },
  { label: "From", class: "cell-wide", cell: ({ actor }) => actor },
  { label: "Held", sort: "heldAt", class: "num muted", cell: ({ heldAt }) => <Ago at={heldAt} /> },
  { label: "", class: "cell-action", cell: (row) => <Settle row={row} /> },
];

/** Prices that wait for a person: of feeds, and those that need a second one. */
export function HeldPricesPage() {
  return (
    <ListPage
      title="Held prices"
      one="held price"
      source={SOURCE}
      path="/api/held-prices"
      asked={{ q: undefined, status: undefined, code: undefined, sort: "-heldAt" }}
      filters={FILTERS}
      searchFor="SKU or sender"
      columns={COLUMNS}
      idOf={({ id }) => id}
      isQuiet={({ status }) => status !== "held"}
      empty={
        <EmptyState title="No price waits for a person">
          A feed's price that breaks a limit or moves far waits here, and so does a price of HIGH risk that
          one person asked for. Until it is accepted it is not served.
        </EmptyState>
      }
    />
  );
}

const VERBS = {
  release: { title: "Accept this price?", button: "Accept", tone: "primary" },
  discard: { title: "Reject this price?", button: "Reject", tone: "danger" },
} as const;
type Verb = keyof typeof VERBS;

function Settle(props: { row: Row }) {
  const me = useMe();
  const [verb, setVerb] = createSignal<Verb | null>(null);
  const blocked = () => missingRight(me.data, "approve");
  return (
    <Show when={props.row.status === "held"} fallback={<Chip tone="quiet">{words(props.row.status)}</Chip>}>
      <span class="row-actions">
        <ActionButton small disabledReason={blocked()} onClick={() => setVerb("release")}>
          Accept
        </ActionButton>
        <ActionButton small disabledReason={blocked()} onClick={() => setVerb("discard")}>
          Reject
        </ActionButton>
      </span>
      <Show when={verb()} keyed>
        {(chosen) => <SettleDialog row={props.row} verb={chosen} onClose={() => setVerb(null)} />}
      </Show>
    </Show>
  );
}

function SettleDialog(props: { row: Row; verb: Verb; onClose: () => void }) {
  const [note, setNote] = createSignal("");
  const settle = useFormAction(
    KEY,
    () => {
      const text = note().trim();
      const request = { param: { id: inPath(props.row.id) }, json: text === "" ? {} : { note: text } };
      return answer(heldPrices[":id"][props.verb].$post(request));
    },
    ({ price, currency, status }) =>
      status === "released" ? `The price is ${money(price, currency)}` : "The price stays as it is",
  );
  return (
    <FormDialog
      title={VERBS[props.verb].title}
      button={VERBS[props.verb].button}
      tone={VERBS[props.verb].tone}
      blocked={whileSending(settle.isPending)}
      error={settle.error}
      onSend={() => settle.mutate(undefined, { onSuccess: () => props.onClose() })}
      onClose={() => props.onClose()}
    >
      <p>{`${props.row.sku}: ${props.row.message}.`}</p>
      <TextField label="Note" value={note()} onInput={setNote} error={errorOf(settle.error, "note")} />
    </FormDialog>
  );
}
