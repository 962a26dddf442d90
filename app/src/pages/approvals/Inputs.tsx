import { For, Show } from "solid-js";
import type { InputFact } from "../../../../domain/contract/decisions.ts";
import { Ago } from "../../components/facts.tsx";
import { TableFrame } from "../../components/TableFrame.tsx";
import { number } from "../../format/number.ts";
import { words } from "../../format/words.ts";

const SIGNIFICANT_DECIMALS = 4;

function valueText(value: InputFact["value"]): string {
  if (value === null) return "unknown";
  if (typeof value === "number") return number(value, SIGNIFICANT_DECIMALS);
  return value;
}

/** What the decision was computed from, and how old each input was. */
export function Inputs(props: { inputs: readonly InputFact[] }) {
  return (
    <section class="block" aria-labelledby="inputs-heading">
      <h2 id="inputs-heading">Inputs</h2>
      <TableFrame label="Inputs of the proposal">
        <table class="table table-tight">
          <thead>
            <tr>
              <th scope="col">Input</th>
              <th scope="col" class="num">
                Value
              </th>
              <th scope="col" class="num">
                As of
              </th>
            </tr>
          </thead>
          <tbody>
            <For each={props.inputs}>
              {(input) => (
                <tr>
                  <td>{words(input.name)}</td>
                  <td class="num">{valueText(input.value)}</td>
                  <td class="num muted">
                    <Show when={input.at} fallback="–">
                      {(at) => <Ago at={at()} />}
                    </Show>
                  </td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </TableFrame>
    </section>
  );
}
