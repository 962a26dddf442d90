import { Show } from "solid-js";
import type { GuardrailStep } from "../../../../domain/contract/decisions.ts";
import { More } from "../../components/More.tsx";
import { PlainTable } from "../../components/PlainTable.tsx";
import { money } from "../../format/number.ts";
import { reasonWords } from "../../format/reasons.ts";
import { plural } from "../../format/words.ts";
import type { Explained } from "./explained.ts";

/** The guardrails in their order: what each of them changed, and why. */
export function Guardrails(props: { of: Explained }) {
  const steps = () => props.of.explanation.guardrails;
  const isBinding = (name: string) => props.of.explanation.binding.includes(name);
  const mattered = () => steps().filter((s) => s.before !== s.after || isBinding(s.name));
  const others = () => steps().filter((s) => !mattered().includes(s));
  return (
    <section class="block" aria-labelledby="guardrails-heading">
      <h2 id="guardrails-heading">Guardrails</h2>
      <p class="muted">
        <Show
          when={props.of.explanation.binding.length > 0}
          fallback="No single guardrail decides this price: without any one of them it would be the same."
        >
          Binding, which means that the price would be different without it:{" "}
          <strong>{props.of.explanation.binding.map(reasonWords).join(", ")}</strong>
        </Show>
      </p>
      <Show when={mattered().length > 0}>
        <StepTable steps={mattered()} currency={props.of.currency} isBinding={isBinding} />
      </Show>
      <Show when={others().length > 0}>
        <More summary={`${plural(others().length, "guardrail")} changed nothing`}>
          <StepTable steps={others()} currency={props.of.currency} isBinding={isBinding} />
        </More>
      </Show>
    </section>
  );
}

interface StepTableProps {
  steps: readonly GuardrailStep[];
  currency: string;
  isBinding: (name: string) => boolean;
}

function StepTable(props: StepTableProps) {
  return (
    <PlainTable
      caption="Guardrails in their order"
      isCards
      rows={props.steps}
      rowClass={(step) => (step.before === step.after ? "" : "row-strong")}
      columns={[
        {
          ...{ label: "Guardrail", class: "cell-title" },
          cell: (step) => (
            <>
              {reasonWords(step.name)}
              <Show when={props.isBinding(step.name)}>
                {" "}
                <span class="chip chip-warn">binding</span>
              </Show>
            </>
          ),
        },
        { label: "Before", isNumber: true, cell: ({ before }) => money(before, props.currency) },
        { label: "After", isNumber: true, cell: ({ after }) => money(after, props.currency) },
        { label: "Why", class: "why", cell: ({ why }) => why },
      ]}
    />
  );
}
