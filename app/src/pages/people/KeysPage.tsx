import { createSignal, For, Match, Show, Switch } from "solid-js";
import { DAY_MS } from "../../../../domain/base/time.ts";
import type { Key } from "../../../../domain/contract/people.ts";
import { SCOPES, type Scope } from "../../../../domain/identity/rights.ts";
import { Chip } from "../../components/chips.tsx";
import { FormDialog } from "../../components/FormDialog.tsx";
import { Ago, now, Until } from "../../components/facts.tsx";
import { SelectField, TextField } from "../../components/fields.tsx";
import { whileSending } from "../../components/form.ts";
import { NewButton } from "../../components/NewButton.tsx";
import { Secret } from "../../components/Secret.tsx";
import { EmptyState } from "../../components/states.tsx";
import { toastDone } from "../../components/toasts.tsx";
import { actor } from "../../format/words.ts";
import type { Column } from "../../list/DataTable.tsx";
import { ListPage } from "../../list/ListPage.tsx";
import { API_KEYS, useCreateKey, useRevokeKey } from "../../queries/people.ts";

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
  return (
    <ListPage
      title="API keys"
      one="key"
      source={API_KEYS}
      path="/api/keys"
      asked={ASKED}
      filters={[]}
      searchFor="Name, or who made it"
      columns={columns}
      idOf={({ id }) => id}
      isQuiet={({ revokedAt }) => revokedAt !== undefined}
      actions={
        <NewButton right="admin" onClick={() => setOpen({ kind: "new" })}>
          Make a key
        </NewButton>
      }
      empty={
        <EmptyState title="There are no keys">A scraper or a shop needs one to post and to read.</EmptyState>
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
  return (
    <Switch>
      <Match when={as("new")}>
        <NewKeyDialog onClose={close} onMade={(made) => props.setOpen({ kind: "made", ...made })} />
      </Match>
      <Match when={as("made")}>
        {(made) => (
          <Secret
            title={`The key ${made().name}`}
            secret={made().key}
            help="Send it as “Authorization: Bearer …”. We keep only its hash."
            onClose={close}
          />
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
      button="Make the key"
      blocked={whileSending(create.isPending)}
      error={create.error}
      onSend={send}
      onClose={props.onClose}
    >
      <p class="dialog-about">For one machine, with no more rights than it needs.</p>
      <TextField
        required
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
      button="Revoke"
      tone="danger"
      blocked={whileSending(revoke.isPending)}
      error={revoke.error}
      onSend={send}
      onClose={props.onClose}
    >
      <p class="dialog-about">
        Whatever uses it is refused from now on; its live connections close within a minute. This cannot be
        undone.
      </p>
    </FormDialog>
  );
}
