import { useQuery } from "@tanstack/solid-query";
import type { InferRequestType } from "hono/client";
import { For, Show } from "solid-js";
import { createStore, type SetStoreFunction } from "solid-js/store";
import type { Direction } from "../../../../domain/messages/alerts.ts";
import { answer, api, inPath } from "../../api/client.ts";
import { FormDialog } from "../../components/FormDialog.tsx";
import { SelectField, TextField } from "../../components/fields.tsx";
import { errorOf, whileSending } from "../../components/form.ts";
import { useFormAction } from "../../queries/actions.ts";
import { type Named, RULES_KEY, type Rule, SUBJECTS } from "./rule-list.ts";

const rules = api["alert-rules"];
type Request = InferRequestType<typeof rules.$post>["json"];

const WAYS = [
  { value: "both", label: "Either way" },
  { value: "rise", label: "Only a rise" },
  { value: "fall", label: "Only a fall" },
];
const WHEN = [
  { value: "", label: "At once" },
  { value: "hourly", label: "As one message an hour" },
  { value: "daily", label: "As one message a day, at 08:00" },
];

const URGENCIES = [
  { value: "", label: "Any" },
  { value: "1", label: "P1" },
  { value: "2", label: "P2" },
  { value: "3", label: "P3" },
];

const text = (value: string | number | null | undefined) => (value == null ? "" : String(value));
const orNull = (value: string) => (value.trim() === "" ? null : value.trim());
const numberOrNull = (value: string) => (value.trim() === "" ? null : Number(value));
const COOL_DOWN_MINUTES = 60;

/** The form of a rule, as it is typed. */
function formOf(rule: Rule | null) {
  return {
    name: rule?.name ?? "",
    types: rule?.types ?? (["UNDERCUT"] as Named[]),
    channels: rule?.channels ?? [],
    category: text(rule?.category),
    brand: text(rule?.brand),
    competitor: text(rule?.competitor),
    query: text(rule?.query),
    minPriority: text(rule?.minPriority),
    direction: rule?.direction ?? "both",
    minPct: text(rule?.minPct),
    minAmount: text(rule?.minAmount),
    level: text(rule?.level),
    rearmPct: text(rule?.rearmPct),
    coolDown: text(rule?.coolDownMinutes ?? COOL_DOWN_MINUTES),
    from: text(rule?.quietHours?.from),
    to: text(rule?.quietHours?.to),
    digest: rule?.digest ?? ("" as const),
  };
}
type Form = ReturnType<typeof formOf>;

function requestOf(form: Form): Request {
  const { name, types, channels, direction, from, to, digest } = form;
  return {
    ...{ name: name.trim(), types: [...types], channels: [...channels], direction },
    ...{ category: orNull(form.category), brand: orNull(form.brand) },
    ...{ competitor: orNull(form.competitor), query: orNull(form.query) },
    ...{ minPriority: numberOrNull(form.minPriority), level: numberOrNull(form.level) },
    ...{ minPct: numberOrNull(form.minPct), minAmount: numberOrNull(form.minAmount) },
    rearmPct: numberOrNull(form.rearmPct),
    coolDownMinutes: Number(form.coolDown || 0),
    quietHours: from === "" || to === "" ? null : { from, to },
    digest: digest === "" ? null : digest,
  };
}

/** Makes a rule, or changes one. */
export function RuleDialog(props: { rule: Rule | null; onClose: () => void }) {
  const was = props.rule;
  const [form, set] = createStore(formOf(was));
  const save = useFormAction(
    RULES_KEY,
    (json: Request) =>
      was === null
        ? answer(rules.$post({ json }))
        : answer(rules[":id"].$patch({ param: { id: inPath(was.id) }, json })),
    () => (was === null ? "Rule made" : "Rule changed"),
  );
  const blocked = () => {
    if (form.name.trim() === "") return "Give it a name.";
    if (form.types.length === 0) return "Choose what it is about.";
    if (form.channels.length === 0) return "Choose a channel.";
    return whileSending(save.isPending);
  };
  return (
    <FormDialog
      title={was === null ? "New rule" : `Rule ${was.name}`}
      button={was === null ? "Make it" : "Save"}
      blocked={blocked()}
      error={save.error}
      onSend={() => save.mutate(requestOf(form), { onSuccess: () => props.onClose() })}
      onClose={props.onClose}
    >
      <TextField
        label="Name"
        value={form.name}
        onInput={(value) => set("name", value)}
        required
        placeholder="Undercut in lamps"
      />
      <Choices
        label="It is about"
        of={SUBJECTS}
        chosen={form.types}
        onChange={(next) => set("types", next as Named[])}
      />
      <ChannelChoices chosen={form.channels} onChange={(next) => set("channels", next)} />
      <SubjectFields form={form} set={set} />
      <PriceFields form={form} set={set} />
      <TimeFields form={form} set={set} error={save.error} />
    </FormDialog>
  );
}

interface PartProps {
  form: Form;
  set: SetStoreFunction<Form>;
}

/** Which products and offers a rule is about. */
function SubjectFields(props: PartProps) {
  const field = (name: "category" | "brand" | "competitor" | "query", label: string) => (
    <TextField
      label={label}
      value={props.form[name]}
      onInput={(value) => props.set(name, value)}
      placeholder="any"
    />
  );
  return (
    <>
      <div class="field-row">
        {field("category", "Category")}
        {field("brand", "Brand")}
      </div>
      <div class="field-row">
        {field("competitor", "Competitor")}
        {field("query", "SKU or title")}
      </div>
      <SelectField
        label="Signals at least as urgent as"
        value={props.form.minPriority}
        choices={URGENCIES}
        onChange={(value) => props.set("minPriority", value)}
      />
    </>
  );
}

/** How a price has to have moved. */
function PriceFields(props: PartProps) {
  const amount = (name: "minPct" | "minAmount" | "level", label: string, help?: string) => (
    <TextField
      label={label}
      type="number"
      value={props.form[name]}
      onInput={(value) => props.set(name, value)}
      placeholder="any"
      {...(help === undefined ? {} : { help })}
    />
  );
  return (
    <>
      <div class="field-row">
        <SelectField
          label="The price went"
          value={props.form.direction}
          choices={WAYS}
          onChange={(value) => props.set("direction", value as Direction)}
        />
        {amount("minPct", "By at least, %")}
      </div>
      <div class="field-row">
        {amount("minAmount", "Or by at least, amount", "in the price’s currency")}
        {amount("level", "And reached the price", "a fall to it or below, a rise to it or above")}
      </div>
    </>
  );
}

function TimeFields(props: PartProps & { error: unknown }) {
  return (
    <>
      <div class="field-row">
        <TextField
          label="Minutes between two alerts"
          type="number"
          value={props.form.coolDown}
          onInput={(value) => props.set("coolDown", value)}
          help="about the same thing"
        />
        <TextField
          label="Alert again after a move of, %"
          type="number"
          value={props.form.rearmPct}
          onInput={(value) => props.set("rearmPct", value)}
          placeholder="any"
          help="from the price last told of"
        />
      </div>
      <SelectField
        label="Sent"
        value={props.form.digest}
        choices={WHEN}
        onChange={(value) => props.set("digest", value as Form["digest"])}
      />
      <div class="field-row">
        <TextField
          label="Quiet from"
          value={props.form.from}
          onInput={(value) => props.set("from", value)}
          placeholder="22:00"
          error={errorOf(props.error, "quietHours.from")}
        />
        <TextField
          label="Quiet to"
          value={props.form.to}
          onInput={(value) => props.set("to", value)}
          placeholder="07:00"
          error={errorOf(props.error, "quietHours.to")}
        />
      </div>
    </>
  );
}

interface ChoicesProps {
  label: string;
  of: readonly { value: string; label: string }[];
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
}

function Choices(props: ChoicesProps) {
  const toggle = (value: string) =>
    props.onChange(
      props.chosen.includes(value) ? props.chosen.filter((each) => each !== value) : [...props.chosen, value],
    );
  return (
    <fieldset class="field choices choices-scroll">
      <legend class="field-label">{props.label}</legend>
      <For each={props.of}>
        {({ value, label }) => (
          <label class="choice">
            <input type="checkbox" checked={props.chosen.includes(value)} onChange={() => toggle(value)} />
            <span>{label}</span>
          </label>
        )}
      </For>
    </fieldset>
  );
}

const CHANNELS_MAX = 100;

function ChannelChoices(props: { chosen: readonly string[]; onChange: (chosen: string[]) => void }) {
  const known = useQuery(() => ({
    queryKey: ["alert-channels", "choices"],
    queryFn: async ({ signal }) =>
      (await answer(api["alert-channels"].$get({ query: { limit: CHANNELS_MAX } }, { init: { signal } })))
        .items,
  }));
  const choices = () => (known.data ?? []).map(({ id, name }) => ({ value: id, label: name }));
  return (
    <Show
      when={choices().length > 0}
      fallback={<p class="muted">There is no channel yet: make one under Channels first.</p>}
    >
      <Choices label="Sent to" of={choices()} chosen={props.chosen} onChange={props.onChange} />
    </Show>
  );
}
