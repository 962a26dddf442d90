import { createSignal } from "solid-js";
import { HOUR_MS } from "../../../domain/base/time.ts";
import type { SignalDigest } from "../../../domain/messages/live.ts";

/** Signals that came as digests instead of one by one, summed up since the first of them. */
export interface DigestSum {
  since: string;
  signals: number;
  /** most frequent first */
  types: { type: string; count: number }[];
}

/** Adds a digest to the sum, which starts again after an hour. */
export function addDigest(sum: DigestSum | null, { at, signals, byType }: SignalDigest): DigestSum {
  const base = sum !== null && Date.parse(at) - Date.parse(sum.since) < HOUR_MS ? sum : null;
  const counts = new Map(base?.types.map(({ type, count }) => [type, count]));
  for (const [type, count] of Object.entries(byType)) counts.set(type, (counts.get(type) ?? 0) + count);
  const types = [...counts].map(([type, count]) => ({ type, count })).sort((a, b) => b.count - a.count);
  return { since: base?.since ?? at, signals: (base?.signals ?? 0) + signals, types };
}

const [digest, setDigest] = createSignal<DigestSum | null>(null);

/** The digests that nobody has dismissed. */
export const currentDigest = digest;

export function noteDigest(item: SignalDigest): void {
  setDigest((sum) => addDigest(sum, item));
}

export function dismissDigest(): void {
  setDigest(null);
}
