import type { InferRequestType, InferResponseType } from "hono/client";
import { createSignal, For, Match, Switch } from "solid-js";
import { answer, api, inPath } from "../../api/client.ts";
import { ActionButton } from "../../components/ActionButton.tsx";
import { FormDialog } from "../../components/FormDialog.tsx";
import { TextField } from "../../components/fields.tsx";
import { errorOf, whileSending } from "../../components/form.ts";
import { NewButton } from "../../components/NewButton.tsx";
import { Secret } from "../../components/Secret.tsx";
import { EmptyState } from "../../components/states.tsx";
import { number } from "../../format/number.ts";
import type { Column } from "../../list/DataTable.tsx";
import { ListPage } from "../../list/ListPage.tsx";
import type { PageAsked } from "../../list/list.ts";
import { useAction, useFormAction } from "../../queries/actions.ts";
import { missingRight, useMe } from "../../queries/session.ts";
import { Deliveries } from "./Deliveries.tsx";
import { DeleteButton, LastDelivery, ReceiverStatus, testWords } from "./parts.tsx";

type Asked = InferRequestType<typeof api.endpoints.$get>["query"];
type Endpoint = InferResponseType<typeof api.endpoints.$get, 200>["items"][number];
type Request = InferRequestType<typeof api.endpoints.$post>["json"];
type Pattern = NonNullable<Request["types"]>[number];

const KEY = ["endpoints"] as const;
const one = api.endpoints[":id"];
const ofId = (id: string) => ({ param: { id: inPath(id) } });

const SOURCE = {
  key: KEY,
  fetch: (query: PageAsked, signal: AbortSignal) =>
    answer(api.endpoints.$get({ query: query as Asked }, { init: { signal } })),
};

type Open =
  | { kind: "new" }
  | { kind: "secret"; title: string; secret: string }
  | { kind: "manage"; endpoint: Endpoint };

/** Who is sent events by signed webhooks. */
export function EndpointsPage() {
  const [open, setOpen] = createSignal<Open>();
  const columns: readonly Column<Endpoint>[] = [
    {
      ...{ label: "Endpoint", sort: "name", class: "cell-title" },
      cell: ({ name, url }) => (
        <span class="stack stack-start">
          <strong>{name}</strong>
          <span class="sub clip" title={url}>
            {url}
          </span>
        </span>
      ),
    },
    { label: "Gets", cell: ({ types }) => types.join(", ") },
    { label: "Status", cell: (endpoint) => <ReceiverStatus of={endpoint} /> },
    { label: "Behind", class: "num", isNamed: true, cell: ({ behind }) => number(behind) },
    {
      ...{ label: "Last delivery", class: "num muted", isNamed: true },
      cell: ({ lastDeliveredAt }) => <LastDelivery at={lastDeliveredAt} />,
    },
    {
      ...{ label: "", class: "cell-action" },
      cell: (endpoint) => (
        <button
          type="button"
          class="button button-small"
          onClick={() => setOpen({ kind: "manage", endpoint })}
        >
          Manage<span class="sr-only"> {endpoint.name}</span>
        </button>
      ),
    },
  ];
  return (
    <ListPage
      title="Endpoints"
      one="endpoint"
      source={SOURCE}
      path="/api/endpoints"
      asked={{ q: undefined }}
      filters={[]}
      searchFor="Name or address"
      columns={columns}
      idOf={({ id }) => id}
      isQuiet={({ status }) => status === "paused"}
      actions={
        <NewButton right="admin" onClick={() => setOpen({ kind: "new" })}>
          New endpoint
        </NewButton>
      }
      empty={
        <EmptyState title="No endpoint yet">
          Give a shop or another system an endpoint: every applied price is sent to it within a second or two,
          signed, and sent again until it answers.
        </EmptyState>
      }
    >
      <Opened open={open()} setOpen={setOpen} />
    </ListPage>
  );
}

function Opened(props: { open: Open | undefined; setOpen: (open: Open | undefined) => void }) {
  const as = <K extends Open["kind"]>(kind: K) =>
    props.open?.kind === kind ? (props.open as Extract<Open, { kind: K }>) : undefined;
  const close = () => props.setOpen(undefined);
  const show = (title: string, secret: string) => props.setOpen({ kind: "secret", title, secret });
  return (
    <Switch>
      <Match when={as("new")}>
        <NewEndpoint onClose={close} onMade={(name, secret) => show(`The secret of ${name}`, secret)} />
      </Match>
      <Match when={as("secret")}>
        {(open) => (
          <Secret
            title={open().title}
            secret={open().secret}
            help="Its receiver verifies with it, by any Standard Webhooks library."
            onClose={close}
          />
        )}
      </Match>
      <Match when={as("manage")}>
        {(open) => (
          <Manage
            endpoint={open().endpoint}
            onClose={close}
            onSecret={(secret) => show(`The new secret of ${open().endpoint.name}`, secret)}
          />
        )}
      </Match>
    </Switch>
  );
}

const FAMILIES: readonly { pattern: Pattern; label: string; help: string }[] = [
  { pattern: "price.*", label: "Prices", help: "applied, taken back, imported" },
  { pattern: "override.*", label: "Overrides", help: "made, ended, expired" },
  { pattern: "proposal.*", label: "Proposals", help: "from their making to their decision" },
  { pattern: "signal.*", label: "Signals", help: "notices of the market, and their end" },
  { pattern: "run.*", label: "Runs", help: "when one has ended" },
  { pattern: "health.*", label: "Health", help: "parts that fail or recover" },
];

function NewEndpoint(props: { onClose: () => void; onMade: (name: string, secret: string) => void }) {
  const [url, setUrl] = createSignal("");
  const [name, setName] = createSignal("");
  const [types, setTypes] = createSignal<readonly Pattern[]>(["price.*", "override.*", "proposal.*"]);
  const create = useFormAction(
    KEY,
    (json: Request) => answer(api.endpoints.$post({ json })),
    () => "Endpoint made",
  );
  const toggle = (pattern: Pattern) =>
    setTypes((chosen) =>
      chosen.includes(pattern) ? chosen.filter((each) => each !== pattern) : [...chosen, pattern],
    );
  const blocked = () => {
    if (url().trim() === "") return "Enter the address that events are posted to.";
    if (types().length === 0) return "Choose what it gets.";
    return whileSending(create.isPending);
  };
  const send = () => {
    const named = name().trim() === "" ? {} : { name: name().trim() };
    create.mutate(
      { url: url().trim(), types: [...types()], ...named },
      { onSuccess: (made) => props.onMade(made.name, made.secret) },
    );
  };
  return (
    <FormDialog
      title="New endpoint"
      button="Make it"
      blocked={blocked()}
      error={create.error}
      onSend={send}
      onClose={props.onClose}
    >
      <TextField
        label="Address"
        type="url"
        value={url()}
        onInput={setUrl}
        required
        placeholder="https://shop.example/hooks/prices"
        error={errorOf(create.error, "url")}
      />
      <TextField
        label="Name"
        value={name()}
        onInput={setName}
        help="Left empty, it is the host of the address."
      />
      <fieldset class="field choices">
        <legend class="field-label">It gets</legend>
        <For each={FAMILIES}>
          {({ pattern, label, help }) => (
            <label class="choice">
              <input type="checkbox" checked={types().includes(pattern)} onChange={() => toggle(pattern)} />
              <span>
                <strong>{label}</strong> <span class="muted">{help}</span>
              </span>
            </label>
          )}
        </For>
      </fieldset>
    </FormDialog>
  );
}

function Manage(props: { endpoint: Endpoint; onClose: () => void; onSecret: (secret: string) => void }) {
  const me = useMe();
  const [since, setSince] = createSignal(String(props.endpoint.cursor));
  const resend = useFormAction(
    KEY,
    (from: number) => answer(one.resend.$post({ ...ofId(props.endpoint.id), json: { since: from } })),
    (changed) => `Events after ${changed.cursor} are sent again`,
  );
  const blocked = () =>
    missingRight(me.data, "admin") ??
    (/^\d+$/.test(since()) ? whileSending(resend.isPending) : "Enter a number.");
  const newest = () => props.endpoint.cursor + props.endpoint.behind;
  return (
    <FormDialog
      title={props.endpoint.name}
      button="Send again"
      blocked={blocked()}
      error={resend.error}
      onSend={() => resend.mutate(Number(since()), { onSuccess: () => props.onClose() })}
      onClose={props.onClose}
    >
      <Commands endpoint={props.endpoint} onDone={props.onClose} onSecret={props.onSecret} />
      <Deliveries endpoint={props.endpoint.id} />
      <TextField
        label="Send again all events after number"
        type="number"
        value={since()}
        onInput={setSince}
        help={`It has all up to ${number(props.endpoint.cursor)}; the newest is ${number(newest())}.`}
      />
    </FormDialog>
  );
}

function Commands(props: { endpoint: Endpoint; onDone: () => void; onSecret: (secret: string) => void }) {
  const me = useMe();
  const id = () => props.endpoint.id;
  const isOn = () => props.endpoint.status === "enabled";
  const done = { onSuccess: () => props.onDone() };
  const test = useAction(KEY, (of: string) => answer(one.test.$post(ofId(of))), testWords);
  const rotate = useAction(
    KEY,
    (of: string) => answer(one.secret.$post({ ...ofId(of), json: {} })),
    () => "New secret made: the old one signs too for another 24 hours",
  );
  const turn = useAction(
    KEY,
    (status: "enabled" | "paused") => answer(one.$patch({ ...ofId(id()), json: { status } })),
    (changed) => (changed.status === "enabled" ? "Endpoint is on" : "Endpoint is paused"),
  );
  const remove = useAction(
    KEY,
    (of: string) => answer(one.$delete(ofId(of))),
    () => "Endpoint deleted",
  );
  const commands = () => [
    { label: "Send a test", of: test, run: () => test.mutate(id()) },
    {
      label: "New secret",
      of: rotate,
      run: () => rotate.mutate(id(), { onSuccess: (made) => props.onSecret(made.secret) }),
    },
    {
      label: isOn() ? "Pause" : "Turn on",
      of: turn,
      run: () => turn.mutate(isOn() ? "paused" : "enabled", done),
    },
  ];
  return (
    <div class="button-row">
      <For each={commands()}>
        {({ label, of, run }) => (
          <ActionButton
            small
            disabledReason={missingRight(me.data, "admin") ?? whileSending(of.isPending)}
            onClick={run}
          >
            {label}
          </ActionButton>
        )}
      </For>
      <DeleteButton
        disabledReason={missingRight(me.data, "admin") ?? whileSending(remove.isPending)}
        onDelete={() => remove.mutate(id(), done)}
      />
    </div>
  );
}
