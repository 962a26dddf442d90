import { For } from "solid-js";
import { createStore } from "solid-js/store";
import { ActionButton } from "../../components/ActionButton.tsx";
import { FormDialog } from "../../components/FormDialog.tsx";
import { SelectField, TextField } from "../../components/fields.tsx";
import { words } from "../../format/words.ts";
import { MatchFields } from "./MatchFields.tsx";
import { isWrongNumber, matchOf, type Typed, typedOf } from "./rule-match.ts";
import type { Rule, Step } from "./rules.ts";
import { StepFields } from "./StepFields.tsx";

const STEPS_MAX = 5;
const OTHERWISE: readonly Rule["otherwise"][] = [
  ...(["freeze", "elasticity_optimizer", "cost_plus", "rule_based"] as const),
  ...(["stock_rules", "demand_weighted", "conversion_rules", "competitor_follow"] as const),
];

/** A copy that nothing watches; what is undefined is left out. */
function copyOf(rule: Rule): Rule {
  return JSON.parse(JSON.stringify(rule)) as Rule;
}

/** Writes one price rule: which products it is for, and which price it wants. */
export function RuleDialog(props: { rule: Rule; onKeep: (rule: Rule) => void; onClose: () => void }) {
  const [rule, setRule] = createStore<Rule>(copyOf(props.rule));
  const [typed, setTyped] = createStore<Typed>(typedOf(props.rule));
  const blocked = () => {
    if (rule.name.trim() === "") return "The rule needs a name.";
    if (rule.steps.some(({ anchor, competitor }) => anchor === "competitor" && !competitor?.trim()))
      return "Say which competitor.";
    return isWrongNumber(typed) ? "A number is not one." : null;
  };
  const keep = () =>
    props.onKeep({
      ...copyOf(rule),
      match: matchOf(typed),
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
