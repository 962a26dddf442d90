import { type RouteSectionProps, useNavigate, useParams, useSearchParams } from "@solidjs/router";
import { createEffect, createMemo, createSignal, For, onCleanup, Show } from "solid-js";
import { PROPOSAL_STATUSES, RISKS } from "../../../../domain/messages/proposal.ts";
import { Async } from "../../components/Async.tsx";
import { ANY, asIs, choicesOf, known, SearchField, SelectField } from "../../components/fields.tsx";
import { EmptyState, LoadMore, SkeletonRows } from "../../components/states.tsx";
import { plural } from "../../format/words.ts";
import { paths } from "../../paths.ts";
import { useCategories } from "../../queries/products.ts";
import { useProposals } from "../../queries/proposals.ts";
import { listenForKeys } from "./hotkeys.ts";
import { ProposalList } from "./ProposalList.tsx";
import { ProposalTable } from "./ProposalTable.tsx";
import { matching, neighbour, nextSort, QueueContext, type Sort, sorted } from "./queue.ts";

/** The query of the list, kept in the address so that a view can be saved and shared. */
function useListQuery() {
  const [search, setSearch] = useSearchParams<{
    status?: string;
    risk?: string;
    category?: string;
    q?: string;
  }>();
  return {
    status: () => search.status ?? "pending",
    risk: () => search.risk ?? ANY,
    category: () => search.category ?? ANY,
    text: () => search.q ?? "",
    set: (name: "status" | "risk" | "category" | "q", value: string) =>
      setSearch({ [name]: value === "" ? undefined : value }, { replace: true }),
    asked: () => ({
      status: known(PROPOSAL_STATUSES, search.status ?? "pending"),
      risk: known(RISKS, search.risk),
      category: search.category === ANY ? undefined : search.category,
    }),
  };
}

type ListQuery = ReturnType<typeof useListQuery>;

/** The proposals: a table, or a narrow list beside the opened one to go through. */
export function ApprovalsPage(props: RouteSectionProps) {
  const params = useParams<{ id?: string }>();
  const navigate = useNavigate();
  const query = useListQuery();
  const proposals = useProposals(query.asked);
  const [sort, setSort] = createSignal<Sort>({ key: "age", descending: false });
  let page!: HTMLElement;

  const loaded = () => (proposals.isPending ? [] : (proposals.data?.pages.flatMap((p) => p.items) ?? []));
  const shown = createMemo(() => sorted(matching(loaded(), query.text()), sort()));
  const ids = () => shown().map((p) => p.id);
  const hrefOf = (id: string) => paths.proposal(id) + props.location.search;
  const open = (id: string | undefined) => id !== undefined && navigate(hrefOf(id));
  const toList = () => navigate(paths.approvals() + props.location.search);

  createEffect(() => {
    if (!params.id) document.title = "Approvals · Pricewright";
  });
  onCleanup(
    listenForKeys({
      move: (step) => (params.id ? open(neighbour(ids(), params.id, step)) : focusRow(page, step)),
      back: () => params.id && toList(),
      search: () => page.querySelector<HTMLInputElement>("[data-hotkey=search]")?.focus(),
    }),
  );

  return (
    <QueueContext.Provider
      value={{
        backHref: () => paths.approvals() + props.location.search,
        next: (id) => shown().find((p) => p.id !== id && p.status === "pending")?.id,
        hrefOf,
      }}
    >
      <main ref={page} class="page approvals" classList={{ "approvals-open": params.id !== undefined }}>
        <section class="queue" aria-labelledby="approvals-heading">
          <div class="page-head">
            <h1 id="approvals-heading">Approvals</h1>
            <span class="muted" aria-live="polite">
              {proposals.isSuccess ? plural(shown().length, "proposal") : ""}
            </span>
          </div>
          <QueryBar query={query} />
          <Async query={proposals} skeleton={<SkeletonRows rows={9} />}>
            {() => (
              <Show when={shown().length > 0} fallback={<NoProposals query={query} />}>
                <Show
                  when={params.id}
                  fallback={
                    <ProposalTable
                      proposals={shown()}
                      sort={sort()}
                      onSort={(key) => setSort(nextSort(sort(), key))}
                      hrefOf={hrefOf}
                    />
                  }
                >
                  <ProposalList proposals={shown()} selected={params.id} hrefOf={hrefOf} />
                </Show>
                <LoadMore query={proposals} shown={loaded().length} />
              </Show>
            )}
          </Async>
          <KeysHint />
        </section>
        {props.children}
      </main>
    </QueueContext.Provider>
  );
}

const KEYS = [
  ["J", "next"],
  ["K", "previous"],
  ["Enter", "open"],
  ["A", "approve"],
  ["R", "reject"],
  ["/", "search"],
  ["Esc", "back"],
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

/** Moves the focus to the next or previous row's link. */
function focusRow(page: HTMLElement, step: 1 | -1): void {
  const links = [...page.querySelectorAll<HTMLElement>("[data-row-link]")];
  const at = links.indexOf(document.activeElement as HTMLElement);
  const to = at === -1 ? 0 : Math.min(links.length - 1, Math.max(0, at + step));
  links[to]?.focus();
}

function QueryBar(props: { query: ListQuery }) {
  const categories = useCategories();
  const categoryNames = () => {
    const known = categories.isPending ? [] : (categories.data ?? []);
    const chosen = props.query.category();
    return chosen === ANY || known.includes(chosen) ? known : [...known, chosen];
  };
  return (
    <search class="filters" aria-label="Narrow the list of proposals">
      <SearchField
        label="Search"
        placeholder="SKU or title"
        value={props.query.text()}
        onInput={(value) => props.query.set("q", value)}
      />
      <SelectField
        label="Status"
        value={props.query.status()}
        choices={choicesOf("Any status", PROPOSAL_STATUSES)}
        onChange={(value) => props.query.set("status", value)}
      />
      <SelectField
        label="Risk"
        value={props.query.risk()}
        choices={choicesOf("Any risk", RISKS)}
        onChange={(value) => props.query.set("risk", value)}
      />
      <SelectField
        label="Category"
        value={props.query.category()}
        choices={choicesOf("Any category", categoryNames(), asIs)}
        onChange={(value) => props.query.set("category", value)}
      />
    </search>
  );
}

function NoProposals(props: { query: ListQuery }) {
  const isPlainQueue = () =>
    props.query.status() === "pending" &&
    props.query.risk() === ANY &&
    props.query.category() === ANY &&
    props.query.text() === "";
  return (
    <Show
      when={isPlainQueue()}
      fallback={
        <EmptyState title="No proposal matches">
          Choose a wider status, risk or category, or search for another product.
        </EmptyState>
      }
    >
      <EmptyState title="No proposal is waiting for a decision">
        New proposals appear here automatically. To compute some now, start a proposals run under “Runs”
        above.
      </EmptyState>
    </Show>
  );
}
