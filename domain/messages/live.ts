import type { Notice } from "./present.ts";

/** A signal that opened, changed or resolved. */
export interface SignalItem {
  type: "signal";
  id: string;
  sku: string;
  competitor: string | null;
  signal: string;
  status: string;
  priority: number;
  /** 0..1 */
  severity: number;
  /** 0..1 */
  confidence: number;
  at: string;
  /** address of the person who sees to it; null = nobody; absent: not said */
  assignee?: string | null;
  /** why it deserves attention now; absent: the change shows on pages, and nobody is notified */
  notice?: { at: string; why: Notice["why"] };
}

/** Stands for signals that were too many to be published one by one; the lists have them. */
export interface SignalDigest {
  type: "digest";
  signals: number;
  open: number;
  resolved: number;
  byType: Record<string, number>;
  /** the most urgent */
  top: Pick<SignalItem, "id" | "sku" | "competitor" | "signal" | "priority">[];
  at: string;
}

/** A change as it is published to the dashboards; it may have further fields. */
export type LiveItem =
  | { type: "price"; sku: string; price: string; currency: string; source: string; at: string }
  | SignalItem
  | SignalDigest
  | { type: "proposal"; id: string; sku: string; status: string }
  /** stands for new proposals of a run that were too many to be published one by one */
  | { type: "proposals"; runId: string; pending: number; at: string }
  | {
      type: "run";
      id: string;
      kind: string;
      status: string;
      phase: string;
      shards: { total: number; done: number; failed: number };
    };

/** What a socket receives: the changes since the frame before, or a reset for a client that is too far behind. */
export type LiveFrame = { seq: number; items: LiveItem[] } | { seq: number; reset: true };

/**
 * The frames that bring a client up to date whose last one was `since`: those it missed, or one reset if the ring no
 * longer holds all of them. `seq` is the newest number given out; the ring holds the newest frames, oldest first.
 */
export function resumeFrames(since: number, seq: number, ring: readonly LiveFrame[]): LiveFrame[] {
  if (since === seq) return [];
  const oldest = ring[0]?.seq;
  if (oldest === undefined || since < oldest - 1 || since > seq) return [{ seq, reset: true }];
  return ring.filter((frame) => frame.seq > since);
}
