import { createMemo, For, Show } from "solid-js";
import type { Candidate } from "../../../../domain/contract/decisions.ts";
import { ChartCanvas } from "../../charts/ChartCanvas.tsx";
import { candidatesChart, nearCandidates } from "../../charts/candidates.ts";
import type { Palette } from "../../charts/options.ts";
import { More } from "../../components/More.tsx";
import { TableFrame } from "../../components/TableFrame.tsx";
import { money } from "../../format/number.ts";
import { plural, words } from "../../format/words.ts";
import type { Explained } from "./explained.ts";

/** Expected profit by price, as a curve and as figures. */
export function Candidates(props: { of: Explained }) {
  const candidates = () => props.of.explanation.candidates;
  const removed = () => candidates().filter((c) => c.verdict === "removed").length;
  const data = createMemo(() => {
    const { currency, from, to } = props.of;
    return { currency, from, to, candidates: candidates() };
  });
  const far = () => candidates().length - nearCandidates(data()).length;
  const configuration = createMemo(() => {
    const shown = data();
    return (palette: Palette) => candidatesChart(shown, palette);
  });
  return (
    <Show when={candidates().length > 0}>
      <section class="block" aria-labelledby="candidates-heading">
        <h2 id="candidates-heading">Candidate prices</h2>
        <p class="muted">
          {plural(candidates().length, "price")} compared, {removed()} removed by guardrails
          <Show when={far() > 0}>{` (${far()} far from both prices, only in the figures)`}</Show>.
        </p>
        <ChartCanvas
          label={`Expected profit by candidate price; the proposed price is ${money(
            props.of.to,
            props.of.currency,
          )}`}
          configuration={configuration()}
        />
        <More summary="Show the figures">
          <CandidateTable candidates={candidates()} of={props.of} />
        </More>
      </section>
    </Show>
  );
}

function verdictText(candidate: Candidate, from: string): string {
  if (candidate.verdict === "chosen") return "Proposed";
  if (candidate.verdict === "removed")
    return `Removed by ${words(candidate.reason ?? "a guardrail").toLowerCase()}`;
  return Number(candidate.price) === Number(from) ? "Present price" : "Allowed";
}

function CandidateTable(props: { candidates: readonly Candidate[]; of: Explained }) {
  return (
    <TableFrame label="Candidate figures" isLong>
      <table class="table table-tight">
        <thead>
          <tr>
            <th scope="col" class="num">
              Price
            </th>
            <th scope="col" class="num">
              Expected profit
            </th>
            <th scope="col">Verdict</th>
          </tr>
        </thead>
        <tbody>
          <For each={props.candidates}>
            {(c) => (
              <tr classList={{ "row-strong": c.verdict === "chosen", "row-muted": c.verdict === "removed" }}>
                <td class="num">{money(c.price, props.of.currency)}</td>
                <td class="num">{money(c.expectedProfit, props.of.currency)}</td>
                <td>{verdictText(c, props.of.from)}</td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </TableFrame>
  );
}
