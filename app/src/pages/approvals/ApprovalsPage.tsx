import { type RouteSectionProps, useNavigate, useParams, useSearchParams } from "@solidjs/router";
import { createEffect, createMemo, createSignal, For, onCleanup, Show } from "solid-js";
import { PROPOSAL_STATUSES, RISKS } from "../../api/types.ts";
import { Async } from "../../components/Async.tsx";
import { SearchField, SelectField } from "../../components/fields.tsx";
import { LoadMore } from "../../components/LoadMore.tsx";
import { EmptyState, SkeletonRows } from "../../components/states.tsx";
import { plural, words } from "../../format/words.ts";
import { paths } from "../../paths.ts";
import { useCategories } from "../../queries/products.ts";
import { useProposals } from "../../queries/proposals.ts";
import { listenForKeys } from "./hotkeys.ts";
import { matching, neighbour, nextSort, type Sort, sorted } from "./order.ts";
import { ProposalList } from "./ProposalList.tsx";
import { ProposalTable } from "./ProposalTable.tsx";
import { QueueContext } from "./queue.ts";

const ANY = "all";

/** The filter as the address holds it, so that a view can be kept and shared. */
function useFilter() {
  const [search, setSearch] = useSearchParams<{
    status?: string;
    risk?: string;
    category?: string;
    q?: string;
  }>();
  const orAny = (value: string | undefined) => (value === ANY ? undefined : value);
  return {
    status: () => search.status ?? "pending",
    risk: () => search.risk ?? ANY,
    category: () => search.category ?? ANY,
    text: () => search.q ?? "",
    set: (name: "status" | "risk" | "category" | "q", value: string) =>
      setSearch({ [name]: value === "" ? undefined : value }, { replace: true }),
    asked: () => ({
      status: orAny(search.status ?? "pending"),
      risk: orAny(search.risk),
      category: orAny(search.category),
    }),
  };
}

type Filter = ReturnType<typeof useFilter>;

/** The queue of proposals: a table, or beside an opened proposal a narrow list to walk through. */
export function ApprovalsPage(props: RouteSectionProps) {
  const params = useParams<{ id?: string }>();
  const navigate = useNavigate();
  const filter = useFilter();
  const proposals = useProposals(filter.asked);
  const [sort, setSort] = createSignal<Sort>({ key: "age", descending: false });
  let page!: HTMLElement;

  const loaded = () => (proposals.isPending ? [] : (proposals.data?.pages.flatMap((p) => p.items) ?? []));
  const shown = createMemo(() => sorted(matching(loaded(), filter.text()), sort()));
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
          <FilterBar filter={filter} />
          <Async query={proposals} skeleton={<SkeletonRows rows={9} />}>
            {() => (
              <Show when={shown().length > 0} fallback={<NoProposals filter={filter} />}>
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

function FilterBar(props: { filter: Filter }) {
  const categories = useCategories();
  const choices = (values: readonly string[], any: string) => [
    { value: ANY, label: any },
    ...values.map((value) => ({ value, label: words(value) })),
  ];
  const categoryNames = () => {
    const known = categories.isPending ? [] : (categories.data ?? []);
    const chosen = props.filter.category();
    return chosen === ANY || known.includes(chosen) ? known : [...known, chosen];
  };
  return (
    <search class="filters" aria-label="Filter proposals">
      <SearchField
        label="Search"
        placeholder="SKU or title"
        value={props.filter.text()}
        onInput={(value) => props.filter.set("q", value)}
      />
      <SelectField
        label="Status"
        value={props.filter.status()}
        choices={choices(PROPOSAL_STATUSES, "Any status")}
        onChange={(value) => props.filter.set("status", value)}
      />
      <SelectField
        label="Risk"
        value={props.filter.risk()}
        choices={choices(RISKS, "Any risk")}
        onChange={(value) => props.filter.set("risk", value)}
      />
      <SelectField
        label="Category"
        value={props.filter.category()}
        choices={[
          { value: ANY, label: "Any category" },
          ...categoryNames().map((value) => ({ value, label: value })),
        ]}
        onChange={(value) => props.filter.set("category", value)}
      />
    </search>
  );
}

function NoProposals(props: { filter: Filter }) {
  const isPlainQueue = () =>
    props.filter.status() === "pending" &&
    props.filter.risk() === ANY &&
    props.filter.category() === ANY &&
    props.filter.text() === "";
  return (
    <Show
      when={isPlainQueue()}
      fallback={
        <EmptyState title="No proposal matches">Widen the filter, or search for another product.</EmptyState>
      }
    >
      <EmptyState title="Nothing waits for a decision">
        New proposals appear here by themselves. “Runs” above starts a proposals run now.
      </EmptyState>
    </Show>
  );
}
