import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/solid-query";
import type { Accessor } from "solid-js";
import type { ProposalDetail } from "../../../domain/contract/decisions.ts";
import type { ProposalStatus, Risk } from "../../../domain/messages/proposal.ts";
import { answer, api, inPath } from "../api/client.ts";
import { keys } from "./keys.ts";

const PAGE_LIMIT = 200;

export interface ProposalQuery {
  status?: ProposalStatus | undefined;
  risk?: Risk | undefined;
  category?: string | undefined;
  sku?: string | undefined;
}

export function useProposals(query: Accessor<ProposalQuery>) {
  return useInfiniteQuery(() => ({
    queryKey: [...keys.proposals, query()],
    queryFn: ({ pageParam: cursor, signal }: { pageParam: string | undefined; signal: AbortSignal }) =>
      answer(api.proposals.$get({ query: { ...query(), limit: PAGE_LIMIT, cursor } }, { init: { signal } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    reconcile: "id",
  }));
}

const ofId = (id: string) => ({ param: { id: inPath(id) } });

export function useProposal(id: Accessor<string>) {
  return useQuery(() => ({
    queryKey: keys.proposal(id()),
    queryFn: ({ signal }) => answer(api.proposals[":id"].$get(ofId(id()), { init: { signal } })),
  }));
}

export type Verb = "approve" | "reject";

/** Approves or rejects. Whatever the answer, the page is read again: somebody else may have decided first. */
export function useDecide() {
  const client = useQueryClient();
  return useMutation(() => ({
    mutationFn: ({ id, verb, note }: { id: string; verb: Verb; note: string }) => {
      const request = { ...ofId(id), json: note === "" ? {} : { note } };
      const route = api.proposals[":id"];
      return answer(verb === "approve" ? route.approve.$post(request) : route.reject.$post(request));
    },
    onSuccess: (decided, { id }) => {
      client.setQueryData<ProposalDetail>(keys.proposal(id), (old) => (old ? { ...old, ...decided } : old));
    },
    onSettled: (decided, _error, { id }) => {
      for (const queryKey of [keys.proposals, keys.proposal(id), keys.products]) {
        client.invalidateQueries({ queryKey });
      }
      if (decided) client.invalidateQueries({ queryKey: keys.product(decided.sku) });
    },
  }));
}
