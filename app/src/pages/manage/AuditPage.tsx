import { useQuery } from "@tanstack/solid-query";
import type { InferRequestType, InferResponseType } from "hono/client";
import { Match, Switch } from "solid-js";
import { answer, api } from "../../api/client.ts";
import { Failure } from "../../components/Async.tsx";
import { Ago } from "../../components/facts.tsx";
import { EmptyState } from "../../components/states.tsx";
import { actor, plural } from "../../format/words.ts";
import type { Column } from "../../list/DataTable.tsx";
import { ListPage } from "../../list/ListPage.tsx";
import type { PageAsked } from "../../list/list.ts";
import type { Filter } from "../../list/parts.tsx";
import { actionInWords, detailInWords } from "./audit-words.ts";

type Asked = InferRequestType<typeof api.audit.$get>["query"];
type Entry = InferResponseType<typeof api.audit.$get, 200>["items"][number];

const SOURCE = {
  key: ["audit"],
  facets: "action,actor",
  fetch: (query: PageAsked, signal: AbortSignal) =>
    answer(api.audit.$get({ query: query as Asked }, { init: { signal } })),
};

const FILTERS: readonly Filter[] = [
  { name: "action", label: "Action", any: "Any action", facet: "action", labelOf: actionInWords },
  { name: "actor", label: "Who", any: "Anybody", facet: "actor", labelOf: actor },
];

const COLUMNS: readonly Column<Entry>[] = [
  { label: "No.", sort: "seq", class: "num muted cell-roomy", cell: ({ seq }) => seq },
  {
    label: "What",
    class: "cell-title",
    cell: ({ action }) => <strong title={action}>{actionInWords(action)}</strong>,
  },
  { label: "On", class: "cell-cut muted", cell: ({ subject }) => <span title={subject}>{subject}</span> },
  {
    label: "Who",
    class: "cell-cut",
    cell: (entry) => <span title={entry.actor}>{actor(entry.actor)}</span>,
  },
  { label: "Detail", class: "why", cell: ({ detail }) => <Detail value={detail} /> },
  { label: "When", class: "num muted", cell: ({ at }) => <Ago at={at} /> },
];

function Detail(props: { value: unknown }) {
  return (
    <span class="clamp" title={JSON.stringify(props.value)}>
      {detailInWords(props.value)}
    </span>
  );
}

/** Who did what, in a chain of entries that shows every later change. */
export function AuditPage() {
  return (
    <ListPage
      title="Audit"
      one="entry"
      many="entries"
      source={SOURCE}
      path="/api/audit"
      asked={{ q: undefined, action: undefined, actor: undefined, subject: undefined, sort: "-seq" }}
      filters={FILTERS}
      searchFor="Person, action or subject"
      columns={COLUMNS}
      idOf={({ seq }) => String(seq)}
      empty={<EmptyState title="Nothing has happened yet" />}
    >
      <Verification />
    </ListPage>
  );
}

/** Whether the chains of the ledger and the audit hold. */
function Verification() {
  const report = useQuery(() => ({
    queryKey: ["audit", "verify"],
    queryFn: ({ signal }) => answer(api.audit.verify.$get({ query: {} }, { init: { signal } })),
    staleTime: Number.POSITIVE_INFINITY,
  }));
  const counts = () => {
    const { ledger, audit } = report.data!;
    return `${plural(ledger.count, "price entry", "price entries")} and ${plural(audit.count, "audit entry", "audit entries")}`;
  };
  return (
    <Switch>
      <Match when={report.isPending}>
        <div class="notice notice-line">Verifying the chains…</div>
      </Match>
      <Match when={report.isError}>
        <Failure error={report.error} onRetry={() => report.refetch()} />
      </Match>
      <Match when={report.data?.ok}>
        <div class="notice notice-good notice-line">
          The chains hold: {counts()} are as they were written.
        </div>
      </Match>
      <Match when={report.data}>
        <div class="notice notice-bad" role="alert">
          <strong>The record does not hold</strong>
          <p>First wrong entry: {detailInWords(report.data?.firstBad)}</p>
        </div>
      </Match>
    </Switch>
  );
}
