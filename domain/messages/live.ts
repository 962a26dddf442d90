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
  /** it deserves attention now, and why; absent: whoever looks at it sees the change, nobody is notified */
  notice?: { at: string; why: Notice["why"] };
}

/** Signals that were too many to be told of one by one: the lists have them. */
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

/** Something that changed, as the dashboard hears of it; more fields than these may be there. */
export type LiveItem =
  | { type: "price"; sku: string; price: string; currency: string; source: string; at: string }
  | SignalItem
  | SignalDigest
  | { type: "proposal"; id: string; sku: string; status: string }
  | {
      type: "run";
      id: string;
      kind: string;
      status: string;
      phase: string;
      shards: { total: number; done: number; failed: number };
    };

/** What a socket receives: changes since the frame before, or that the client is too far behind to be told. */
export type LiveFrame = { seq: number; items: LiveItem[] } | { seq: number; reset: true };

/**
 * The frames that bring a client up to date that last saw `since`: those it missed, or one reset when they are no
 * longer all in the ring. `seq` is the newest number given out; the ring holds the newest frames, oldest first.
 */
export function resumeFrames(since: number, seq: number, ring: readonly LiveFrame[]): LiveFrame[] {
  if (since === seq) return [];
  const oldest = ring[0]?.seq;
  if (oldest === undefined || since < oldest - 1 || since > seq) return [{ seq, reset: true }];
  return ring.filter((frame) => frame.seq > since);
}
