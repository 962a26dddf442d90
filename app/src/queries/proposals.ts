import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/solid-query";
import type { Accessor } from "solid-js";
import { call, read } from "../api/client.ts";
import type { Page, Proposal, ProposalDetail } from "../api/types.ts";
import { apiUrl } from "../api/urls.ts";
import { keys } from "./keys.ts";

const PAGE_LIMIT = 200;

export interface ProposalFilter {
  status: string | undefined;
  risk?: string | undefined;
  category?: string | undefined;
  sku?: string | undefined;
}

export function useProposals(filter: Accessor<ProposalFilter>) {
  return useInfiniteQuery(() => ({
    queryKey: [...keys.proposals, filter()],
    queryFn: ({ pageParam, signal }: { pageParam: string | undefined; signal: AbortSignal }) =>
      read<Page<Proposal>>(apiUrl.proposals({ ...filter(), limit: PAGE_LIMIT, cursor: pageParam }), signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last: Page<Proposal>) => last.nextCursor ?? undefined,
    reconcile: "id",
  }));
}

export function useProposal(id: Accessor<string>) {
  return useQuery(() => ({
    queryKey: keys.proposal(id()),
    queryFn: ({ signal }) => read<ProposalDetail>(apiUrl.proposal(id()), signal),
  }));
}

export type Verb = "approve" | "reject";

/**
 * Approves or rejects. Whatever the answer, what is shown is read again: somebody else may have decided
 * first.
 */
export function useDecide() {
  const client = useQueryClient();
  return useMutation(() => ({
    mutationFn: ({ id, verb, note }: { id: string; verb: Verb; note: string }) =>
      call<Proposal>("POST", apiUrl.decide(id, verb), { body: note === "" ? {} : { note } }),
    onSuccess: (answer, { id }) => {
      client.setQueryData<ProposalDetail>(keys.proposal(id), (old) => (old ? { ...old, ...answer } : old));
    },
    onSettled: (answer, _error, { id }) => {
      for (const queryKey of [keys.proposals, keys.proposal(id), keys.products]) {
        client.invalidateQueries({ queryKey });
      }
      if (answer) client.invalidateQueries({ queryKey: keys.product(answer.sku) });
    },
  }));
}
