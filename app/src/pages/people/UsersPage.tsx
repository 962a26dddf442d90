import { createSignal, Match, Show, Switch } from "solid-js";
import type { SignInLink, User } from "../../../../domain/contract/people.ts";
import { ROLES, type Role } from "../../../../domain/identity/rights.ts";
import { Chip } from "../../components/chips.tsx";
import { FormDialog } from "../../components/FormDialog.tsx";
import { Ago } from "../../components/facts.tsx";
import { SelectField, TextField } from "../../components/fields.tsx";
import { errorOf, whileSending } from "../../components/form.ts";
import { NewButton } from "../../components/NewButton.tsx";
import { Secret } from "../../components/Secret.tsx";
import { EmptyState } from "../../components/states.tsx";
import { toastDone } from "../../components/toasts.tsx";
import { dateTime } from "../../format/time.ts";
import { words } from "../../format/words.ts";
import type { Column } from "../../list/DataTable.tsx";
import { ListPage } from "../../list/ListPage.tsx";
import type { Filter } from "../../list/parts.tsx";
import { USERS, useChangeUser, useCreateUser, useUserLink } from "../../queries/people.ts";

const ASKED = { q: undefined, role: undefined, sort: "name" };
const FILTERS: readonly Filter[] = [
  { name: "role", label: "Role", any: "Any role", values: ROLES, facet: "role" },
];
const STATUS_TONE = { active: "good", invited: "info", deactivated: "quiet" } as const;

const ROLE_HELP: Record<Role, string> = {
  viewer: "Viewer: sees everything, changes nothing",
  analyst: "Analyst: also changes products and sources, starts runs",
  approver: "Approver: also decides proposals and sets prices",
  admin: "Admin: also people, keys and settings",
};
const ROLE_CHOICES = ROLES.map((value) => ({ value, label: ROLE_HELP[value] }));

/** What is open over the list. */
type Open =
  | { kind: "invite" }
  | { kind: "change"; user: User }
  | { kind: "link"; link: SignInLink; email: string };

/** The people of the install, for administrators. */
export default function UsersPage() {
  const [open, setOpen] = createSignal<Open>();
  const close = () => setOpen(undefined);
  const columns: readonly Column<User>[] = [
    { label: "Person", sort: "name", class: "cell-title", cell: (user) => <Name user={user} /> },
    { label: "Role", cell: ({ role }) => words(role) },
    { label: "Status", cell: ({ status }) => <Chip tone={STATUS_TONE[status]}>{words(status)}</Chip> },
    { label: "Second factor", class: "cell-wide", cell: (user) => (user.secondFactor ? "On" : "Off") },
    {
      ...{ label: "Last sign-in", class: "num muted", isNamed: true },
      cell: (user) => (
        <Show when={user.lastSignInAt} fallback="never">
          {(at) => <Ago at={at()} />}
        </Show>
      ),
    },
    {
      ...{ label: "", class: "cell-action" },
      cell: (user) => (
        <button type="button" class="button button-small" onClick={() => setOpen({ kind: "change", user })}>
          Change<span class="sr-only"> {user.name}</span>
        </button>
      ),
    },
  ];
  return (
    <ListPage
      title="Users"
      one="person"
      many="people"
      source={USERS}
      path="/api/users"
      asked={ASKED}
      filters={FILTERS}
      searchFor="Name or address"
      columns={columns}
      idOf={({ id }) => id}
      isQuiet={({ status }) => status === "deactivated"}
      actions={
        <NewButton right="admin" onClick={() => setOpen({ kind: "invite" })}>
          Invite a person
        </NewButton>
      }
      empty={
        <EmptyState title="Nobody is here yet">
          Invite the first person: they choose their own password.
        </EmptyState>
      }
    >
      <Opened open={open()} setOpen={setOpen} close={close} />
    </ListPage>
  );
}

function Opened(props: { open: Open | undefined; setOpen: (open: Open) => void; close: () => void }) {
  const as = <K extends Open["kind"]>(kind: K) =>
    props.open?.kind === kind ? (props.open as Extract<Open, { kind: K }>) : undefined;
  const show = (link: SignInLink, email: string) => props.setOpen({ kind: "link", link, email });
  return (
    <Switch>
      <Match when={as("invite")}>
        <InviteDialog onClose={props.close} onLink={show} />
      </Match>
      <Match when={as("change")}>
        {(open) => <ChangeDialog user={open().user} onClose={props.close} onLink={show} />}
      </Match>
      <Match when={as("link")}>
        {(open) => <LinkShown link={open().link} email={open().email} onClose={props.close} />}
      </Match>
    </Switch>
  );
}

function Name(props: { user: User }) {
  return (
    <span class="stack stack-start">
      <strong>{props.user.name}</strong>
      <span class="sub">{props.user.email}</span>
    </span>
  );
}

interface DialogProps {
  onClose: () => void;
  onLink: (link: SignInLink, email: string) => void;
}

function InviteDialog(props: DialogProps) {
  const create = useCreateUser();
  const [email, setEmail] = createSignal("");
  const [name, setName] = createSignal("");
  const [role, setRole] = createSignal<Role>("analyst");
  const send = () =>
    create.mutate(
      { email: email().trim(), role: role(), ...(name().trim() ? { name: name().trim() } : {}) },
      {
        onSuccess: (made) => {
          if (made.invitation) props.onLink(made.invitation, made.email);
          else props.onClose();
        },
      },
    );
  return (
    <FormDialog
      title="Invite a person"
      button="Make the link"
      blocked={whileSending(create.isPending)}
      error={create.error && errorOf(create.error, "email") === undefined ? create.error : null}
      onSend={send}
      onClose={props.onClose}
    >
      <p class="dialog-about">They get a one-time link from you, and choose their own password.</p>
      <TextField
        required
        label="Email"
        type="email"
        value={email()}
        onInput={setEmail}
        error={errorOf(create.error, "email")}
      />
      <TextField label="Name (optional)" value={name()} onInput={setName} />
      <SelectField
        label="Role"
        value={role()}
        choices={ROLE_CHOICES}
        onChange={(value) => setRole(value as Role)}
      />
    </FormDialog>
  );
}

function ChangeDialog(props: DialogProps & { user: User }) {
  const change = useChangeUser();
  const link = useUserLink();
  const [name, setName] = createSignal(props.user.name);
  const [role, setRole] = createSignal<Role>(props.user.role);
  const said = (title: string) => ({
    onSuccess: () => {
      toastDone(title, props.user.email);
      props.onClose();
    },
  });
  const save = () =>
    change.mutate({ id: props.user.id, name: name().trim(), role: role() }, said("Person changed"));
  return (
    <FormDialog
      title={`Change ${props.user.name}`}
      button="Save"
      blocked={whileSending(change.isPending || link.isPending)}
      error={change.error ?? link.error}
      onSend={save}
      onClose={props.onClose}
    >
      <p class="dialog-about">{props.user.email}</p>
      <TextField required label="Name" value={name()} onInput={setName} />
      <SelectField
        label="Role"
        value={role()}
        choices={ROLE_CHOICES}
        onChange={(value) => setRole(value as Role)}
      />
      <MoreChanges
        user={props.user}
        onLink={() =>
          link.mutate(props.user.id, { onSuccess: (made) => props.onLink(made, props.user.email) })
        }
        onFactorOff={() =>
          change.mutate({ id: props.user.id, secondFactor: false }, said("Second factor switched off"))
        }
        onActive={(active) =>
          change.mutate({ id: props.user.id, active }, said(active ? "Taken back" : "Deactivated"))
        }
      />
    </FormDialog>
  );
}

interface MoreChangesProps {
  user: User;
  onLink: () => void;
  onFactorOff: () => void;
  onActive: (active: boolean) => void;
}

/** What is done at once, without saving the form. */
function MoreChanges(props: MoreChangesProps) {
  const isActive = () => props.user.status !== "deactivated";
  return (
    <div class="dialog-more">
      <Show when={isActive()}>
        <button type="button" class="button button-small" onClick={() => props.onLink()}>
          {props.user.status === "invited" ? "New invitation" : "Reset the password"}
        </button>
      </Show>
      <Show when={props.user.secondFactor}>
        <button type="button" class="button button-small" onClick={() => props.onFactorOff()}>
          Switch second factor off
        </button>
      </Show>
      <button
        type="button"
        class="button button-small"
        classList={{ "button-danger": isActive() }}
        onClick={() => props.onActive(!isActive())}
      >
        {isActive() ? "Deactivate" : "Take back"}
      </button>
    </div>
  );
}

function LinkShown(props: { link: SignInLink; email: string; onClose: () => void }) {
  return (
    <Secret
      title={props.link.kind === "invitation" ? "The invitation" : "The link for a new password"}
      secret={props.link.url}
      help={`Send it to ${props.email} on a way that you trust. It works once, until ${dateTime(props.link.expiresAt)}.`}
      onClose={props.onClose}
    />
  );
}
