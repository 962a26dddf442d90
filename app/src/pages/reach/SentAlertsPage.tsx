import type { InferRequestType, InferResponseType } from "hono/client";
import { DELIVERY_OUTCOMES } from "../../../../domain/messages/events.ts";
import { answer, api } from "../../api/client.ts";
import { Ago } from "../../components/facts.tsx";
import { EmptyState } from "../../components/states.tsx";
import { number } from "../../format/number.ts";
import type { Column } from "../../list/DataTable.tsx";
import { ListPage } from "../../list/ListPage.tsx";
import type { PageAsked } from "../../list/list.ts";
import type { Filter } from "../../list/parts.tsx";
import { AlertTabs, OutcomeChip } from "./parts.tsx";

type Asked = InferRequestType<typeof api.alerts.$get>["query"];
type Sent = InferResponseType<typeof api.alerts.$get, 200>["items"][number];

const SOURCE = {
  key: ["sent-alerts"],
  facets: "outcome",
  fetch: (query: PageAsked, signal: AbortSignal) =>
    answer(api.alerts.$get({ query: query as Asked }, { init: { signal } })),
};

const FILTERS: readonly Filter[] = [
  { name: "outcome", label: "Outcome", any: "Any outcome", facet: "outcome", values: DELIVERY_OUTCOMES },
];

const COLUMNS: readonly Column<Sent>[] = [
  { label: "Alert", class: "cell-title", cell: ({ what }) => <strong>{what}</strong> },
  { label: "Channel", isNamed: true, cell: ({ channelName }) => channelName ?? "deleted" },
  { label: "Outcome", cell: ({ outcome }) => <OutcomeChip outcome={outcome} /> },
  {
    label: "Answer",
    class: "why muted",
    isNamed: true,
    cell: ({ status, error }) => error ?? String(status ?? "kept here"),
  },
  { label: "Took", class: "num muted", isNamed: true, cell: ({ ms }) => `${number(ms)} ms` },
  { label: "When", class: "num muted", cell: ({ at }) => <Ago at={at} /> },
];

/** What was sent to the channels, each try. */
export function SentAlertsPage() {
  return (
    <ListPage
      title="Sent alerts"
      one="try"
      many="tries"
      source={SOURCE}
      path="/api/alerts"
      asked={{ q: undefined, outcome: undefined }}
      filters={FILTERS}
      searchFor="Signal, SKU or rule"
      columns={COLUMNS}
      idOf={({ id }) => String(id)}
      empty={
        <EmptyState title="Nothing has been sent">
          What rules send to channels is listed here for two weeks, with what each receiver answered.
        </EmptyState>
      }
    >
      <AlertTabs />
    </ListPage>
  );
}
