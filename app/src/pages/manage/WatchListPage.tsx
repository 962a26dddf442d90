import type { InferRequestType, InferResponseType } from "hono/client";
import { createSignal, Show } from "solid-js";
import { WATCH_OUTCOMES } from "../../../../domain/messages/names.ts";
import { answer, api, inPath } from "../../api/client.ts";
import { ActionButton } from "../../components/ActionButton.tsx";
import { Chip } from "../../components/chips.tsx";
import { FormDialog } from "../../components/FormDialog.tsx";
import { Ago, Until } from "../../components/facts.tsx";
import { SelectField, TextField } from "../../components/fields.tsx";
import { errorOf, whileSending } from "../../components/form.ts";
import { NewButton } from "../../components/NewButton.tsx";
import { EmptyState } from "../../components/states.tsx";
import { words } from "../../format/words.ts";
import type { Column } from "../../list/DataTable.tsx";
import { ListPage } from "../../list/ListPage.tsx";
import type { PageAsked } from "../../list/list.ts";
import type { Filter } from "../../list/parts.tsx";
import { useAction, useFormAction } from "../../queries/actions.ts";
import { missingRight, useMe } from "../../queries/session.ts";
import { useSettings } from "../../queries/settings.ts";

type Asked = InferRequestType<typeof api.watch.$get>["query"];
type Page = InferResponseType<typeof api.watch.$get, 200>["items"][number];
type Change = InferRequestType<(typeof api.watch)[":id"]["$patch"]>["json"];

const KEY = ["watch"] as const;

const SOURCE = {
  key: KEY,
  facets: "status,outcome",
  fetch: (query: PageAsked, signal: AbortSignal) =>
    answer(api.watch.$get({ query: query as Asked }, { init: { signal } })),
};

const FILTERS: readonly Filter[] = [
  { name: "status", label: "Status", any: "Any status", values: ["active", "paused"] },
  { name: "outcome", label: "Last fetch", any: "Any outcome", values: WATCH_OUTCOMES },
];

const COLUMNS: readonly Column<Page>[] = [
  {
    label: "Page",
    sort: "host",
    class: "cell-title",
    cell: (page) => (
      <span class="stack stack-start">
        <a class="clamp" href={page.url} rel="noreferrer noopener" target="_blank">
          {page.url.replace(/^https?:\/\/(www\.)?/, "")}
        </a>
        <span class="sub">
          {page.competitor}
          {page.sku ? ` · ${page.sku}` : ""}
        </span>
      </span>
    ),
  },
  { label: "Read", class: "num", cell: (page) => <Reading page={page} /> },
  { label: "Last fetch", cell: (page) => <Outcome page={page} /> },
  {
    label: "Next",
    sort: "nextAt",
    class: "num muted",
    cell: (page) => (page.status === "paused" ? "Paused" : <Until at={page.nextAt} />),
  },
  { label: "Every", class: "num muted cell-wide", cell: ({ everyMinutes }) => interval(everyMinutes) },
  { label: "", class: "cell-action", cell: (page) => <Actions page={page} /> },
];

function interval(minutes: number): string {
  if (minutes % 1440 === 0) return `${minutes / 1440} d`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`;
}

function Reading(props: { page: Page }) {
  return (
    <span class="stack">
      <span>{props.page.price ? `${props.page.price} ${props.page.currency ?? ""}` : "–"}</span>
      <span class="sub">{props.page.availability ? words(props.page.availability) : ""}</span>
    </span>
  );
}

function Outcome(props: { page: Page }) {
  const isGood = () => props.page.outcome === "read" || props.page.outcome === "unchanged";
  return (
    <Show when={props.page.outcome} fallback={<span class="muted">Not fetched yet</span>}>
      {(outcome) => (
        <span class="stack stack-start">
          <Chip tone={isGood() ? "good" : "warn"}>{words(outcome())}</Chip>
          <span class="sub">
            <Show when={props.page.fetchedAt}>{(at) => <Ago at={at()} />}</Show>
            {props.page.detail ? ` · ${props.page.detail}` : ""}
          </span>
        </span>
      )}
    </Show>
  );
}

function Actions(props: { page: Page }) {
  const me = useMe();
  const param = () => ({ id: inPath(props.page.id) });
  const fetchNow = useAction(
    KEY,
    () => answer(api.watch[":id"].fetch.$post({ param: param() })),
    ({ outcome }) => `Fetched: ${words(outcome ?? "nothing").toLowerCase()}`,
  );
  const change = useAction(
    KEY,
    (json: Change) => answer(api.watch[":id"].$patch({ param: param(), json })),
    ({ status }) => (status === "paused" ? "Paused" : "Watched again"),
  );
  const remove = useAction(
    KEY,
    () => answer(api.watch[":id"].$delete({ param: param() })),
    () => "Taken off the list",
  );
  const refused = (isPending: boolean) => missingRight(me.data, "write") ?? whileSending(isPending);
  return (
    <span class="row-actions">
      <ActionButton
        small
        disabledReason={refused(fetchNow.isPending)}
        onClick={() => fetchNow.mutate(undefined)}
      >
        Fetch
      </ActionButton>
      <ActionButton
        small
        disabledReason={refused(change.isPending)}
        onClick={() => change.mutate({ status: props.page.status === "paused" ? "active" : "paused" })}
      >
        {props.page.status === "paused" ? "Resume" : "Pause"}
      </ActionButton>
      <ActionButton small disabledReason={refused(remove.isPending)} onClick={() => remove.mutate(undefined)}>
        Remove
      </ActionButton>
    </span>
  );
}

/** Pages of competitors that the install fetches itself. */
export function WatchListPage() {
  const settings = useSettings();
  const [isOpen, setOpen] = createSignal(false);
  const isOff = () => settings.data?.watch.enabled === false;
  return (
    <ListPage
      title="Watch list"
      one="page"
      source={SOURCE}
      path="/api/watch"
      asked={{ q: undefined, status: undefined, outcome: undefined, sort: "-createdAt" }}
      filters={FILTERS}
      searchFor="Address, competitor or SKU"
      columns={COLUMNS}
      idOf={({ id }) => id}
      isQuiet={({ status }) => status === "paused"}
      actions={
        <>
          <Show when={isOff()}>
            <span>
              <Chip tone="warn">Fetching is off: see Settings, Watch list</Chip>
            </span>
          </Show>
          <NewButton right="write" onClick={() => setOpen(true)}>
            Watch a page
          </NewButton>
        </>
      }
      empty={
        <EmptyState title="No page is watched">
          The install can fetch product pages of competitors itself, politely: it keeps to robots.txt, to each
          host's pace, and asks for changes only.
        </EmptyState>
      }
    >
      <Show when={isOpen()}>
        <NewPage onClose={() => setOpen(false)} />
      </Show>
    </ListPage>
  );
}

const INTERVALS = [
  { value: "60", label: "every hour" },
  { value: "360", label: "every 6 hours" },
  { value: "1440", label: "every day" },
  { value: "10080", label: "every week" },
];

function NewPage(props: { onClose: () => void }) {
  const [url, setUrl] = createSignal("");
  const [sku, setSku] = createSignal("");
  const [competitor, setCompetitor] = createSignal("");
  const [every, setEvery] = createSignal("360");
  const add = useFormAction(
    KEY,
    () => {
      const optional = {
        ...(sku().trim() && { sku: sku().trim() }),
        ...(competitor().trim() && { competitor: competitor().trim() }),
      };
      return answer(
        api.watch.$post({ json: { url: url().trim(), everyMinutes: Number(every()), ...optional } }),
      );
    },
    ({ host }) => `A page of ${host} is watched`,
  );
  return (
    <FormDialog
      title="Watch a page"
      button="Watch"
      blocked={url().trim() === "" ? "The address is missing." : whileSending(add.isPending)}
      error={add.error}
      onSend={() => add.mutate(undefined, { onSuccess: () => props.onClose() })}
      onClose={props.onClose}
    >
      <TextField
        label="Address"
        type="url"
        required
        value={url()}
        onInput={setUrl}
        error={errorOf(add.error, "url")}
      />
      <TextField
        label="Our SKU"
        value={sku()}
        onInput={setSku}
        help="Without it, the page's GTIN or a mapping of its address says which product it is."
        error={errorOf(add.error, "sku")}
      />
      <TextField
        label="Competitor"
        value={competitor()}
        onInput={setCompetitor}
        help="Without it, the page's host."
      />
      <SelectField label="Fetch" value={every()} choices={INTERVALS} onChange={setEvery} />
    </FormDialog>
  );
}
