import { type RouteSectionProps, useNavigate, useParams } from "@solidjs/router";
import { createEffect, createSignal, For, lazy, on, onCleanup, Show, Suspense } from "solid-js";
import type { Proposal } from "../../../../domain/contract/decisions.ts";
import { PROPOSAL_STATUSES, RISKS } from "../../../../domain/messages/proposal.ts";
import { asIs } from "../../components/fields.tsx";
import { pressed } from "../../components/pace.ts";
import { EmptyState, SkeletonRows } from "../../components/states.tsx";
import { type ListAddress, useListAddress } from "../../list/address.ts";
import { ColumnsMenu } from "../../list/ColumnsMenu.tsx";
import { createColumnChoice } from "../../list/column-choice.ts";
import { listenForKeys } from "../../list/hotkeys.ts";
import type { List } from "../../list/list.ts";
import { createMarks } from "../../list/marks.ts";
import { ExportButton, type Filter, ListBar, ListBody, ListCount } from "../../list/parts.tsx";
import { focusRow, focusRowOf } from "../../list/rows.ts";
import { ViewsMenu } from "../../list/ViewsMenu.tsx";
import { paths } from "../../paths.ts";
import { useProposals } from "../../queries/proposals.ts";
import { BulkActions } from "./BulkActions.tsx";
import { ProposalList } from "./ProposalList.tsx";
import { ProposalTable, proposalColumns } from "./ProposalTable.tsx";
import { neighbour, nextPending, QueueContext } from "./queue.ts";

/** What a list of proposals can be asked for. The most valuable come first: expected profit, by how sure it is. */
const ASKED = {
  q: undefined,
  status: "pending",
  risk: undefined,
  category: undefined,
  strategy: undefined,
  runId: undefined,
  sort: "-value",
};

const FILTERS: readonly Filter[] = [
  { name: "status", label: "Status", any: "Any status", values: PROPOSAL_STATUSES },
  { name: "risk", label: "Risk", any: "Any risk", values: RISKS, facet: "risk" },
  { name: "category", label: "Category", any: "Any category", facet: "category", labelOf: asIs },
  { name: "strategy", label: "Strategy", any: "Any strategy", facet: "strategy" },
];

/** The proposals: a table, or a narrow list beside the opened one to go through. */
export function ApprovalsPage(props: RouteSectionProps) {
  const params = useParams<{ id?: string }>();
  const navigate = useNavigate();
  const address = useListAddress(ASKED);
  const proposals = useProposals(address.asked);
  const marks = createMarks();
  const hrefOf = (id: string) => paths.proposal(id) + props.location.search;
  const columns = createColumnChoice(paths.approvals(), () =>
    proposalColumns({ list: proposals, marks, hrefOf, status: address.value("status") }),
  );
  let page!: HTMLElement;

  const ids = () => proposals.rows().map(({ id }) => id);
  const open = (id: string | undefined) => id !== undefined && navigate(hrefOf(id), { scroll: false });
  const toList = () => navigate(paths.approvals() + props.location.search);

  whenListed(
    () => params.id,
    (id) => focusRowOf(page, id),
  );
  onCleanup(
    listenForKeys({
      move: (step) => (params.id ? open(neighbour(ids(), params.id, step)) : focusRow(page, step)),
      back: () => params.id && pressed(page.querySelector(".pane"), toList),
      mark: () => {
        const id = (document.activeElement as HTMLElement | null)?.dataset.rowId;
        if (id) marks.toggle(id);
      },
      search: () => page.querySelector<HTMLInputElement>("[data-hotkey=search]")?.focus(),
    }),
  );

  return (
    <QueueContext.Provider
      value={{
        backHref: () => paths.approvals() + props.location.search,
        next: (id) => nextPending(proposals.rows(), id),
        hrefOf,
        decided: () => address.value("status") === "pending" && proposals.forgetOne(),
      }}
    >
      <main ref={page} class="page approvals" classList={{ "approvals-open": params.id !== undefined }}>
        <section class="queue" aria-labelledby="approvals-heading">
          <div class="page-head">
            <h1 id="approvals-heading">Approvals</h1>
            <ListCount list={proposals} one="proposal" />
            <span class="page-actions">
              <BulkActions list={proposals} address={address} marks={marks} />
              <ColumnsMenu choice={columns} />
              <ViewsMenu page={paths.approvals()} />
              <ExportButton path="/api/proposals" address={address} />
            </span>
          </div>
          <ListBar list={proposals} address={address} filters={FILTERS} searchFor="SKU, title or brand" />
          <Insights list={proposals} address={address} isHidden={params.id !== undefined} />
          <ListBody list={proposals} address={address} empty={<NothingWaits />}>
            <Show
              when={params.id}
              fallback={<ProposalTable list={proposals} address={address} columns={columns.shown()} />}
            >
              <ProposalList list={proposals} selected={params.id} hrefOf={hrefOf} />
            </Show>
            <KeysHint />
          </ListBody>
        </section>
        {props.children}
      </main>
    </QueueContext.Provider>
  );
}

/** Charts are loaded by whoever opens them. */
const ProposalInsights = lazy(async () => ({
  default: (await import("./ProposalInsights.tsx")).ProposalInsights,
}));

function Insights(props: { list: List<Proposal>; address: ListAddress; isHidden: boolean }) {
  const [isOpen, setOpen] = createSignal(false);
  return (
    <Show when={!props.isHidden}>
      <details class="block insights" onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>Insights: what waits, what was decided</summary>
        <Show when={isOpen()}>
          <Suspense fallback={<SkeletonRows rows={1} height="chart" />}>
            <ProposalInsights facets={props.list.facets()} category={props.address.asked().category} />
          </Suspense>
        </Show>
      </details>
    </Show>
  );
}

/** The list has the title of the page; whoever comes back to it goes on at the row that was open. */
function whenListed(opened: () => string | undefined, goOn: (id: string) => void): void {
  createEffect(
    on(opened, (id, before) => {
      if (id !== undefined) return;
      document.title = "Approvals · Pricewright";
      if (before !== undefined) goOn(before);
    }),
  );
}

const KEYS = [
  ["J", "next"],
  ["K", "previous"],
  ["Enter", "open"],
  ["A", "approve"],
  ["E", "edit"],
  ["R", "reject"],
  ["X", "mark"],
  ["/", "search"],
  ["Esc", "back"],
  ["?", "help"],
] as const;

function KeysHint() {
  return (
    <p class="hint keys-hint">
      <For each={KEYS}>
        {([key, effect]) => (
          <span>
            <kbd>{key}</kbd> {effect}
          </span>
        )}
      </For>
    </p>
  );
}

function NothingWaits() {
  return (
    <EmptyState title="No proposal is waiting for a decision">
      New proposals appear here automatically. To compute some now, start a proposals run under “Runs” above.
    </EmptyState>
  );
}
