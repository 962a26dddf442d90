import { A } from "@solidjs/router";
import type { InferRequestType } from "hono/client";
import { createSignal, Show } from "solid-js";
import type { PricesRight } from "../../../../domain/contract/analysis.ts";
import type { Run } from "../../../../domain/contract/decisions.ts";
import { RUN_KINDS, RUN_STATUSES } from "../../../../domain/messages/names.ts";
import { answer, api, inPath } from "../../api/client.ts";
import { ActionButton } from "../../components/ActionButton.tsx";
import { RunStatusChip } from "../../components/chips.tsx";
import { FormDialog } from "../../components/FormDialog.tsx";
import { Ago } from "../../components/facts.tsx";
import { TextField } from "../../components/fields.tsx";
import { whileSending } from "../../components/form.ts";
import { EmptyState } from "../../components/states.tsx";
import { number } from "../../format/number.ts";
import { pricesVerdict } from "../../format/prices-right.ts";
import { duration } from "../../format/time.ts";
import { actor, plural, words } from "../../format/words.ts";
import type { Column } from "../../list/DataTable.tsx";
import { ListPage } from "../../list/ListPage.tsx";
import type { PageAsked } from "../../list/list.ts";
import type { Filter } from "../../list/parts.tsx";
import { paths } from "../../paths.ts";
import { useAction, useFormAction } from "../../queries/actions.ts";
import { keys } from "../../queries/keys.ts";
import { missingRight, useMe } from "../../queries/session.ts";

type Asked = InferRequestType<typeof api.runs.$get>["query"];

const SOURCE = {
  key: keys.runs,
  facets: "kind,status",
  fetch: (query: PageAsked, signal: AbortSignal) =>
    answer(api.runs.$get({ query: query as Asked }, { init: { signal } })),
};

const FILTERS: readonly Filter[] = [
  { name: "kind", label: "Kind", any: "Any kind", values: RUN_KINDS, facet: "kind" },
  { name: "status", label: "Status", any: "Any status", values: RUN_STATUSES, facet: "status" },
];

const COLUMNS: readonly Column<Run>[] = [
  {
    label: "Run",
    class: "cell-title",
    cell: (run) => (
      <span class="stack stack-start" title={run.id}>
        <strong>{words(run.kind)}</strong>
        <Show when={run.dryRun}>
          <span class="sub">dry run</span>
        </Show>
      </span>
    ),
  },
  { label: "Id", class: "mono", isExtra: true, cell: ({ id }) => id },
  {
    label: "Status",
    cell: (run) => <RunStatusChip status={run.status} />,
  },
  { label: "Results", class: "why", cell: (run) => resultText(run) },
  { label: "By", class: "cell-wide", cell: (run) => actor(run.actor) },
  { label: "Took", class: "num", isNamed: true, cell: (run) => tookText(run) },
  { label: "Started", sort: "createdAt", class: "num muted", cell: (run) => <Ago at={run.createdAt} /> },
  { label: "", class: "cell-action", cell: (run) => <Actions run={run} /> },
];

/** "Proposed" within a sentence is "proposed"; "SKUs" stays. */
const inSentence = (text: string) => (/^[A-Z]{2}/.test(text) ? text : text.toLowerCase());

/** The counts of a run that are plain numbers, in words, and how right it found the shop's own prices. */
function resultText({ counts }: Run): string {
  const plain = Object.entries(counts).filter(([, value]) => typeof value === "number" && value > 0);
  const right = counts.pricesRight as PricesRight | undefined;
  const parts = plain.map(([name, value]) => `${number(Number(value))} ${inSentence(words(name))}`);
  return [...parts, ...(right ? [pricesVerdict(right).short] : [])].join(", ") || "–";
}

function tookText({ startedAt, finishedAt }: Run): string {
  return startedAt && finishedAt ? duration(Date.parse(finishedAt) - Date.parse(startedAt)) : "–";
}

/** The runs that learn elasticities and make proposals. */
export function RunsPage() {
  return (
    <ListPage
      title="Runs"
      one="run"
      source={SOURCE}
      path="/api/runs"
      asked={{ q: undefined, kind: undefined, status: undefined, sort: "-createdAt" }}
      filters={FILTERS}
      searchFor="Run id or person"
      columns={COLUMNS}
      idOf={({ id }) => id}
      empty={
        <EmptyState title="No run yet">
          Start an elasticity run under “Runs” above, then a proposals run. Every night starts both.
        </EmptyState>
      }
    />
  );
}

function Actions(props: { run: Run }) {
  const me = useMe();
  const [isAsked, setAsked] = createSignal(false);
  const replay = useAction(
    keys.runs,
    (id: string) => answer(api.runs[":id"].replay.$post({ param: { id: inPath(id) }, query: {} })),
    ({ identical, differences }) =>
      identical
        ? "Computed again from its snapshot: every decision is the same"
        : `${plural(differences.length, "decision")} came out differently`,
  );
  return (
    <span class="row-actions">
      <Show when={props.run.kind === "proposals"}>
        <A class="button button-small" href={`${paths.approvals()}?runId=${props.run.id}&status=all`}>
          Proposals<span class="sr-only"> of this run</span>
        </A>
        <ActionButton small disabledReason={missingRight(me.data, "approve")} onClick={() => setAsked(true)}>
          Revert
        </ActionButton>
      </Show>
      <Show when={isAsked()}>
        <RevertDialog run={props.run} onClose={() => setAsked(false)} />
      </Show>
      <Show when={props.run.decisionHash}>
        <ActionButton
          small
          disabledReason={replay.isPending ? "It is being computed again." : null}
          onClick={() => replay.mutate(props.run.id)}
        >
          Replay
        </ActionButton>
      </Show>
    </span>
  );
}

function RevertDialog(props: { run: Run; onClose: () => void }) {
  const [reason, setReason] = createSignal("");
  const revert = useFormAction(
    keys.runs,
    (text: string) =>
      answer(api.runs[":id"].revert.$post({ param: { id: inPath(props.run.id) }, json: { reason: text } })),
    ({ reverted, skipped, failed }) =>
      `${plural(reverted, "price")} taken back, ${skipped} replaced since, ${failed.length} not possible`,
  );
  const blocked = () =>
    reason().trim() === "" ? "Say why: the ledger keeps it." : whileSending(revert.isPending);
  return (
    <FormDialog
      title="Take back what this run put in force?"
      button="Take back"
      tone="danger"
      blocked={blocked()}
      error={revert.error}
      onSend={() => revert.mutate(reason().trim(), { onSuccess: () => props.onClose() })}
      onClose={props.onClose}
    >
      <p>Every price of this run that is still served goes back to the one before. Others stay.</p>
      <TextField label="Reason" value={reason()} onInput={setReason} required />
    </FormDialog>
  );
}
