import { A } from "@solidjs/router";
import { For, type JSX, Show } from "solid-js";
import type { Proposal } from "../../../../domain/contract/decisions.ts";
import { ProposalStatusChip, RiskChip } from "../../components/chips.tsx";
import { Ago } from "../../components/facts.tsx";
import { share } from "../../format/number.ts";
import { ChangePct, PriceMove, ProfitDelta } from "./cells.tsx";
import type { Sort, SortKey } from "./queue.ts";

interface ProposalTableProps {
  proposals: readonly Proposal[];
  sort: Sort;
  onSort: (key: SortKey) => void;
  hrefOf: (id: string) => string;
}

/** One line per proposal, with what decides whether to open it. */
export function ProposalTable(props: ProposalTableProps) {
  const head = (key: SortKey, label: string, note?: string) => (
    <SortHead label={label} note={note} sort={props.sort} sortKey={key} onSort={props.onSort} />
  );
  return (
    <table class="table table-links cards">
      <caption class="sr-only">Proposals</caption>
      <thead>
        <tr>
          <th scope="col">Product</th>
          <th scope="col" class="num">
            Price now → proposed
          </th>
          {head("change", "Change")}
          {head("profit", "Profit change", "expected, 80 % interval")}
          {head("risk", "Risk")}
          {head("confidence", "Confidence")}
          {head("age", "Age")}
        </tr>
      </thead>
      <tbody>
        <For each={props.proposals}>{(p) => <ProposalRow proposal={p} href={props.hrefOf(p.id)} />}</For>
      </tbody>
    </table>
  );
}

const HEAD_CLASS = {
  change: "num",
  profit: "num",
  risk: "",
  confidence: "num cell-wide",
  age: "num cell-wide",
} as const satisfies Record<SortKey, string>;

interface SortHeadProps {
  label: string;
  note: string | undefined;
  sortKey: SortKey;
  sort: Sort;
  onSort: (key: SortKey) => void;
}

function SortHead(props: SortHeadProps) {
  const active = () => props.sort.key === props.sortKey;
  const direction = () => (props.sort.descending ? "descending" : "ascending");
  return (
    <th scope="col" aria-sort={active() ? direction() : "none"} class={HEAD_CLASS[props.sortKey]}>
      <button type="button" class="sort" onClick={() => props.onSort(props.sortKey)}>
        {props.label}
        <span class="sort-mark" aria-hidden="true">
          {active() ? (props.sort.descending ? "↓" : "↑") : ""}
        </span>
      </button>
      <Show when={props.note}>
        <span class="th-note">{props.note}</span>
      </Show>
    </th>
  );
}

function Cell(props: { label: string; class?: string; children: JSX.Element }) {
  return (
    <td class={props.class ?? ""} data-label={props.label}>
      {props.children}
    </td>
  );
}

function ProposalRow(props: { proposal: Proposal; href: string }) {
  return (
    <tr>
      <td class="cell-title">
        <A class="row-link" href={props.href} data-row-link>
          {props.proposal.title ?? props.proposal.sku}
        </A>
        <span class="sub">
          {props.proposal.sku}
          {` · ${props.proposal.category}`}
          <Show when={props.proposal.status !== "pending"}>
            {" "}
            <ProposalStatusChip status={props.proposal.status} />
          </Show>
        </span>
      </td>
      <Cell label="Price" class="num">
        <PriceMove proposal={props.proposal} />
      </Cell>
      <Cell label="Change" class="num">
        <ChangePct value={props.proposal.changePct} />
      </Cell>
      <Cell label="Profit change" class="num">
        <ProfitDelta proposal={props.proposal} />
      </Cell>
      <Cell label="Risk" class="cell-risk">
        <span class="stack stack-start">
          <RiskChip risk={props.proposal.risk} />
          <Show when={props.proposal.riskReasons.length > 0}>
            <span class="sub clamp" title={props.proposal.riskReasons.join("; ")}>
              {props.proposal.riskReasons.join("; ")}
            </span>
          </Show>
        </span>
      </Cell>
      <Cell label="Confidence" class="num cell-wide">
        {share(props.proposal.confidence)}
      </Cell>
      <Cell label="Age" class="num cell-wide muted">
        <Ago at={props.proposal.createdAt} />
      </Cell>
    </tr>
  );
}
