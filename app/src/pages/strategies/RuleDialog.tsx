import { createSignal, Show } from "solid-js";
import { createStore } from "solid-js/store";
import { FormDialog } from "../../components/FormDialog.tsx";
import { SelectField, TextField } from "../../components/fields.tsx";
import { MatchFields } from "./MatchFields.tsx";
import { isWrongNumber, matchOf, type Typed, typedOf } from "./rule-match.ts";
import { type Rule, ruleBy, type Strategy, strategyOf, wantedBy, wantedInWords, wrongWith } from "./rules.ts";
import { WantedFields } from "./WantedFields.tsx";

const OWN = "own steps";

interface RuleDialogProps {
  rule: Rule;
  strategies: readonly Strategy[];
  onKeep: (rule: Rule) => void;
  onClose: () => void;
}

/** Writes one price rule: which products it is for, and by which strategy. */
export function RuleDialog(props: RuleDialogProps) {
  const [rule, setRule] = createSignal<Rule>({ ...props.rule });
  const [typed, setTyped] = createStore<Typed>(typedOf(props.rule));
  const blocked = () => {
    if (rule().name.trim() === "") return "The rule needs a name.";
    if (isWrongNumber(typed)) return "One of the numbers cannot be read.";
    return wrongWith(rule().steps ?? []);
  };
  const choices = () => [
    ...props.strategies.map(({ id, name }) => ({ value: id, label: name })),
    { value: OWN, label: "Written here, for this rule only" },
  ];
  return (
    <FormDialog
      title={props.rule.name === "" ? "New price rule" : `Rule “${props.rule.name}”`}
      button="Keep"
      blocked={blocked()}
      error={null}
      onSend={() => props.onKeep({ ...rule(), match: matchOf(typed) })}
      onClose={props.onClose}
    >
      <TextField
        label="Name"
        required
        placeholder="Lamps"
        value={rule().name}
        onInput={(name) => setRule({ ...rule(), name })}
      />
      <MatchFields typed={typed} onType={(name, text) => setTyped(name, text)} />
      <SelectField
        label="Strategy"
        value={rule().strategy ?? OWN}
        choices={choices()}
        onChange={(value) => setRule(ruleBy(rule(), value === OWN ? null : value, props.strategies))}
      />
      <Show when={rule().steps === undefined && strategyOf(rule(), props.strategies)}>
        {(strategy) => <p class="muted">Wants {wantedInWords(strategy())}.</p>}
      </Show>
      <Show when={rule().steps !== undefined && wantedBy(rule(), props.strategies)}>
        {(wanted) => (
          <WantedFields
            wanted={wanted()}
            onChange={({ steps, otherwise }) => setRule({ ...rule(), steps, otherwise })}
          />
        )}
      </Show>
    </FormDialog>
  );
}
