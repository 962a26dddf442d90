import { useMutation, useQuery, useQueryClient } from "@tanstack/solid-query";
import type { InferRequestType, InferResponseType } from "hono/client";
import type { Accessor } from "solid-js";
import type { Proposal, ProposalDetail } from "../../../domain/contract/decisions.ts";
import { answer, api, inPath } from "../api/client.ts";
import { whenIdle } from "../components/pace.ts";
import { toastDone, toastError } from "../components/toasts.tsx";
import { createList, type ListAsked } from "../list/list.ts";
import { patchRows } from "../list/patch-rows.ts";
import { keys } from "./keys.ts";

type Asked = InferRequestType<typeof api.proposals.$get>["query"];

export function useProposals(asked: Accessor<ListAsked>) {
  return createList<Proposal>(
    {
      key: keys.proposals,
      facets: "category,risk,strategy",
      fetch: (query, signal) => answer(api.proposals.$get({ query: query as Asked }, { init: { signal } })),
    },
    asked,
  );
}

export type ProposalSummary = InferResponseType<typeof api.proposals.summary.$get, 200>;

/** What the queue comes to. It counts all that waits, so it is read again as seldom as the number of rows. */
export function useProposalSummary(category: Accessor<string | undefined>) {
  return useQuery(() => {
    const query = category() === undefined ? {} : { category: category() };
    return {
      queryKey: [...keys.proposals, "count", "summary", query],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        answer(api.proposals.summary.$get({ query }, { init: { signal } })),
    };
  });
}

/** The pending proposal of a SKU, of which there is one at most. */
export function usePendingProposal(sku: Accessor<string>) {
  const pending = useQuery(() => ({
    queryKey: [...keys.proposals, "pending", sku()],
    queryFn: ({ signal }) =>
      answer(
        api.proposals.$get({ query: { sku: sku(), status: "pending", limit: 1 } }, { init: { signal } }),
      ),
  }));
  return () => (pending.isPending ? undefined : pending.data?.items[0]);
}

const ofId = (id: string) => ({ param: { id: inPath(id) } });

const proposalQuery = (id: string) => ({
  queryKey: keys.proposal(id),
  queryFn: ({ signal }: { signal: AbortSignal }) =>
    answer(api.proposals[":id"].$get(ofId(id), { init: { signal } })),
});

export function useProposal(id: Accessor<string>) {
  return useQuery(() => proposalQuery(id()));
}

/** Reads the proposal that will be opened next, so that it is there at once. */
export function usePrefetchProposal() {
  const client = useQueryClient();
  return (id: string) => whenIdle(() => client.prefetchQuery(proposalQuery(id)));
}

export type Verb = "approve" | "reject";

interface Decision {
  id: string;
  verb: Verb;
  note: string;
  /** another price than the proposed one */
  price?: string | undefined;
  effectiveAt?: string | undefined;
  until?: string | undefined;
}

/** Approves or rejects. A refusal may mean that somebody else decided first: then the proposal is read again. */
export function useDecide() {
  const client = useQueryClient();
  return useMutation(() => ({
    mutationFn: ({ id, verb, ...said }: Decision) => {
      const given = Object.entries(said).filter(([, value]) => value !== undefined && value !== "");
      const request = { ...ofId(id), json: Object.fromEntries(given) };
      const route = api.proposals[":id"];
      return answer(verb === "approve" ? route.approve.$post(request) : route.reject.$post(request));
    },
    onSuccess: (decided) => showDecided(client, decided),
    onError: (_error, { id }) => {
      client.invalidateQueries({ queryKey: keys.proposal(id) });
    },
  }));
}

/** Takes an approval back whose price is not in force yet. */
export function useUndo() {
  const client = useQueryClient();
  return useMutation(() => ({
    mutationFn: (id: string) => answer(api.proposals[":id"].undo.$post(ofId(id))),
    onSuccess: (pending) => {
      showDecided(client, pending);
      client.invalidateQueries({ queryKey: keys.proposals });
      toastDone("Approval undone", `${pending.title ?? pending.sku} is pending again.`);
    },
    onError: toastError,
  }));
}

/** Shows a proposal's new state wherever it is shown. */
function showDecided(client: ReturnType<typeof useQueryClient>, decided: ProposalDetail): void {
  const { id, sku, title: _, ...shown } = decided;
  client.setQueryData<ProposalDetail>(keys.proposal(id), (old) => (old ? { ...old, ...shown } : old));
  patchRows<Proposal>(client, keys.proposals, (row) => (row.id === id ? shown : undefined));
  // the page that is open goes on to another product, or is told by a live frame
  client.invalidateQueries({ queryKey: keys.product(sku), refetchType: "none" });
}
