import type { InferRequestType } from "hono/client";
import { createSignal, For, Show } from "solid-js";
import type { Model } from "../../../../domain/contract/models.ts";
import { MODEL_KINDS, MODEL_STATUSES } from "../../../../domain/messages/names.ts";
import { answer, api, inPath } from "../../api/client.ts";
import { ActionButton } from "../../components/ActionButton.tsx";
import { Chip } from "../../components/chips.tsx";
import { FormDialog } from "../../components/FormDialog.tsx";
import { Ago } from "../../components/facts.tsx";
import { TextField } from "../../components/fields.tsx";
import { EmptyState } from "../../components/states.tsx";
import { percent } from "../../format/number.ts";
import { dayText } from "../../format/time.ts";
import { actor, plural, words } from "../../format/words.ts";
import type { Column } from "../../list/DataTable.tsx";
import { ListPage } from "../../list/ListPage.tsx";
import type { PageAsked } from "../../list/list.ts";
import type { Filter } from "../../list/parts.tsx";
import { useAction, useFormAction } from "../../queries/actions.ts";
import { keys } from "../../queries/keys.ts";
import { missingRight, useMe } from "../../queries/session.ts";

type Asked = InferRequestType<typeof api.models.$get>["query"];
type Step = { model: Model; kind: "approve" | "reject" | "rollback" };

const SOURCE = {
  key: keys.models,
  facets: "kind,status",
  fetch: (query: PageAsked, signal: AbortSignal) =>
    answer(api.models.$get({ query: query as Asked }, { init: { signal } })),
};

const FILTERS: readonly Filter[] = [
  { name: "kind", label: "Kind", any: "Any kind", values: MODEL_KINDS, facet: "kind" },
  { name: "status", label: "Status", any: "Any status", values: MODEL_STATUSES, facet: "status" },
];

const TONE = {
  candidate: "info",
  active: "good",
  retired: "quiet",
  rolled_back: "warn",
  rejected: "quiet",
  superseded: "quiet",
} as const;

const [step, setStep] = createSignal<Step | null>(null);
const shown = (share: number | null) => (share === null ? "–" : percent(share * 100));

const day = (text?: string) => (text ? dayText(text) : "?");
const span = (from?: string, to?: string) => (from || to ? `${day(from)} to ${day(to)}` : "");

function Fit(props: { own: number | null; inForce: number | null }) {
  return (
    <span class="stack">
      <strong>{shown(props.own)}</strong>
      <span class="sub">{shown(props.inForce)}</span>
    </span>
  );
}

/** The figure, and what it was measured on: `f1OfChanges` is "F1 of changes", `f1AbtBuy` "F1 on Abt-Buy". */
function metricWords(name: string): string {
  const [, figure, on] = /^(f1|precision|recall)(?=[A-Z])(.+)$/.exec(name) ?? [];
  if (!figure || !on) return words(name);
  const measured = on.startsWith("Of")
    ? words(on).toLowerCase()
    : `on ${on.replaceAll(/([a-z])([A-Z])/g, "$1-$2")}`;
  return `${words(figure)} ${measured}`;
}

const COLUMNS: readonly Column<Model>[] = [
  {
    label: "Version",
    sort: "version",
    class: "cell-title",
    cell: ({ kind, version, trigger, reason }) => (
      <span class="stack stack-start">
        <strong>
          {words(kind)} {version}
        </strong>
        <span class="sub">{reason ?? words(trigger)}</span>
      </span>
    ),
  },
  {
    label: "Status",
    cell: ({ status, failures }) => (
      <span class="stack stack-start">
        <Chip tone={TONE[status]}>{status === "active" ? "In force" : words(status)}</Chip>
        <For each={failures}>{(failure) => <span class="sub">{failure}</span>}</For>
      </span>
    ),
  },
  {
    label: "What speaks for it",
    note: "error, and of the one in force",
    class: "num",
    cell: ({ runId, fit, activeFit, metrics }) => (
      <Show when={runId === undefined} fallback={<Fit own={fit.wape} inForce={activeFit.wape} />}>
        <span class="stack">
          <For each={Object.entries(metrics)}>
            {([name, value]) => <span class="sub">{`${metricWords(name)} ${percent(value * 100)}`}</span>}
          </For>
        </span>
      </Show>
    ),
  },
  {
    label: "Learned from",
    class: "why cell-wide",
    cell: ({ products, trainedOn, trainedFrom, trainedTo, dataHash }) => (
      <span class="stack stack-start" title={`Data ${dataHash}`}>
        <span>
          {[trainedOn ?? plural(products, "product"), span(trainedFrom, trainedTo)]
            .filter(Boolean)
            .join(", ")}
        </span>
      </span>
    ),
  },
  {
    label: "Decided by",
    class: "why",
    cell: ({ decidedBy }) => (decidedBy ? actor(decidedBy) : "nobody yet"),
  },
  {
    label: "Learned",
    sort: "createdAt",
    class: "num muted cell-wide",
    cell: ({ createdAt, refreshedAt }) => <Ago at={refreshedAt ?? createdAt} />,
  },
  { label: "", class: "cell-action", cell: (model) => <Buttons model={model} /> },
];

/** Versions of every model, and who put them in force. */
export function ModelsPage() {
  const me = useMe();
  const retrain = useAction(
    keys.models,
    () => answer(api.models.retrain.$post({ json: { reason: "asked for by hand" } })),
    () => "A new version is being learned",
  );
  return (
    <ListPage
      title="Models"
      one="version"
      source={SOURCE}
      path="/api/models"
      asked={{ q: undefined, kind: undefined, status: undefined, sort: "-createdAt" }}
      filters={FILTERS}
      searchFor="Run or data hash"
      columns={COLUMNS}
      idOf={({ id }) => id}
      isQuiet={({ status }) => status === "rejected" || status === "superseded"}
      actions={
        <ActionButton
          small
          tone="primary"
          disabledReason={missingRight(me.data, "write") ?? (retrain.isPending ? "It has begun." : null)}
          onClick={() => retrain.mutate(undefined)}
        >
          Learn a new version
        </ActionButton>
      }
      empty={
        <EmptyState title="Nothing has been learned yet">
          The first elasticity run over the whole catalogue makes the first version.
        </EmptyState>
      }
    >
      <Show when={step()}>{(asked) => <DecideDialog step={asked()} onClose={() => setStep(null)} />}</Show>
    </ListPage>
  );
}

function Buttons(props: { model: Model }) {
  const me = useMe();
  const button = (kind: Step["kind"], label: string) => (
    <ActionButton
      small
      disabledReason={missingRight(me.data, "approve")}
      onClick={() => setStep({ model: props.model, kind })}
    >
      {label}
    </ActionButton>
  );
  return (
    <>
      <Show when={props.model.status === "candidate"}>
        {button("approve", "Approve")}
        {button("reject", "Reject")}
      </Show>
      <Show
        when={
          props.model.kind === "elasticity" &&
          (props.model.status === "retired" || props.model.status === "rolled_back")
        }
      >
        {button("rollback", "Go back to it")}
      </Show>
      <Show
        when={
          props.model.kind === "elasticity" &&
          props.model.status === "active" &&
          props.model.states.length > 0
        }
      >
        {button("rollback", "Undo newer data")}
      </Show>
    </>
  );
}

const TITLES = { approve: "Put in force", reject: "Reject", rollback: "Go back to" } as const;

function DecideDialog(props: { step: Step; onClose: () => void }) {
  const [note, setNote] = createSignal("");
  const decide = useFormAction(
    keys.models,
    ({ model, kind }: Step) => {
      const param = { id: inPath(model.id) };
      if (kind === "rollback")
        return answer(api.models[":id"].rollback.$post({ param, json: { note: note().trim() } }));
      const json = note().trim() === "" ? {} : { note: note().trim() };
      return answer(api.models[":id"][kind].$post({ param, json }));
    },
    ({ version, status }) =>
      `Version ${version} is ${status === "active" ? "in force" : words(status).toLowerCase()}`,
  );
  const blocked = () => {
    if (props.step.kind === "rollback" && note().trim() === "")
      return "Say why: it is kept with the version.";
    return decide.isPending ? "It is being decided." : null;
  };
  return (
    <FormDialog
      title={`${TITLES[props.step.kind]} version ${props.step.model.version}`}
      button={TITLES[props.step.kind]}
      blocked={blocked()}
      error={decide.error}
      onSend={() => decide.mutate(props.step, { onSuccess: () => props.onClose() })}
      onClose={props.onClose}
    >
      <p class="muted">
        {props.step.kind === "rollback"
          ? "Decisions are again what they were under it. From then on a person approves every new version."
          : "Decisions go by it from the next run on."}
      </p>
      <TextField label="Why" value={note()} onInput={setNote} />
    </FormDialog>
  );
}
