/** Something that changed, as the dashboard hears of it; more fields than these may be there. */
export type LiveItem =
  | { type: "price"; sku: string; price: string; currency: string; source: string; at: string }
  | {
      type: "signal";
      id: string;
      sku: string;
      competitor: string | null;
      signal: string;
      status: string;
      priority: number;
      at: string;
    }
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
