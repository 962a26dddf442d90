import type { InferRequestType, InferResponseType } from "hono/client";
import { createSignal, Show } from "solid-js";
import { HOUR_MS } from "../../../../domain/base/time.ts";
import { OVERRIDE_KINDS, OVERRIDE_SCOPES } from "../../../../domain/messages/names.ts";
import { answer, api, inPath } from "../../api/client.ts";
import { ActionButton } from "../../components/ActionButton.tsx";
import { Chip } from "../../components/chips.tsx";
import { FormDialog } from "../../components/FormDialog.tsx";
import { Ago, Until } from "../../components/facts.tsx";
import { choicesOf, SelectField, TextField } from "../../components/fields.tsx";
import { EmptyState } from "../../components/states.tsx";
import { actor, words } from "../../format/words.ts";
import type { Column } from "../../list/DataTable.tsx";
import { ListPage } from "../../list/ListPage.tsx";
import type { PageAsked } from "../../list/list.ts";
import type { Filter } from "../../list/parts.tsx";
import { useAction, useFormAction } from "../../queries/actions.ts";
import { keys } from "../../queries/keys.ts";
import { missingRight, useMe } from "../../queries/session.ts";
import { Playbooks } from "./Playbooks.tsx";

type Asked = InferRequestType<typeof api.overrides.$get>["query"];
type Request = InferRequestType<typeof api.overrides.$post>["json"];
type Override = InferResponseType<typeof api.overrides.$get, 200>["items"][number];

const KEY = keys.overrides;

const SOURCE = {
  key: KEY,
  facets: "scope,kind",
  fetch: (query: PageAsked, signal: AbortSignal) =>
    answer(api.overrides.$get({ query: query as Asked }, { init: { signal } })),
};

const FILTERS: readonly Filter[] = [
  { name: "all", label: "Show", any: "In force", values: ["true"], labelOf: () => "Also those that ended" },
  { name: "scope", label: "Scope", any: "Any scope", values: OVERRIDE_SCOPES },
  { name: "kind", label: "Kind", any: "Any kind", values: OVERRIDE_KINDS },
];

const COLUMNS: readonly Column<Override>[] = [
  {
    label: "Override",
    class: "cell-title",
    cell: (one) => (
      <span class="stack stack-start">
        <strong>{words(one.kind)}</strong>
        <span class="sub">{one.price ?? ""}</span>
      </span>
    ),
  },
  { label: "Holds for", sort: "key", cell: (one) => scopeText(one) },
  { label: "Why", class: "why", cell: (one) => one.reason },
  { label: "By", cell: (one) => actor(one.createdBy) },
  {
    label: "Made",
    sort: "createdAt",
    class: "num muted cell-wide",
    cell: (one) => <Ago at={one.createdAt} />,
  },
  { label: "Ends", sort: "expiresAt", class: "num", cell: (one) => <End override={one} /> },
  { label: "", class: "cell-action", cell: (one) => <EndButton override={one} /> },
];

function scopeText({ scope, key }: Pick<Override, "scope" | "key">): string {
  return scope === "global" ? "All products" : `${words(scope)} ${key ?? ""}`;
}

/** Orders of people that stand above the strategies until they end. */
export function OverridesPage() {
  const me = useMe();
  const [isOpen, setOpen] = createSignal(false);
  return (
    <ListPage
      title="Overrides"
      one="override"
      source={SOURCE}
      path="/api/overrides"
      asked={{ q: undefined, all: undefined, scope: undefined, kind: undefined, sort: "-createdAt" }}
      filters={FILTERS}
      searchFor="Category, brand, SKU, reason or person"
      columns={COLUMNS}
      idOf={({ id }) => id}
      isQuiet={({ active }) => !active}
      actions={
        <ActionButton
          small
          tone="primary"
          disabledReason={missingRight(me.data, "approve")}
          onClick={() => setOpen(true)}
        >
          New override
        </ActionButton>
      }
      empty={
        <EmptyState title="No override is in force">
          An override freezes prices, fixes one, or falls back to the rule-based strategy, with a reason and
          an end.
        </EmptyState>
      }
    >
      <Playbooks />
      <Show when={isOpen()}>
        <NewOverride onClose={() => setOpen(false)} />
      </Show>
    </ListPage>
  );
}

function End(props: { override: Override }) {
  return (
    <Show
      when={props.override.active}
      fallback={
        <Chip tone="quiet">
          {props.override.endedBy ? `Ended by ${actor(props.override.endedBy)}` : "Ended"}
        </Chip>
      }
    >
      <Until at={props.override.expiresAt} />
    </Show>
  );
}

function EndButton(props: { override: Override }) {
  const me = useMe();
  const end = useAction(
    KEY,
    (id: string) => answer(api.overrides[":id"].$delete({ param: { id: inPath(id) } })),
    () => "Override ended",
  );
  return (
    <Show when={props.override.active}>
      <ActionButton
        small
        disabledReason={missingRight(me.data, "approve") ?? (end.isPending ? "It is being ended." : null)}
        onClick={() => end.mutate(props.override.id)}
      >
        End now
      </ActionButton>
    </Show>
  );
}

const HOURS = [
  { value: "24", label: "24 hours" },
  { value: "72", label: "3 days" },
  { value: "168", label: "a week" },
  { value: "720", label: "30 days" },
];

function NewOverride(props: { onClose: () => void }) {
  const [kind, setKind] = createSignal<Request["kind"]>("PRICE_FREEZE");
  const [scope, setScope] = createSignal<Request["scope"]>("sku");
  const [key, setKey] = createSignal("");
  const [price, setPrice] = createSignal("");
  const [reason, setReason] = createSignal("");
  const [hours, setHours] = createSignal("72");
  const create = useFormAction(
    KEY,
    (json: Request) => answer(api.overrides.$post({ json })),
    () => "Override in force",
  );
  const blocked = () => {
    if (scope() !== "global" && key().trim() === "") return `Name the ${scope()}.`;
    if (kind() === "FIXED_PRICE" && price().trim() === "") return "Enter the price.";
    if (reason().trim() === "") return "Say why: everybody sees it on the page of the product.";
    return create.isPending ? "It is being made." : null;
  };
  const send = () =>
    create.mutate(
      {
        kind: kind(),
        scope: scope(),
        reason: reason().trim(),
        expiresAt: new Date(Date.now() + Number(hours()) * HOUR_MS).toISOString(),
        ...(scope() === "global" ? {} : { key: key().trim() }),
        ...(kind() === "FIXED_PRICE" ? { price: price().trim() } : {}),
      },
      { onSuccess: () => props.onClose() },
    );
  return (
    <FormDialog
      title="New override"
      button="Put in force"
      blocked={blocked()}
      error={create.error}
      onSend={send}
      onClose={props.onClose}
    >
      <SelectField
        label="Kind"
        value={kind()}
        choices={choicesOf(OVERRIDE_KINDS)}
        onChange={(value) => setKind(value as Request["kind"])}
      />
      <SelectField
        label="Scope"
        value={scope()}
        choices={choicesOf(OVERRIDE_SCOPES)}
        onChange={(value) => setScope(value as Request["scope"])}
      />
      <Show when={scope() !== "global"}>
        <TextField label={words(scope())} value={key()} onInput={setKey} required />
      </Show>
      <Show when={kind() === "FIXED_PRICE"}>
        <TextField label="Price" value={price()} onInput={setPrice} required />
      </Show>
      <TextField label="Reason" value={reason()} onInput={setReason} required />
      <SelectField label="Ends in" value={hours()} choices={HOURS} onChange={setHours} />
    </FormDialog>
  );
}
