import { createSignal, For, Match, onMount, Show, Switch } from "solid-js";
import { DAY_MS } from "../../../../domain/base/time.ts";
import type { Key } from "../../../../domain/contract/people.ts";
import { SCOPES, type Scope } from "../../../../domain/identity/rights.ts";
import { ActionButton } from "../../components/ActionButton.tsx";
import { Chip } from "../../components/chips.tsx";
import { Ago, now, Until } from "../../components/facts.tsx";
import { SelectField } from "../../components/fields.tsx";
import { FormDialog, ShownOnce, TextField } from "../../components/form.tsx";
import { EmptyState } from "../../components/states.tsx";
import { toastDone } from "../../components/toasts.tsx";
import { actor } from "../../format/words.ts";
import { useListAddress } from "../../list/address.ts";
import { type Column, DataTable } from "../../list/DataTable.tsx";
import { ExportButton, ListBar, ListBody, ListCount } from "../../list/ListPage.tsx";
import { useCreateKey, useKeys, useRevokeKey } from "../../queries/people.ts";
import { missingRight, useMe } from "../../queries/session.ts";

const ASKED = { q: undefined, sort: "-createdAt" };

const SCOPE_HELP: Record<Scope, string> = {
  ingest: "post observations, events, stock and demand",
  read: "read everything, and follow the live feed",
  write: "change products, sources and mappings; start runs",
  approve: "decide proposals, set prices, override",
  admin: "everything, with people, keys and settings",
};

const ENDS = [
  { value: "30", label: "In 30 days" },
  { value: "90", label: "In 90 days" },
  { value: "365", label: "In a year" },
  { value: "never", label: "Never" },
];

type Open = { kind: "new" } | { kind: "made"; name: string; key: string } | { kind: "revoke"; key: Key };

/** The keys of machines, for administrators. */
export default function KeysPage() {
  const address = useListAddress(ASKED);
  const list = useKeys(address.asked);
  const me = useMe();
  const [open, setOpen] = createSignal<Open>();
  const columns: readonly Column<Key>[] = [
    { label: "Key", sort: "name", class: "cell-title", cell: (key) => <Name of={key} /> },
    { label: "May", cell: ({ scopes }) => scopes.join(", ") },
    { label: "Status", cell: (key) => <KeyStatus of={key} /> },
    {
      ...{ label: "Last use", note: "to the hour", class: "num muted", isNamed: true },
      cell: (key) => (
        <Show when={key.lastUsedAt} fallback="never">
          {(at) => <Ago at={at()} />}
        </Show>
      ),
    },
    {
      label: "Made",
      sort: "createdAt",
      class: "num muted cell-wide",
      cell: (key) => <Ago at={key.createdAt} />,
    },
    {
      ...{ label: "", class: "cell-action" },
      cell: (key) => (
        <Show when={key.revokedAt === undefined}>
          <button type="button" class="button button-small" onClick={() => setOpen({ kind: "revoke", key })}>
            Revoke<span class="sr-only"> {key.name}</span>
          </button>
        </Show>
      ),
    },
  ];
  onMount(() => {
    document.title = "API keys · Pricewright";
  });
  return (
    <main class="page">
      <div class="page-head">
        <h1>API keys</h1>
        <ListCount list={list} one="key" />
        <ExportButton path="/api/keys" address={address} />
        <ActionButton
          tone="primary"
          disabledReason={missingRight(me.data, "admin")}
          onClick={() => setOpen({ kind: "new" })}
        >
          Make a key
        </ActionButton>
      </div>
      <ListBar list={list} address={address} filters={[]} searchFor="Name, or who made it" />
      <ListBody
        list={list}
        address={address}
        empty={
          <EmptyState title="There are no keys">
            A scraper or a shop needs one to post and to read.
          </EmptyState>
        }
      >
        <DataTable
          caption="API keys"
          columns={columns}
          list={list}
          idOf={({ id }) => id}
          sort={address.value("sort")}
          onSort={(sort) => address.set({ sort })}
          isQuiet={({ revokedAt }) => revokedAt !== undefined}
        />
      </ListBody>
      <Opened open={open()} setOpen={setOpen} />
    </main>
  );
}

function Opened(props: { open: Open | undefined; setOpen: (open: Open | undefined) => void }) {
  const as = <K extends Open["kind"]>(kind: K) =>
    props.open?.kind === kind ? (props.open as Extract<Open, { kind: K }>) : undefined;
  const close = () => props.setOpen(undefined);
  return (
    <Switch>
      <Match when={as("new")}>
        <NewKeyDialog onClose={close} onMade={(made) => props.setOpen({ kind: "made", ...made })} />
      </Match>
      <Match when={as("made")}>
        {(made) => (
          <ShownOnce title={`The key ${made().name}`} label="API key" value={made().key} onClose={close}>
            <p>Send it as “Authorization: Bearer …”. It is shown this once; we keep only its hash.</p>
          </ShownOnce>
        )}
      </Match>
      <Match when={as("revoke")}>{(open) => <RevokeDialog of={open().key} onClose={close} />}</Match>
    </Switch>
  );
}

function Name(props: { of: Key }) {
  return (
    <span class="stack stack-start">
      <strong>{props.of.name}</strong>
      <span class="sub">by {actor(props.of.createdBy)}</span>
    </span>
  );
}

function KeyStatus(props: { of: Key }) {
  const isOver = () => props.of.expiresAt !== undefined && Date.parse(props.of.expiresAt) <= now();
  return (
    <Switch fallback={<Chip tone="good">Valid</Chip>}>
      <Match when={props.of.revokedAt}>
        <Chip tone="quiet">Revoked</Chip>
      </Match>
      <Match when={isOver()}>
        <Chip tone="quiet">Over</Chip>
      </Match>
      <Match when={props.of.expiresAt}>
        {(at) => (
          <>
            <Chip tone="good">Valid</Chip>{" "}
            <span class="muted">
              ends <Until at={at()} />
            </span>
          </>
        )}
      </Match>
    </Switch>
  );
}

function NewKeyDialog(props: { onClose: () => void; onMade: (made: { name: string; key: string }) => void }) {
  const create = useCreateKey();
  const [name, setName] = createSignal("");
  const [scopes, setScopes] = createSignal<readonly Scope[]>(["read"]);
  const [days, setDays] = createSignal("365");
  const toggle = (scope: Scope) =>
    setScopes((chosen) =>
      chosen.includes(scope) ? chosen.filter((each) => each !== scope) : [...chosen, scope],
    );
  const send = () => {
    const end =
      days() === "never" ? {} : { expiresAt: new Date(Date.now() + Number(days()) * DAY_MS).toISOString() };
    create.mutate({ name: name().trim(), scopes: [...scopes()], ...end }, { onSuccess: props.onMade });
  };
  return (
    <FormDialog
      title="Make an API key"
      about="For one machine, with no more rights than it needs."
      button="Make the key"
      pending={create.isPending}
      error={create.error}
      onSubmit={send}
      onClose={props.onClose}
    >
      <TextField
        label="Name"
        value={name()}
        onInput={setName}
        help="What uses it. A name is never given twice."
      />
      <fieldset class="field choices">
        <legend class="field-label">It may</legend>
        <For each={SCOPES}>
          {(scope) => (
            <label class="choice">
              <input type="checkbox" checked={scopes().includes(scope)} onChange={() => toggle(scope)} />
              <span>
                <strong>{scope}</strong> <span class="muted">{SCOPE_HELP[scope]}</span>
              </span>
            </label>
          )}
        </For>
      </fieldset>
      <SelectField label="It ends" value={days()} choices={ENDS} onChange={setDays} />
    </FormDialog>
  );
}

function RevokeDialog(props: { of: Key; onClose: () => void }) {
  const revoke = useRevokeKey();
  const send = () =>
    revoke.mutate(props.of.id, {
      onSuccess: () => {
        toastDone("Key revoked", props.of.name);
        props.onClose();
      },
    });
  return (
    <FormDialog
      title={`Revoke ${props.of.name}?`}
      about="Whatever uses it is refused from now on; its live connections close within a minute. This cannot be undone."
      button="Revoke"
      tone="danger"
      pending={revoke.isPending}
      error={revoke.error}
      onSubmit={send}
      onClose={props.onClose}
    />
  );
}
