import { createSignal, Show, untrack } from "solid-js";
import { ActionButton } from "../../components/ActionButton.tsx";
import { SelectField, TextField } from "../../components/fields.tsx";
import { ANCHORS, listOf, type Step, weightsInWords, weightsOf } from "./rules.ts";

interface StepFieldsProps {
  step: Step;
  title: string;
  onChange: (change: Partial<Step>) => void;
  onRemove: (() => void) | undefined;
}

const OURS: readonly Step["anchor"][] = ["cost", "base", "msrp"];

/** One way to a price: what is measured from, and how far from it. */
export function StepFields(props: StepFieldsProps) {
  const number = (text: string) => Number(text.replace(",", ".")) || 0;
  const hasRivals = () => !OURS.includes(props.step.anchor) && props.step.anchor !== "competitor";
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
      <Show when={hasRivals()}>
        <Rivals step={props.step} onChange={props.onChange} />
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

/** Which competitors count for a step, and how much. Text stays as it was typed while it cannot be read as a list yet. */
function Rivals(props: Pick<StepFieldsProps, "step" | "onChange">) {
  const text = (of: () => string, onText: (typed: string) => void) => {
    const [typed, setTyped] = createSignal(untrack(of));
    return {
      value: typed,
      set: (next: string) => {
        setTyped(next);
        onText(next);
      },
    };
  };
  const only = text(
    () => props.step.only?.join(", ") ?? "",
    (typed) => props.onChange({ only: listOf(typed) }),
  );
  const except = text(
    () => props.step.except?.join(", ") ?? "",
    (typed) => props.onChange({ except: listOf(typed) }),
  );
  const weights = text(
    () => weightsInWords(props.step.weights),
    (typed) => props.onChange({ weights: weightsOf(typed) }),
  );
  return (
    <>
      <TextField label="Only these competitors" placeholder="all" value={only.value()} onInput={only.set} />
      <TextField label="Not these" value={except.value()} onInput={except.set} />
      <Show when={props.step.anchor === "average"}>
        <TextField
          label="Weights"
          help="northmart 2, lumenhof 0.5: others count by their own"
          value={weights.value()}
          onInput={weights.set}
        />
      </Show>
    </>
  );
}
