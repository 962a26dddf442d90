import { createContext, useContext } from "solid-js";

/** What an opened proposal knows of the list beside it. */
export interface Queue {
  backHref(): string;
  /** another pending proposal, to decide next */
  next(id: string): string | undefined;
  hrefOf(id: string): string;
  /** a proposal left the pending ones by a decision made here */
  decided(id: string): void;
}

export const QueueContext = createContext<Queue>();

export function useQueue(): Queue {
  const queue = useContext(QueueContext);
  if (!queue) throw new Error("useQueue outside of the approvals page");
  return queue;
}

/** The id `step` places after `id` in a list, stopping at its ends; the first if `id` is not in it. */
export function neighbour(ids: readonly string[], id: string | undefined, step: 1 | -1): string | undefined {
  const at = id === undefined ? -1 : ids.indexOf(id);
  if (at === -1) return ids[0];
  return ids[Math.min(ids.length - 1, Math.max(0, at + step))];
}

/** The pending proposal to decide after this one: the next below it, or else the next from the top. */
export function nextPending(rows: readonly { id: string; status: string }[], id: string): string | undefined {
  const at = rows.findIndex((row) => row.id === id);
  const inTurn = [...rows.slice(at + 1), ...rows.slice(0, Math.max(0, at))];
  return inTurn.find((row) => row.status === "pending")?.id;
}
