import type { z } from "@hono/zod-openapi";
import type { priceLedger } from "../../db/schema.ts";
import { formatMinor, formatMoney } from "../../domain/base/money.ts";
import { iso } from "../../domain/contract/answers.ts";
import type { PriceExplanation as Shape } from "../../domain/contract/catalogue.ts";
import type { LedgerEntry } from "../../domain/contract/decisions.ts";
import type { HeldOverride, Override } from "../../domain/contract/learning.ts";
import type { PriceLock } from "../../domain/contract/price-locks.ts";
import type { PriorPrice } from "../../domain/contract/prior-price.ts";
import { claimPercent } from "../../domain/ledger/prior-price.ts";
import type { StoreWriteOfEntry } from "../../services/connectors/list-prices.ts";
import type { HeldOverrideRecord } from "../../services/overrides/held-overrides.ts";
import type { OverrideRecord } from "../../services/overrides/read-overrides.ts";
import type { Reach } from "../../services/overrides/read-reach.ts";
import type { PriceExplanation } from "../../services/pricing/explain-price.ts";
import type { LockedPrices } from "../../services/pricing/price-lock.ts";
import type { readPriorPrice } from "../../services/pricing/read-prior-price.ts";
import { presentProposalDetail } from "./decisions.ts";
import { given } from "./given.ts";
import { presentServedPrice } from "./product.ts";

export function presentLedgerEntry(
  row: typeof priceLedger.$inferSelect,
  writes: readonly StoreWriteOfEntry[] = [],
): z.infer<typeof LedgerEntry> {
  return {
    seq: row.seq,
    sku: row.sku,
    from: row.from === null ? null : formatMinor(row.from, row.currency),
    to: formatMinor(row.to, row.currency),
    currency: row.currency,
    source: row.source,
    cause: { kind: row.causeKind, ...given({ id: row.causeId }) },
    actor: row.actor,
    at: iso(row.at),
    prevHash: row.prevHash,
    hash: row.hash,
    ...given({ reason: row.reason, stores: writes.length > 0 ? writes.map(presentStoreState) : null }),
  };
}

function presentStoreState({ storeId, name, state, settledAt, reason }: StoreWriteOfEntry) {
  const at = settledAt === null ? null : iso(settledAt);
  return { store: storeId, name, state, confirmed: state === "confirmed", ...given({ at, reason }) };
}

export function presentOverride(
  row: OverrideRecord,
  now: number,
  reach: Reach | null = null,
): z.infer<typeof Override> {
  const { id, scope, key, kind, reason, createdBy, currency } = row;
  return {
    ...{ id, scope, kind, reason, createdBy },
    active: row.endedAt === null && row.expiresAt > now,
    createdAt: iso(row.createdAt),
    expiresAt: iso(row.expiresAt),
    ...given({
      key: scope === "global" ? null : key,
      price: row.price === null || currency === null ? null : formatMinor(row.price, currency),
      endedAt: row.endedAt === null ? null : iso(row.endedAt),
      endedBy: row.endedBy,
      products: reach?.products ?? null,
      hides: reach?.hides.map(({ id, scope, key, kind }) => ({ id, scope, key, kind })) ?? null,
      underneath: reach?.underneath
        ? {
            price: formatMinor(reach.underneath.price, reach.underneath.currency),
            source: reach.underneath.source,
          }
        : null,
    }),
  };
}

/** Where a price is from, in one sentence and in full. */
export function presentPriceExplanation(found: PriceExplanation, now: number): z.infer<typeof Shape> {
  const { served, entry, proposal, override } = found;
  return {
    ...presentServedPrice(served),
    sentence: sentenceOf(found),
    entry: entry && presentLedgerEntry(entry),
    proposal: proposal && presentProposalDetail(proposal.proposal, proposal.product),
    override: override && presentOverride(override, now),
  };
}

export function presentHeldOverride(row: HeldOverrideRecord): z.infer<typeof HeldOverride> {
  const { id, scope, kind, reason, status, actor, currency } = row;
  return {
    ...{ id, scope, kind, reason, status, actor, heldAt: iso(row.heldAt) },
    ...given({
      key: scope === "global" ? null : row.key,
      price: row.price === null || currency === null ? null : formatMinor(row.price, currency),
      expiresAt: row.expiresAt === null ? null : iso(row.expiresAt),
      playbook: row.playbook,
      note: row.note,
      decidedBy: row.decidedBy,
      decidedAt: row.decidedAt === null ? null : iso(row.decidedAt),
    }),
  };
}

function sentenceOf({ served, entry, proposal, override }: PriceExplanation): string {
  const price = formatMoney(served.price, served.currency);
  const why = override ? ` (${override.reason})` : "";
  if (served.source === "frozen") return `${price} is frozen${why}.`;
  if (served.source === "override") return `${price} is fixed by an override${why}.`;
  if (entry !== null && entry.to !== served.price)
    return `${price} is served, and the ledger does not say so: its newest entry is ${formatMoney(entry.to, entry.currency)}.`;
  if (proposal) {
    const { sentence } = proposal.proposal.explanation;
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

export function presentPriorPrice(
  { sku, currency }: { sku: string; currency: string },
  found: Awaited<ReturnType<typeof readPriorPrice>>,
): z.infer<typeof PriorPrice> {
  const { start, windowStart, prior, from, until, isShorter, price } = found;
  return {
    ...{ sku, currency, isShorter, at: iso(start), windowStart: iso(windowStart) },
    prior: prior === null ? null : formatMinor(prior, currency),
    from: from === null ? null : iso(from),
    until: until === null ? null : iso(until),
    price: formatMinor(price, currency),
    maxClaimPct: claimPercent(prior, price),
  };
}

export function presentLockedPrices({
  items,
  expiresAt,
}: LockedPrices): Omit<z.infer<typeof PriceLock>, "lock"> {
  return {
    items: items.map(({ sku, price, currency, alias }) => ({
      ...{ sku, price: formatMinor(price, currency), currency },
      ...(alias !== undefined && { alias }),
    })),
    expiresAt: iso(expiresAt),
  };
}
