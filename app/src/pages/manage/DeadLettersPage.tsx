import type { InferRequestType, InferResponseType } from "hono/client";
import { Show } from "solid-js";
import { DEAD_LETTER_STATUSES } from "../../../../domain/messages/names.ts";
import { answer, api, inPath } from "../../api/client.ts";
import { ActionButton } from "../../components/ActionButton.tsx";
import { Chip } from "../../components/chips.tsx";
import { Ago } from "../../components/facts.tsx";
import { EmptyState } from "../../components/states.tsx";
import { plural, words } from "../../format/words.ts";
import type { Column } from "../../list/DataTable.tsx";
import { ListPage } from "../../list/ListPage.tsx";
import type { PageAsked } from "../../list/list.ts";
import type { Filter } from "../../list/parts.tsx";
import { useAction } from "../../queries/actions.ts";
import { missingRight, useMe } from "../../queries/session.ts";

const letters = api["dead-letters"];
type Asked = InferRequestType<typeof letters.$get>["query"];
type Letter = InferResponseType<typeof letters.$get, 200>["items"][number];

const KEY = ["dead-letters"] as const;

const SOURCE = {
  key: KEY,
  facets: "status,queue",
  fetch: (query: PageAsked, signal: AbortSignal) =>
    answer(letters.$get({ query: query as Asked }, { init: { signal } })),
};

const FILTERS: readonly Filter[] = [
  { name: "status", label: "Status", any: "Any status", values: DEAD_LETTER_STATUSES },
  { name: "queue", label: "Queue", any: "Any queue", facet: "queue" },
];

const COLUMNS: readonly Column<Letter>[] = [
  { label: "Queue", class: "cell-title", cell: ({ queue }) => <strong>{words(queue)}</strong> },
  { label: "Why it failed", class: "why", cell: ({ reason }) => reason },
  { label: "Tried", class: "num", cell: ({ attempts }) => plural(attempts, "time") },
  { label: "Parked", sort: "parkedAt", class: "num muted", cell: (one) => <Ago at={one.parkedAt} /> },
  { label: "", class: "cell-action", cell: (letter) => <Settle letter={letter} /> },
];

/** Messages that could not be processed after many tries. */
export function DeadLettersPage() {
  return (
    <ListPage
      title="Dead letters"
      one="message"
      source={SOURCE}
      path="/api/dead-letters"
      asked={{ q: undefined, status: "parked", queue: undefined, sort: "-parkedAt" }}
      filters={FILTERS}
      searchFor="Queue or reason"
      columns={COLUMNS}
      idOf={({ id }) => id}
      isQuiet={({ status }) => status !== "parked"}
      empty={
        <EmptyState title="No message is parked">
          A message that fails after all its tries is kept here with its reason, to be sent again or given up.
        </EmptyState>
      }
    />
  );
}

function Settle(props: { letter: Letter }) {
  const me = useMe();
  const ofId = () => ({ param: { id: inPath(props.letter.id) } });
  const replay = useAction(
    KEY,
    () => answer(letters[":id"].replay.$post(ofId())),
    () => "Sent again",
  );
  const discard = useAction(
    KEY,
    () => answer(letters[":id"].discard.$post(ofId())),
    () => "Given up: its rows count as rejected",
  );
  const blocked = () =>
    missingRight(me.data, "write") ?? (replay.isPending || discard.isPending ? "It is being sent." : null);
  return (
    <Show
      when={props.letter.status === "parked"}
      fallback={<Chip tone="quiet">{words(props.letter.status)}</Chip>}
    >
      <span class="row-actions">
        <ActionButton small disabledReason={blocked()} onClick={() => replay.mutate(undefined)}>
          Send again
        </ActionButton>
        <ActionButton small disabledReason={blocked()} onClick={() => discard.mutate(undefined)}>
          Give up
        </ActionButton>
      </span>
    </Show>
  );
}
