import type { InputFact } from "../../../../domain/contract/decisions.ts";
import { Ago } from "../../components/facts.tsx";
import { PlainTable } from "../../components/PlainTable.tsx";
import { number, withMoney } from "../../format/number.ts";
import { words } from "../../format/words.ts";

const SIGNIFICANT_DECIMALS = 4;

function valueText(value: InputFact["value"]): string {
  if (value === null) return "unknown";
  if (typeof value === "number") return number(value, SIGNIFICANT_DECIMALS);
  return withMoney(value).replaceAll(/(^| )-(?=\d)/g, "$1−");
}

/** What the decision was computed from, and how old each input was. */
export function Inputs(props: { inputs: readonly InputFact[] }) {
  return (
    <section class="block" aria-labelledby="inputs-heading">
      <h2 id="inputs-heading">Inputs</h2>
      <PlainTable
        caption="Inputs of the decision"
        rows={props.inputs}
        none="Nothing was read for it."
        columns={[
          { label: "Input", cell: ({ name }) => words(name) },
          { label: "Value", isNumber: true, cell: ({ value }) => valueText(value) },
          {
            ...{ label: "As of", isNumber: true, class: "muted" },
            cell: ({ at }) => (at ? <Ago at={at} /> : "–"),
          },
        ]}
      />
    </section>
  );
}
