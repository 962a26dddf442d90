import { For } from "solid-js";
import { ActionButton } from "../../components/ActionButton.tsx";
import { choicesOf, SelectField } from "../../components/fields.tsx";
import type { Wanted } from "./rules.ts";
import { StepFields } from "./StepFields.tsx";

const STEPS_MAX = 5;
const OTHERWISE: readonly Wanted["otherwise"][] = [
  ...(["freeze", "elasticity_optimizer", "cost_plus", "rule_based"] as const),
  ...(["stock_rules", "demand_weighted", "conversion_rules", "competitor_follow"] as const),
];

interface WantedFieldsProps {
  wanted: Wanted;
  onChange: (wanted: Wanted) => void;
}

/** Which price is wanted: up to five ways to it, the first that is known counts. */
export function WantedFields(props: WantedFieldsProps) {
  const steps = () => props.wanted.steps;
  const set = (next: Wanted["steps"]) => props.onChange({ ...props.wanted, steps: next });
  return (
    <>
      <For each={steps().map((_, place) => place)}>
        {(place) => (
          <StepFields
            step={steps()[place]!}
            title={place === 0 ? "Wanted price" : "If that is not known"}
            onChange={(change) =>
              set(steps().map((step, other) => (other === place ? { ...step, ...change } : step)))
            }
            onRemove={
              steps().length > 1 ? () => set(steps().filter((_, other) => other !== place)) : undefined
            }
          />
        )}
      </For>
      <ActionButton
        small
        disabledReason={steps().length >= STEPS_MAX ? "Five are the most." : null}
        onClick={() => set([...steps(), { anchor: "average", share: 0, amount: "0" }])}
      >
        Add a price for when that is not known
      </ActionButton>
      <SelectField
        label="If none of these is known"
        value={props.wanted.otherwise}
        choices={choicesOf(OTHERWISE)}
        onChange={(otherwise) =>
          props.onChange({ ...props.wanted, otherwise: otherwise as Wanted["otherwise"] })
        }
      />
    </>
  );
}
