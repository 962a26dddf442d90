import type { InferRequestType, InferResponseType } from "hono/client";
import { For, Show } from "solid-js";
import { answer, api } from "../../api/client.ts";
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

const quality = api.quality;
type Asked = InferRequestType<typeof quality.$get>["query"];
type Check = InferResponseType<typeof quality.$get, 200>["items"][number];

const KEY = ["quality"] as const;

const SOURCE = {
  key: KEY,
  facets: "status,area",
  fetch: (query: PageAsked, signal: AbortSignal) =>
    answer(quality.$get({ query: query as Asked }, { init: { signal } })),
};

const FILTERS: readonly Filter[] = [
  { name: "status", label: "Status", any: "Any status", values: ["ok", "failing", "broken"] },
  { name: "area", label: "Area", any: "Any area", facet: "area" },
];

const TONE = { ok: "good", failing: "bad", broken: "warn" } as const;
/** Failing rows that the list shows; the answer of the API has more. */
const ROWS_SHOWN = 3;

const COLUMNS: readonly Column<Check>[] = [
  { label: "Check", sort: "name", class: "cell-title", cell: (check) => <What check={check} /> },
  { label: "Area", sort: "area", cell: ({ area }) => words(area) },
  {
    label: "Status",
    sort: "status",
    cell: ({ status }) => <Chip tone={TONE[status]}>{status === "ok" ? "OK" : words(status)}</Chip>,
  },
  {
    label: "Rows that fail",
    sort: "failing",
    class: "num",
    cell: ({ failing }) => (failing === 0 ? "none" : failing.toLocaleString()),
  },
  { label: "Since", sort: "since", class: "num muted", cell: ({ since }) => <Ago at={since} /> },
  { label: "Checked", class: "num muted", cell: ({ checkedAt }) => <Ago at={checkedAt} /> },
];

/** What has to hold of the data, and what does not. */
export function QualityPage() {
  return (
    <ListPage
      title="Quality"
      one="check"
      source={SOURCE}
      path="/api/quality"
      asked={{ q: undefined, status: undefined, area: undefined, sort: "status" }}
      filters={FILTERS}
      searchFor="Check"
      columns={COLUMNS}
      idOf={({ name }) => name}
      isQuiet={({ status }) => status === "ok"}
      actions={<CheckNow />}
      empty={
        <EmptyState title="Nothing has been checked yet">
          Every six hours the data is checked: stock, events, offers, proposals, and the install itself.
        </EmptyState>
      }
    />
  );
}

/** What the check is, and the first of the rows that fail. */
function What(props: { check: Check }) {
  const more = () => props.check.failing - Math.min(ROWS_SHOWN, props.check.rows.length);
  return (
    <>
      <strong>{words(props.check.name)}</strong>
      <p class="muted">{props.check.description}</p>
      <Show when={props.check.status === "broken"}>
        <p>{props.check.detail}</p>
      </Show>
      <Show when={props.check.rows.length > 0}>
        <ul class="plain">
          <For each={props.check.rows.slice(0, ROWS_SHOWN)}>{(row) => <li>{rowText(row)}</li>}</For>
          <Show when={more() > 0}>
            <li class="muted">and {plural(more(), "more row", "more rows")}</li>
          </Show>
        </ul>
      </Show>
    </>
  );
}

function rowText(row: Check["rows"][number]): string {
  const told = Object.entries(row).filter(([, value]) => value !== null);
  return told.map(([name, value]) => `${words(name)} ${value}`).join(", ");
}

function CheckNow() {
  const me = useMe();
  const run = useAction(
    KEY,
    () => answer(quality.run.$post()),
    ({ checks }) => {
      const bad = checks.filter(({ status }) => status !== "ok").length;
      return bad === 0 ? "All checks hold" : `${plural(bad, "check does", "checks do")} not hold`;
    },
  );
  const blocked = () =>
    missingRight(me.data, "write") ?? (run.isPending ? "The checks are being made." : null);
  return (
    <ActionButton small disabledReason={blocked()} onClick={() => run.mutate(undefined)}>
      Check now
    </ActionButton>
  );
}
