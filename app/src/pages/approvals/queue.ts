import { createContext, useContext } from "solid-js";
import type { Proposal } from "../../../../domain/contract/decisions.ts";

/** What an opened proposal knows of the list beside it. */
export interface Queue {
  backHref(): string;
  /** another pending proposal, to decide next */
  next(id: string): string | undefined;
  hrefOf(id: string): string;
}

export const QueueContext = createContext<Queue>();

export function useQueue(): Queue {
  const queue = useContext(QueueContext);
  if (!queue) throw new Error("useQueue outside of the approvals page");
  return queue;
}

export type SortKey = "age" | "change" | "profit" | "risk" | "confidence";

export interface Sort {
  key: SortKey;
  descending: boolean;
}

const RISK_RANK = { LOW: 0, MEDIUM: 1, HIGH: 2 } as const;

const VALUE: Record<SortKey, (p: Proposal) => number> = {
  age: (p) => -Date.parse(p.createdAt),
  change: (p) => p.changePct,
  profit: (p) => Number(p.expected.delta.profit),
  risk: (p) => RISK_RANK[p.risk],
  confidence: (p) => p.confidence,
};

/** The proposals whose SKU, title or id contains the text; all for an empty text. */
export function matching(proposals: readonly Proposal[], text: string): Proposal[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return [...proposals];
  return proposals.filter((p) => `${p.sku} ${p.title ?? ""} ${p.id}`.toLowerCase().includes(wanted));
}

/** Proposals in the chosen order; equal values stay as the server gave them. */
export function sorted(proposals: readonly Proposal[], sort: Sort): Proposal[] {
  const value = VALUE[sort.key];
  const direction = sort.descending ? -1 : 1;
  return [...proposals].sort((a, b) => direction * (value(a) - value(b)));
}

/** The sort after a click on a column: the same column is reversed, another begins with its largest value. */
export function nextSort(present: Sort, key: SortKey): Sort {
  return present.key === key ? { key, descending: !present.descending } : { key, descending: key !== "age" };
}

/** The id `step` places after `id` in a list, stopping at its ends; the first if `id` is not in it. */
export function neighbour(ids: readonly string[], id: string | undefined, step: 1 | -1): string | undefined {
  const at = id === undefined ? -1 : ids.indexOf(id);
  if (at === -1) return ids[0];
  return ids[Math.min(ids.length - 1, Math.max(0, at + step))];
}
