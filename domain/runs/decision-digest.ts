import type { PricingDecision } from "../pricing/decision/decision.ts";

/** What a proposal is worth showing for, when there are more than a person can look at. */
export interface ProposalWorth {
  /** `due`: it leads back to a limit that the price breaks, or from a trial that is over; `experiment`: it is to learn from */
  kind: "due" | "gain" | "experiment";
  /** minor units over the days compared: the expected gain after risk, or what an experiment is worth */
  value: number;
  /** the price that stays if it is not shown */
  from: number;
}

/** A decision in short: what the run counts and hashes. */
export interface DecisionDigest {
  sku: string;
  digest: string;
  verdict: PricingDecision["verdict"];
  reason: string;
  /** the price that it was and the one that was decided, minor units of `currency` */
  from?: number;
  to?: number;
  currency?: string;
  strategy?: string;
  /** of a change: what it is worth showing for */
  worth?: ProposalWorth;
  /** of a change on a ladder: the ladder's first SKU, whose changes are shown together */
  ladder?: string;
}

/** What the run decided, counted; the SKUs that need a person are named. */
export interface DecisionCounts {
  decided: number;
  proposed: number;
  held: number;
  blocked: number;
  /** decisions by reason */
  reasons: Record<string, number>;
  /** by reason, the first SKUs whose price could not be decided; `reasons` has how many there are */
  blockedSkus: Record<string, string[]>;
}

/** Reasons of a kept price that need a person as a blocked one does. */
const NEEDS_PERSON: ReadonlySet<string> = new Set(["missing_cost"]);
/** SKUs named of each reason. */
const NAMED_SKUS = 100;

/** Counts decisions; what is named of each reason is in SKU order, so that it does not depend on the shards. */
export function countDecisions(digests: readonly DecisionDigest[]): DecisionCounts {
  const counts = { decided: digests.length, proposed: 0, held: 0, blocked: 0 };
  const reasons: Record<string, number> = {};
  const named: [sku: string, reason: string][] = [];
  for (const { sku, verdict, reason } of digests) {
    counts[verdict === "propose" ? "proposed" : verdict === "hold" ? "held" : "blocked"]++;
    reasons[reason] = (reasons[reason] ?? 0) + 1;
    if (verdict === "blocked" || NEEDS_PERSON.has(reason)) named.push([sku, reason]);
  }
  named.sort(([a], [b]) => (a < b ? -1 : 1));
  const blockedSkus = Object.fromEntries(
    [...Map.groupBy(named, ([, reason]) => reason)].map(([reason, rows]) => [
      reason,
      rows.slice(0, NAMED_SKUS).map(([sku]) => sku),
    ]),
  );
  return { ...counts, reasons, blockedSkus };
}
