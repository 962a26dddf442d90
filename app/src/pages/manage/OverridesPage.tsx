import type { InferRequestType, InferResponseType } from "hono/client";
import { createSignal, Show } from "solid-js";
import { OVERRIDE_KINDS, OVERRIDE_SCOPES } from "../../../../domain/messages/names.ts";
import { answer, api, inPath } from "../../api/client.ts";
import { ActionButton } from "../../components/ActionButton.tsx";
import { Chip } from "../../components/chips.tsx";
import { Ago, Until } from "../../components/facts.tsx";
import { EmptyState } from "../../components/states.tsx";
import { actor, words } from "../../format/words.ts";
import type { Column } from "../../list/DataTable.tsx";
import { ListPage } from "../../list/ListPage.tsx";
import type { PageAsked } from "../../list/list.ts";
import type { Filter } from "../../list/parts.tsx";
import { useAction } from "../../queries/actions.ts";
import { keys } from "../../queries/keys.ts";
import { missingRight, useMe } from "../../queries/session.ts";
import { HeldOverrides } from "./HeldOverrides.tsx";
import { NewOverride } from "./NewOverride.tsx";
import { Playbooks } from "./Playbooks.tsx";
import { scopeText } from "./scope-text.ts";

type Asked = InferRequestType<typeof api.overrides.$get>["query"];
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
      <HeldOverrides />
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
