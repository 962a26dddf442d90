import { For, onMount, Show } from "solid-js";
import { FILE_FIELDS, type FileKind, PROFILES } from "../../../../domain/messages/file-kinds.ts";
import { ActionButton } from "../../components/ActionButton.tsx";
import { Failure } from "../../components/Async.tsx";
import { choicesOf, SelectField, TextField } from "../../components/fields.tsx";
import { missingRight, useMe } from "../../queries/session.ts";
import { createImportForm, type ImportForm, PLAIN } from "./form.ts";
import { ReceiptBlock } from "./ReceiptBlock.tsx";

const KINDS: Record<FileKind, string> = {
  products: "Products: catalogue, prices, costs, limits",
  costs: "Costs by date",
  demand: "Demand by day: units sold",
  offers: "Competitors’ offers",
  competitors: "Competitors: names, weights",
  prices: "Past prices, for the prior price of a reduction",
};
const KIND_CHOICES = Object.entries(KINDS).map(([value, label]) => ({ value, label }));
const PROFILE_CHOICES = [{ value: PLAIN, label: "A plain table" }, ...choicesOf(PROFILES)];
const LEFT_OUT = { value: "", label: "Leave it out" };

/** Takes in a file: first it is only checked, with what each column stands for, then imported. */
export function ImportsPage() {
  onMount(() => {
    document.title = "Imports · Pricewright";
  });
  const form = createImportForm();
  return (
    <main class="page page-narrow">
      <div class="page-head">
        <h1>Imports</h1>
      </div>
      <FileBlock form={form} />
      <Show when={form.unknown().length > 0}>
        <ColumnsBlock form={form} />
      </Show>
      <Show when={form.send.isError}>
        <Failure error={form.send.error} />
      </Show>
      <Show when={form.send.data}>
        {(receipt) => <ReceiptBlock receipt={receipt()} isDryRun={form.send.variables?.dryRun ?? true} />}
      </Show>
      <Buttons form={form} />
    </main>
  );
}

function FileBlock(props: { form: ImportForm }) {
  const fields = () => props.form.fields;
  return (
    <section class="block" aria-labelledby="file-heading">
      <h2 id="file-heading">The file</h2>
      <div class="form-grid">
        <SelectField
          label="What it holds"
          value={fields().kind}
          choices={KIND_CHOICES}
          onChange={(kind) => props.form.set({ kind: kind as FileKind })}
        />
        <label class="field">
          <span class="field-label">File</span>
          <input
            class="input"
            type="file"
            accept=".csv,.tsv,.txt,.xml,.jsonl,.ndjson"
            onChange={(event) => props.form.set({ file: event.currentTarget.files?.[0] })}
          />
          <span class="field-help">CSV, tab-separated, JSON lines or a product feed in XML.</span>
        </label>
        <Show when={fields().kind === "products"}>
          <SelectField
            label="Written by"
            value={fields().profile}
            choices={PROFILE_CHOICES}
            onChange={(profile) => props.form.set({ profile })}
          />
        </Show>
        <TextField
          label="Whose file it is (optional)"
          value={fields().source}
          onInput={(source) => props.form.set({ source })}
          placeholder="erp"
          help="What its columns stand for is then remembered."
        />
      </div>
      <label class="check">
        <input
          type="checkbox"
          checked={fields().clears}
          onChange={(event) => props.form.set({ clears: event.currentTarget.checked })}
        />{" "}
        An empty cell clears the stored value
      </label>
      <details class="more">
        <summary>Fields that it may have</summary>
        <p class="muted">{FILE_FIELDS[fields().kind].join(", ")}</p>
      </details>
    </section>
  );
}

function ColumnsBlock(props: { form: ImportForm }) {
  const choices = () => [
    LEFT_OUT,
    ...FILE_FIELDS[props.form.fields.kind].map((value) => ({ value, label: value })),
  ];
  return (
    <section class="block" aria-labelledby="columns-heading">
      <h2 id="columns-heading">Columns whose names are not known</h2>
      <p class="muted">Say what each stands for, or leave it out. Then check the file again.</p>
      <div class="form-grid">
        <For each={props.form.unknown()}>
          {(column) => (
            <SelectField
              label={column}
              value={props.form.columns()[column] ?? ""}
              choices={choices()}
              onChange={(field) => props.form.map(column, field)}
            />
          )}
        </For>
      </div>
    </section>
  );
}

function Buttons(props: { form: ImportForm }) {
  const me = useMe();
  const blocked = () =>
    missingRight(me.data, props.form.fields.kind === "prices" ? "approve" : "write") ?? props.form.blocked();
  const unchecked = () =>
    props.form.isChecked() ? null : "Check it first: that shows what the file would change.";
  return (
    <div class="settings-bar">
      <Show when={props.form.send.isPending}>
        <progress class="bulk-progress" aria-label="The file is being read" />
      </Show>
      <ActionButton disabledReason={blocked()} onClick={props.form.check}>
        Check the file
      </ActionButton>
      <ActionButton tone="primary" disabledReason={blocked() ?? unchecked()} onClick={props.form.run}>
        Import
      </ActionButton>
    </div>
  );
}
