import { For, Show } from "solid-js";
import { createStore } from "solid-js/store";
import { ActionButton } from "../../components/ActionButton.tsx";
import { FormDialog } from "../../components/FormDialog.tsx";
import { SelectField, TextField } from "../../components/fields.tsx";
import { words } from "../../format/words.ts";
import { ANCHORS, listOf, type Rule, type Step, stripped } from "./rules.ts";

const STEPS_MAX = 5;
const OTHERWISE: readonly Rule["otherwise"][] = [
  ...(["freeze", "elasticity_optimizer", "cost_plus", "rule_based"] as const),
  ...(["stock_rules", "demand_weighted", "conversion_rules", "competitor_follow"] as const),
];

/** One line of the form for a condition that is a list of names. */
const LISTS = [
  { name: "categories", label: "Categories" },
  { name: "brands", label: "Brands" },
  { name: "tags", label: "Tags" },
  { name: "skus", label: "SKUs" },
] as const;
const NUMBERS = [
  { name: "stockFrom", label: "Stock from" },
  { name: "stockTo", label: "Stock up to" },
  { name: "competitorsFrom", label: "Competitors, at least" },
] as const;
const PRICES = [
  { name: "priceFrom", label: "Price from" },
  { name: "priceTo", label: "Price up to" },
] as const;

/** A copy that nothing watches; what is undefined is left out. */
function copyOf(rule: Rule): Rule {
  return JSON.parse(JSON.stringify(rule)) as Rule;
}

type Typed = Record<string, string>;

function typedOf({ match }: Rule): Typed {
  const entries = Object.entries(match).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(", ") : String(value ?? ""),
  ]);
  return Object.fromEntries(entries);
}

function matchOf(rule: Rule, typed: Typed): Rule["match"] {
  const number = (text: string | undefined) =>
    text === undefined || text.trim() === "" ? undefined : Number(text);
  const given: Record<string, unknown> = { ...rule.match };
  for (const { name } of LISTS) given[name] = listOf(typed[name] ?? "");
  for (const { name } of NUMBERS) given[name] = number(typed[name]);
  for (const { name } of PRICES) given[name] = (typed[name] ?? "").trim() || undefined;
  return stripped(given) as Rule["match"];
}

/** Writes one price rule: which products it is for, and which price it wants. */
export function RuleDialog(props: { rule: Rule; onKeep: (rule: Rule) => void; onClose: () => void }) {
  const [rule, setRule] = createStore<Rule>(copyOf(props.rule));
  const [typed, setTyped] = createStore<Typed>(typedOf(props.rule));
  const blocked = () => {
    if (rule.name.trim() === "") return "The rule needs a name.";
    if (rule.steps.some(({ anchor, competitor }) => anchor === "competitor" && !competitor?.trim()))
      return "Say which competitor.";
    return NUMBERS.some(({ name }) => Number.isNaN(Number(typed[name] ?? 0))) ? "A number is not one." : null;
  };
  const keep = () =>
    props.onKeep({
      ...copyOf(rule),
      match: matchOf(props.rule, typed),
    });
  return (
    <FormDialog
      title={props.rule.name === "" ? "New price rule" : `Rule “${props.rule.name}”`}
      button="Keep"
      blocked={blocked()}
      error={null}
      onSend={keep}
      onClose={props.onClose}
    >
      <TextField label="Name" required value={rule.name} onInput={(name) => setRule("name", name)} />
      <MatchFields typed={typed} onType={(name, text) => setTyped(name, text)} />
      <For each={rule.steps}>
        {(step, index) => (
          <StepFields
            step={step}
            title={index() === 0 ? "Wanted price" : "Else"}
            onChange={(change) => setRule("steps", index(), change)}
            onRemove={
              rule.steps.length > 1
                ? () => setRule("steps", (steps) => steps.filter((_, i) => i !== index()))
                : undefined
            }
          />
        )}
      </For>
      <ActionButton
        small
        disabledReason={rule.steps.length >= STEPS_MAX ? "Five are the most." : null}
        onClick={() =>
          setRule("steps", rule.steps.length, { anchor: "average", share: 0, amount: "0" } satisfies Step)
        }
      >
        Add “else”
      </ActionButton>
      <SelectField
        label="Where none of these is known"
        value={rule.otherwise}
        choices={OTHERWISE.map((value) => ({ value, label: words(value) }))}
        onChange={(value) => setRule("otherwise", value as Rule["otherwise"])}
      />
    </FormDialog>
  );
}

function MatchFields(props: { typed: Typed; onType: (name: string, text: string) => void }) {
  const field = (name: string, label: string, placeholder: string) => (
    <TextField
      label={label}
      placeholder={placeholder}
      value={props.typed[name] ?? ""}
      onInput={(text) => props.onType(name, text)}
    />
  );
  return (
    <fieldset class="rule-part">
      <legend>Which products</legend>
      <For each={LISTS}>{({ name, label }) => field(name, label, "all")}</For>
      <For each={[...PRICES, ...NUMBERS]}>{({ name, label }) => field(name, label, "")}</For>
    </fieldset>
  );
}

interface StepFieldsProps {
  step: Step;
  title: string;
  onChange: (change: Partial<Step>) => void;
  onRemove: (() => void) | undefined;
}

function StepFields(props: StepFieldsProps) {
  const number = (text: string) => Number(text.replace(",", ".")) || 0;
  return (
    <fieldset class="rule-part">
      <legend>{props.title}</legend>
      <SelectField
        label="Measured from"
        value={props.step.anchor}
        choices={ANCHORS}
        onChange={(anchor) =>
          props.onChange({ anchor: anchor as Step["anchor"], ...(anchor === "nth" && { n: 2 }) })
        }
      />
      <Show when={props.step.anchor === "nth"}>
        <TextField
          label="n"
          type="number"
          value={String(props.step.n ?? 2)}
          onInput={(text) => props.onChange({ n: Math.max(1, Math.round(number(text))) })}
        />
      </Show>
      <Show when={props.step.anchor === "competitor"}>
        <TextField
          label="Competitor"
          value={props.step.competitor ?? ""}
          onInput={(competitor) => props.onChange({ competitor })}
        />
      </Show>
      <TextField
        label="Difference, %"
        help="−2 is 2 % below"
        value={String(Math.round(props.step.share * 10_000) / 100)}
        onInput={(text) => props.onChange({ share: number(text) / 100 })}
      />
      <TextField
        label="Difference, amount"
        help="−0.50 is 0.50 below"
        value={props.step.amount}
        onInput={(text) => props.onChange({ amount: text.replace(",", ".") })}
      />
      <Show when={props.onRemove}>
        {(remove) => (
          <ActionButton small disabledReason={null} onClick={() => remove()()}>
            Remove
          </ActionButton>
        )}
      </Show>
    </fieldset>
  );
}
