import type { InferRequestType, InferResponseType } from "hono/client";
import { createSignal, Show } from "solid-js";
import { SOURCE_FORMATS } from "../../../../domain/messages/names.ts";
import { answer, api, inPath } from "../../api/client.ts";
import { ActionButton } from "../../components/ActionButton.tsx";
import { Chip } from "../../components/chips.tsx";
import { FormDialog } from "../../components/FormDialog.tsx";
import { Ago } from "../../components/facts.tsx";
import { choicesOf, SelectField, TextField } from "../../components/fields.tsx";
import { NewButton } from "../../components/NewButton.tsx";
import { Secret } from "../../components/Secret.tsx";
import { EmptyState } from "../../components/states.tsx";
import { share } from "../../format/number.ts";
import { words } from "../../format/words.ts";
import type { Column } from "../../list/DataTable.tsx";
import { ListPage } from "../../list/ListPage.tsx";
import type { PageAsked } from "../../list/list.ts";
import { useAction, useFormAction } from "../../queries/actions.ts";
import { missingRight, useMe } from "../../queries/session.ts";

type Asked = InferRequestType<typeof api.sources.$get>["query"];
type Source = InferResponseType<typeof api.sources.$get, 200>["items"][number];
type Format = (typeof SOURCE_FORMATS)[number];

const KEY = ["sources"] as const;

const SOURCE = {
  key: KEY,
  fetch: (query: PageAsked, signal: AbortSignal) =>
    answer(api.sources.$get({ query: query as Asked }, { init: { signal } })),
};

const TONE = { new: "quiet", ok: "good", trouble: "bad" } as const;

const COLUMNS: readonly Column<Source>[] = [
  {
    label: "Source",
    class: "cell-title",
    cell: ({ id, name }) => (
      <span class="stack stack-start">
        <strong>{name}</strong>
        <Show when={id !== name}>
          <span class="sub">{id}</span>
        </Show>
      </span>
    ),
  },
  { label: "Format", cell: ({ format }) => words(format) },
  {
    label: "Health",
    cell: ({ health }) => (
      <span class="stack stack-start">
        <Chip tone={TONE[health.status]}>{words(health.status)}</Chip>
        <span class="sub">{health.troubles.map(words).join(", ")}</span>
      </span>
    ),
  },
  { label: "Rejected", class: "num", isNamed: true, cell: ({ health }) => share(health.errorRate) },
  { label: "Held", class: "num", isNamed: true, cell: ({ health }) => share(health.quarantinedShare) },
  { label: "Last batch", class: "num muted", cell: ({ lastBatchAt }) => <Last at={lastBatchAt} /> },
  { label: "", class: "cell-action", cell: (source) => <NewSecret source={source} /> },
];

/** Who posts prices, events and stock. */
export function SourcesPage() {
  const [isOpen, setOpen] = createSignal(false);
  return (
    <ListPage
      title="Sources"
      one="source"
      source={SOURCE}
      path="/api/sources"
      asked={{ q: undefined }}
      filters={[]}
      searchFor="Name"
      columns={COLUMNS}
      idOf={({ id }) => id}
      actions={
        <NewButton right="write" onClick={() => setOpen(true)}>
          New source
        </NewButton>
      }
      empty={
        <EmptyState title="No source has posted anything">
          Make a source for each scraper or feed: it gets a secret to sign its posts with.
        </EmptyState>
      }
    >
      <Show when={isOpen()}>
        <AddSource onClose={() => setOpen(false)} />
      </Show>
    </ListPage>
  );
}

function Last(props: { at: string | undefined }) {
  return (
    <Show when={props.at} fallback="never">
      {(at) => <Ago at={at()} />}
    </Show>
  );
}

function AddSource(props: { onClose: () => void }) {
  const [id, setId] = createSignal("");
  const [format, setFormat] = createSignal<Format>("pricewright");
  const create = useFormAction(
    KEY,
    (json: { id: string; format: Format }) => answer(api.sources.$post({ json })),
    () => "Source made",
  );
  return (
    <Show
      when={create.data}
      fallback={
        <FormDialog
          title="New source"
          button="Make it"
          blocked={id().trim() === "" ? "Give it an id, such as the scraper's name." : null}
          error={create.error}
          onSend={() => create.mutate({ id: id().trim(), format: format() })}
          onClose={props.onClose}
        >
          <TextField label="Id" value={id()} onInput={setId} required />
          <SelectField
            label="Format of what it posts"
            value={format()}
            choices={choicesOf(SOURCE_FORMATS)}
            onChange={(value) => setFormat(value as Format)}
          />
        </FormDialog>
      }
    >
      {(made) => (
        <Secret
          title={`The secret of ${made().id}`}
          secret={made().secret}
          help={`It signs what is posted to /api/hooks/${made().id}.`}
          onClose={props.onClose}
        />
      )}
    </Show>
  );
}

function NewSecret(props: { source: Source }) {
  const me = useMe();
  const rotate = useAction(
    KEY,
    (id: string) => answer(api.sources[":id"].secret.$post({ param: { id: inPath(id) }, json: {} })),
    () => "New secret made: the old one holds for another 24 hours",
  );
  const [isShown, setShown] = createSignal(false);
  return (
    <>
      <ActionButton
        small
        disabledReason={missingRight(me.data, "write")}
        onClick={() => rotate.mutate(props.source.id, { onSuccess: () => setShown(true) })}
      >
        New secret
      </ActionButton>
      <Show when={isShown() && rotate.data}>
        {(made) => (
          <Secret
            title={`The new secret of ${made().id}`}
            secret={made().secret}
            help="Give it to the scraper within 24 hours."
            onClose={() => setShown(false)}
          />
        )}
      </Show>
    </>
  );
}
