import type { InferRequestType, InferResponseType } from "hono/client";
import { createSignal, Show } from "solid-js";
import { MAP_STATUSES, NOTICE_CHANNELS } from "../../../../domain/messages/names.ts";
import { answer, api, inPath } from "../../api/client.ts";
import { ActionButton } from "../../components/ActionButton.tsx";
import { Chip } from "../../components/chips.tsx";
import { FormDialog } from "../../components/FormDialog.tsx";
import { Ago } from "../../components/facts.tsx";
import { asIs, choicesOf, SelectField, TextField } from "../../components/fields.tsx";
import { ProductCell } from "../../components/ProductCell.tsx";
import { EmptyState } from "../../components/states.tsx";
import { money, percent } from "../../format/number.ts";
import { words } from "../../format/words.ts";
import type { Column } from "../../list/DataTable.tsx";
import { ListPage } from "../../list/ListPage.tsx";
import type { PageAsked } from "../../list/list.ts";
import type { Filter } from "../../list/parts.tsx";
import { useFormAction } from "../../queries/actions.ts";
import { missingRight, useMe } from "../../queries/session.ts";

type Asked = InferRequestType<typeof api.map.violations.$get>["query"];
type Violation = InferResponseType<typeof api.map.violations.$get, 200>["items"][number];
type Channel = (typeof NOTICE_CHANNELS)[number];

const KEY = ["map"] as const;

const SOURCE = {
  key: KEY,
  facets: "status,competitor",
  fetch: (query: PageAsked, signal: AbortSignal) =>
    answer(api.map.violations.$get({ query: query as Asked }, { init: { signal } })),
};

const FILTERS: readonly Filter[] = [
  { name: "status", label: "Status", any: "Any status", values: MAP_STATUSES },
  { name: "competitor", label: "Dealer", any: "Any dealer", facet: "competitor", labelOf: asIs },
];

const TONE = { open: "bad", ended: "quiet", dismissed: "quiet" } as const;

const COLUMNS: readonly Column<Violation>[] = [
  {
    ...{ label: "Product", sort: "sku", class: "cell-title" },
    cell: ({ sku, title }) => <ProductCell sku={sku} title={title} />,
  },
  { label: "Dealer", sort: "competitor", cell: (one) => <Dealer violation={one} /> },
  { label: "Price seen", sort: "price", class: "num strong", cell: (one) => money(one.price, one.currency) },
  { label: "Minimum", class: "num", isNamed: true, cell: (one) => money(one.mapPrice, one.currency) },
  { label: "Below", sort: "gap", class: "num", isNamed: true, cell: ({ gapPct }) => percent(gapPct) },
  { label: "Evidence", cell: (one) => <Evidence violation={one} /> },
  { label: "Status", cell: ({ status }) => <Chip tone={TONE[status]}>{words(status)}</Chip> },
  { label: "Notices", class: "num", isNamed: true, cell: ({ notices }) => notices },
  { label: "", class: "cell-action", cell: (one) => <Actions violation={one} /> },
];

/** Offers below the minimum advertised price. */
export function MapPage() {
  return (
    <ListPage
      title="Minimum prices"
      one="violation"
      source={SOURCE}
      path="/api/map/violations"
      asked={{ q: undefined, status: "open", competitor: undefined, sort: "-lastSeenAt" }}
      filters={FILTERS}
      searchFor="SKU, dealer or seller"
      columns={COLUMNS}
      idOf={({ id }) => id}
      isQuiet={({ status }) => status !== "open"}
      empty={
        <EmptyState
          title="No offer is below a minimum advertised price"
          next={{ label: "Import a file", href: "/imports" }}
        >
          A product with a minimum advertised price (mapPrice) is watched: an offer below it appears here with
          the observation that shows it.
        </EmptyState>
      }
    />
  );
}

function Dealer(props: { violation: Violation }) {
  return (
    <span class="stack stack-start">
      <span>{props.violation.competitor}</span>
      <span class="sub">
        {props.violation.seller ?? ""}
        {props.violation.authorised === undefined
          ? ""
          : props.violation.authorised
            ? " authorised"
            : " not authorised"}
      </span>
    </span>
  );
}

function Evidence(props: { violation: Violation }) {
  const evidence = () => props.violation.evidence;
  return (
    <span class="stack stack-start">
      <Show when={evidence().url} fallback={<span>{evidence().source}</span>}>
        {(url) => (
          <a href={url()} rel="noreferrer noopener" target="_blank">
            Page
          </a>
        )}
      </Show>
      <span class="sub">
        <Ago at={evidence().observedAt} />
      </span>
    </span>
  );
}

function Actions(props: { violation: Violation }) {
  const me = useMe();
  const [open, setOpen] = createSignal<"notice" | "dismiss" | null>(null);
  return (
    <>
      <span class="row-actions">
        <ActionButton small disabledReason={missingRight(me.data, "write")} onClick={() => setOpen("notice")}>
          Log a notice
        </ActionButton>
        <Show when={props.violation.status === "open"}>
          <ActionButton
            small
            disabledReason={missingRight(me.data, "write")}
            onClick={() => setOpen("dismiss")}
          >
            Dismiss
          </ActionButton>
        </Show>
      </span>
      <Show when={open() === "notice"}>
        <NoticeDialog id={props.violation.id} onClose={() => setOpen(null)} />
      </Show>
      <Show when={open() === "dismiss"}>
        <DismissDialog id={props.violation.id} onClose={() => setOpen(null)} />
      </Show>
    </>
  );
}

function NoticeDialog(props: { id: string; onClose: () => void }) {
  const [channel, setChannel] = createSignal<Channel>("email");
  const [recipient, setRecipient] = createSignal("");
  const log = useFormAction(
    KEY,
    () =>
      answer(
        api.map.violations[":id"].notices.$post({
          param: { id: inPath(props.id) },
          json: { channel: channel(), ...(recipient().trim() ? { recipient: recipient().trim() } : {}) },
        }),
      ),
    () => "Notice logged",
  );
  return (
    <FormDialog
      title="Log a notice to the dealer"
      button="Log it"
      blocked={log.isPending ? "It is being sent." : null}
      error={log.error}
      onSend={() => log.mutate(undefined, { onSuccess: () => props.onClose() })}
      onClose={props.onClose}
    >
      <p class="muted">Pricewright sends nothing to dealers: this is the record of what you told them.</p>
      <SelectField
        label="How"
        value={channel()}
        choices={choicesOf(NOTICE_CHANNELS)}
        onChange={(value) => setChannel(value as Channel)}
      />
      <TextField label="To" value={recipient()} onInput={setRecipient} />
    </FormDialog>
  );
}

function DismissDialog(props: { id: string; onClose: () => void }) {
  const [note, setNote] = createSignal("");
  const dismiss = useFormAction(
    KEY,
    () =>
      answer(
        api.map.violations[":id"].dismiss.$post({
          param: { id: inPath(props.id) },
          json: { note: note().trim() },
        }),
      ),
    () => "Violation dismissed",
  );
  return (
    <FormDialog
      title="Dismiss the violation"
      button="Dismiss"
      blocked={note().trim() === "" ? "Say why, such as a promotion that was agreed." : null}
      error={dismiss.error}
      onSend={() => dismiss.mutate(undefined, { onSuccess: () => props.onClose() })}
      onClose={props.onClose}
    >
      <TextField label="Why" value={note()} onInput={setNote} required />
    </FormDialog>
  );
}
