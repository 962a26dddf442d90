import { A } from "@solidjs/router";
import { Show } from "solid-js";
import type { Proposal } from "../../../../domain/contract/decisions.ts";
import { ProposalStatusChip, RiskChip } from "../../components/chips.tsx";
import { Ago, Until } from "../../components/facts.tsx";
import { fixed, percentDelta, share, withMoney } from "../../format/number.ts";
import { actor, words } from "../../format/words.ts";
import type { ListAddress } from "../../list/address.ts";
import { type Column, DataTable } from "../../list/DataTable.tsx";
import type { List } from "../../list/list.ts";
import type { Marks } from "../../list/marks.ts";
import { ChangePct, PriceMove, ProfitDelta } from "./cells.tsx";

interface ColumnsOf {
  list: List<Proposal>;
  marks: Marks;
  hrefOf: (id: string) => string;
  /** of the proposals that are listed; undefined = any */
  status: string | undefined;
}

/** What decides whether to open a proposal; of decided ones, who decided and what they said instead of the market. */
export function proposalColumns({ list, marks, hrefOf, status }: ColumnsOf): readonly Column<Proposal>[] {
  const isPending = status === "pending";
  return [
    { label: "", class: "cell-mark", cell: (proposal) => <Mark {...{ list, marks, proposal }} /> },
    {
      label: "Product",
      sort: "title",
      class: "cell-title",
      cell: (proposal) => <Title proposal={proposal} href={hrefOf(proposal.id)} />,
    },
    { label: "Price now → proposed", class: "num", cell: (proposal) => <PriceMove proposal={proposal} /> },
    { label: "Change", sort: "changePct", class: "num", cell: (p) => <ChangePct value={p.changePct} /> },
    // its order counts how sure the profit is
    {
      label: "Profit change",
      note: "expected, 80 % interval",
      sort: "value",
      class: "num cell-profit",
      cell: (proposal) => <ProfitDelta proposal={proposal} />,
    },
    { ...GAP, isExtra: !isPending },
    { ...INDEX, isExtra: !isPending },
    { label: "Risk", sort: "risk", class: "cell-risk", cell: (proposal) => <Risk proposal={proposal} /> },
    { label: "Confidence", sort: "confidence", class: "num cell-wide", cell: (p) => share(p.confidence) },
    ...(isPending ? [] : [DECIDED]),
    ...(status === "approved" ? [IN_FORCE] : []),
    { label: "Strategy", class: "cell-wide", isExtra: true, cell: ({ strategy }) => words(strategy) },
    {
      label: "Age",
      sort: "createdAt",
      class: "num cell-wide muted",
      cell: (proposal) => <Ago at={proposal.createdAt} />,
    },
  ];
}

interface ProposalTableProps {
  list: List<Proposal>;
  address: ListAddress;
  columns: readonly Column<Proposal>[];
}

/** One line per proposal. */
export function ProposalTable(props: ProposalTableProps) {
  return (
    <DataTable
      caption="Proposals"
      columns={props.columns}
      list={props.list}
      idOf={({ id }) => id}
      sort={props.address.value("sort")}
      onSort={(sort) => props.address.set({ sort })}
      isQuiet={({ status }) => status !== "pending" && props.address.value("status") === "pending"}
      hasLinks
    />
  );
}

const GAP: Column<Proposal> = {
  label: "Gap to cheapest",
  note: "before → after",
  class: "num cell-wide",
  cell: ({ market }) => (
    <Show when={market} fallback="–">
      {(place) => (
        <span class="stack">
          <span>
            <span class="muted">{percentDelta(place().gapPct.before)} →</span>{" "}
            {percentDelta(place().gapPct.after)}
          </span>
          <span class="sub">{place().competitor}</span>
        </span>
      )}
    </Show>
  ),
};

const INDEX: Column<Proposal> = {
  label: "Price index",
  note: "before → after",
  class: "num cell-wide",
  cell: ({ market }) => (
    <Show when={market} fallback="–">
      {(place) => (
        <>
          <span class="muted">{fixed(place().index.before, 1)} →</span> {fixed(place().index.after, 1)}
        </>
      )}
    </Show>
  ),
};

/** When an approved price comes into force. */
const IN_FORCE: Column<Proposal> = {
  label: "In force",
  class: "num cell-wide",
  cell: ({ effectiveAt }) => <Show when={effectiveAt}>{(at) => <Until at={at()} />}</Show>,
};

/** Who decided, when, and what they said. */
const DECIDED: Column<Proposal> = {
  label: "Decided",
  class: "why",
  cell: ({ decidedBy, decidedAt, note }) => (
    <span class="stack stack-start">
      <span>{decidedBy ? actor(decidedBy) : "–"}</span>
      <span class="sub clamp" title={note}>
        <Show when={decidedAt}>{(at) => <Ago at={at()} />}</Show>
        {note ? `: ${note}` : ""}
      </span>
    </span>
  ),
};

function Mark(props: Pick<ColumnsOf, "list" | "marks"> & { proposal: Proposal }) {
  return (
    <input
      type="checkbox"
      class="row-mark"
      aria-label={`Mark ${props.proposal.title ?? props.proposal.sku}`}
      checked={props.marks.has(props.proposal.id)}
      disabled={props.proposal.status !== "pending"}
      onClick={(event) => {
        const { id } = props.proposal;
        if (event.shiftKey)
          props.marks.extend(
            id,
            props.list.rows().map((row) => row.id),
          );
        else props.marks.toggle(id);
      }}
    />
  );
}

function Title(props: { proposal: Proposal; href: string }) {
  return (
    <>
      <A class="row-link" href={props.href} data-row-link data-row-id={props.proposal.id}>
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
    </>
  );
}

function Risk(props: { proposal: Proposal }) {
  const reasons = () => withMoney(props.proposal.riskReasons.join("; "));
  return (
    <span class="stack stack-start">
      <RiskChip risk={props.proposal.risk} />
      <Show when={reasons()}>
        <span class="sub clamp" title={reasons()}>
          {reasons()}
        </span>
      </Show>
    </span>
  );
}
