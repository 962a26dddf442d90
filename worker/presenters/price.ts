import type { z } from "@hono/zod-openapi";
import type { PriceExplanation as Shape } from "../../domain/contract/price-shapes.ts";
import { formatMoney } from "../../domain/money/format.ts";
import type { PricingDecision } from "../../domain/proposals/decision.ts";
import type { PriceExplanation } from "../../services/pricing/explain-price.ts";
import { presentLedgerEntry } from "./chain.ts";
import { presentOverride } from "./override.ts";
import { presentServedPrice } from "./product.ts";
import { presentProposalDetail } from "./proposal.ts";

/** Where a price is from, in one sentence and in full. */
export function presentPriceExplanation(found: PriceExplanation, now: number): z.infer<typeof Shape> {
  const { served, entry, proposal, override } = found;
  return {
    ...presentServedPrice(served),
    sentence: sentenceOf(found),
    entry: entry && presentLedgerEntry(entry),
    proposal: proposal && presentProposalDetail(proposal.proposal, proposal.title),
    override: override && presentOverride(override, now),
  };
}

function sentenceOf({ served, entry, proposal, override }: PriceExplanation): string {
  const price = formatMoney(served.price, served.currency);
  const why = override ? ` (${override.reason})` : "";
  if (served.source === "frozen") return `${price} is held by a freeze${why}.`;
  if (served.source === "override") return `${price} is fixed by an override${why}.`;
  if (proposal) {
    const { sentence } = proposal.proposal.explanation as PricingDecision;
    return `${price} was approved by ${proposal.proposal.decidedBy ?? "nobody"}. ${sentence}`;
  }
  if (entry === null) return `${price} is the base price.`;
  const reason = entry.reason === null ? "" : ` (${entry.reason})`;
  const words: Record<string, string> = {
    import: "was imported as the base price",
    manual: `was set by ${entry.actor}`,
    rollback: `is back in force: ${entry.actor} took a later price back`,
    override: "is back in force after an override",
  };
  return `${price} ${words[entry.causeKind] ?? `was set by ${entry.actor}`}${reason}.`;
}
