import { useMutation, useQueryClient } from "@tanstack/solid-query";
import type { InferRequestType, InferResponseType } from "hono/client";
import { answer, api } from "../api/client.ts";
import type { ListAsked } from "../list/list.ts";
import { keys } from "./keys.ts";
import type { Verb } from "./proposals.ts";

type Request = InferRequestType<typeof api.proposals.bulk.$post>["json"];
export type BulkAnswer = InferResponseType<typeof api.proposals.bulk.$post, 200>;

/** The proposals that are meant: those that were marked, or all that the list shows. */
export type Meant = { ids: string[] } | { filter: ListAsked };

export interface BulkDecision {
  verb: Verb;
  meant: Meant;
  note: string;
}

function requestOf({ verb, meant, note }: BulkDecision, preview: boolean): Request {
  const which = "ids" in meant ? meant : { filter: meant.filter as NonNullable<Request["filter"]> };
  return { action: verb, ...which, ...(note === "" ? {} : { note }), ...(preview ? { preview } : {}) };
}

/** What the decision would do, and to how many. */
export function previewBulk(decision: BulkDecision): Promise<BulkAnswer> {
  return answer(api.proposals.bulk.$post({ json: requestOf(decision, true) }));
}

export type BulkTotal = Pick<BulkAnswer, "done" | "skipped" | "failed">;

/** Decides all that are meant; a request decides so many at most, so that there may be several. */
export function useBulk(onProgress: (done: number) => void, onDone: (total: BulkTotal) => void) {
  const client = useQueryClient();
  return useMutation(() => ({
    mutationFn: async (decision: BulkDecision) => {
      const total: BulkTotal = { done: 0, skipped: 0, failed: [] };
      const request = requestOf(decision, false);
      // each request goes on behind the one before: what failed stays pending, and is not tried again
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const json = cursor === undefined ? request : { ...request, cursor };
        const part = await answer(api.proposals.bulk.$post({ json }));
        total.done += part.done;
        total.skipped += part.skipped;
        total.failed.push(...part.failed);
        onProgress(total.done);
        cursor = part.nextCursor;
      }
      return total;
    },
    // not of the call: the list that is read again takes the dialog along
    onSuccess: onDone,
    onSettled: () => {
      client.resetQueries({ queryKey: ["list", ...keys.proposals] });
      client.invalidateQueries({ queryKey: keys.products });
    },
  }));
}
