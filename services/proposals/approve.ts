import { readProduct } from "../../db/reads/products.ts";
import { type ProposalRecord, readProposal } from "../../db/reads/proposals.ts";
import { BatchConflict, guardStatement } from "../../db/write.ts";
import { type MoneyInput, parseMinor } from "../../domain/base/money.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { actorLabel } from "../../domain/identity/rights.ts";
import { ROW_CODE_OF_MONEY } from "../../domain/intake/row-fields.ts";
import { HIGH_CHANGE } from "../../domain/pricing/decision/risk.ts";
import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { assertNotHeld } from "../overrides/assert-not-held.ts";
import { commitPrices, type PriceChange } from "../pricing/commit-prices.ts";
import { assertAllowedPrice } from "../pricing/set-price.ts";
import { settleProposal } from "./settle.ts";

/** A HIGH-risk proposal needs a second approver, or a note of this many characters. */
export const HIGH_RISK_NOTE_MIN = 50;

const APPLY_TRIES = 3;

export interface Approval {
  note?: string | undefined;
  /** another price than proposed */
  price?: MoneyInput | undefined;
  /** ms; without it the price is applied at once */
  effectiveAt?: number | undefined;
}

/**
 * Approves a proposal. Without `effectiveAt`, approval and application are one batch. Repeating it on an applied
 * proposal answers it again; of two at the same instant one wins.
 *
 * @throws ProblemError not_found, illegal_transition, reason_required, guardrail_blocked, price_held, stale_or_mismatch
 */
export async function approveProposal(
  ctx: ServiceContext,
  id: string,
  approval: Approval,
): Promise<ProposalRecord> {
  try {
    return await approveAsItIs(ctx, id, approval);
  } catch (error) {
    // somebody decided at the same instant: what they left is what this approval is about
    if (error instanceof BatchConflict) return approveAsItIs(ctx, id, approval);
    throw error;
  }
}

async function approveAsItIs(ctx: ServiceContext, id: string, approval: Approval): Promise<ProposalRecord> {
  const proposal = await findProposal(ctx, id);
  if (proposal.status === "applied") return proposal;
  if (proposal.status !== "pending") throw illegal(proposal, "approve");
  if (proposal.expiresAt <= ctx.now) throw new ProblemError("illegal_transition", "the proposal has expired");
  const product = await readProduct(ctx.db, proposal.sku);
  if (!product) throw new ProblemError("not_found", `there is no product ${proposal.sku} any more`);
  // without a price of one's own, what the first of two approvers made of it
  const first = proposal.approvals[0];
  const to =
    approval.price === undefined
      ? (first?.price ?? proposal.to)
      : editedPrice(approval.price, proposal.currency);
  if (to !== proposal.to) await assertAllowedPrice(ctx, product, to);
  if (await isFirstOfTwo(ctx, proposal, to, approval.note)) return findProposal(ctx, id);
  if (approval.effectiveAt !== undefined && approval.effectiveAt > ctx.now) {
    await schedule(ctx, proposal, to, approval);
    return findProposal(ctx, id);
  }
  return applyNow(ctx, proposal, to, approval.note ?? null);
}

/**
 * Puts a proposal's price in force. A product that changed in something else than its price (stock, cost) meanwhile
 * is read again; one whose price moved rejects the proposal.
 */
export async function applyNow(
  ctx: ServiceContext,
  proposal: ProposalRecord,
  to: number,
  note: string | null,
): Promise<ProposalRecord> {
  for (let attempt = 1; ; attempt++) {
    const product = await readProduct(ctx.db, proposal.sku);
    if (product) await assertNotHeld(ctx, product);
    if (product?.price === proposal.from) {
      const { applied } = await commitPrices(ctx, [priceChange(proposal, product.version, to, note)]);
      if (applied.length > 0) return findProposal(ctx, proposal.id);
    }
    const after = await findProposal(ctx, proposal.id);
    if (after.status === "applied") return after;
    if (after.status !== proposal.status) throw illegal(after, "approve");
    if (product?.price === proposal.from && attempt < APPLY_TRIES) continue;
    await settleProposal(ctx, after, "rejected", "stale_or_mismatch");
    throw new ProblemError(
      "stale_or_mismatch",
      "the price is no longer the one that the proposal started from",
      {
        extra: { proposal: { id: proposal.id, status: "rejected" } },
      },
    );
  }
}

function priceChange(
  proposal: ProposalRecord,
  version: number,
  to: number,
  note: string | null,
): PriceChange {
  return {
    sku: proposal.sku,
    from: proposal.from,
    version,
    to,
    currency: proposal.currency,
    source: "applied",
    cause: { kind: "proposal", id: proposal.id },
    proposalId: proposal.id,
    note,
    reason: null,
  };
}

async function findProposal(ctx: ServiceContext, id: string): Promise<ProposalRecord> {
  const found = await readProposal(ctx.db, id);
  if (!found) throw new ProblemError("not_found", "no such proposal");
  return found.proposal;
}

function illegal(proposal: ProposalRecord, verb: string): ProblemError {
  return new ProblemError("illegal_transition", `cannot ${verb} a proposal that is ${proposal.status}`);
}

function editedPrice(price: MoneyInput, currency: string): number {
  const amount = parseMinor(price, currency);
  if (amount.ok) return amount.minor;
  throw new ProblemError("invalid", amount.message, {
    errors: [{ path: "price", code: ROW_CODE_OF_MONEY[amount.code], message: amount.message }],
  });
}

/**
 * HIGH risk without a note long enough: the first of two approvers leaves it pending, at the price that they want. Two
 * have to want the same: who wants another price is the first anew. Where there is no other person who may approve, and
 * for a machine, only the note will do.
 */
async function isFirstOfTwo(
  ctx: ServiceContext,
  proposal: ProposalRecord,
  to: number,
  note = "",
): Promise<boolean> {
  // an edited price may be a larger step than the one whose risk was judged
  const isHigh = proposal.risk === "HIGH" || Math.abs(to / proposal.from - 1) > HIGH_CHANGE;
  if (!isHigh || note.trim().length >= HIGH_RISK_NOTE_MIN) return false;
  const by = actorLabel(ctx.actor);
  const agreed = proposal.approvals.filter(({ price }) => (price ?? proposal.to) === to);
  if (ctx.actor.kind === "user" && agreed.some((approval) => approval.by !== by)) return false;
  const hasDecided = agreed.length > 0;
  if (ctx.actor.kind !== "user" || hasDecided || (await otherApprovers(ctx, ctx.actor.id)) === 0)
    throw new ProblemError(
      "reason_required",
      `HIGH risk needs a second approver, or a note of at least ${HIGH_RISK_NOTE_MIN} characters`,
      {
        errors: [
          { path: "note", code: "reason_required", message: `at least ${HIGH_RISK_NOTE_MIN} characters` },
        ],
      },
    );
  const edited = to === proposal.to ? {} : { price: to };
  const approvals = JSON.stringify([{ by, at: ctx.now, ...edited }]);
  const before = JSON.stringify(proposal.approvals);
  await commitChained(ctx, {
    audit: [{ action: "proposal.approve-first", subject: proposal.id, detail: { sku: proposal.sku, to } }],
    statements: () => [
      ctx.d1
        .prepare(
          "UPDATE proposals SET approvals = ?1 WHERE id = ?2 AND status = 'pending' AND approvals = ?3",
        )
        .bind(approvals, proposal.id, before),
      guardStatement(
        ctx.d1,
        "SELECT count(*) FROM proposals WHERE id = ?1 AND status = 'pending' AND approvals = ?2",
        [proposal.id, approvals],
        1,
      ),
    ],
  });
  return true;
}

async function schedule(
  ctx: ServiceContext,
  proposal: ProposalRecord,
  to: number,
  approval: Approval,
): Promise<void> {
  const by = actorLabel(ctx.actor);
  await commitChained(ctx, {
    audit: [
      { action: "proposal.schedule", subject: proposal.id, detail: { sku: proposal.sku, to, ...approval } },
    ],
    statements: () => [
      ctx.d1
        .prepare(
          `UPDATE proposals SET status = 'approved', to_price = ?2, note = ?3, effective_at = ?4, decided_by = ?5,
             decided_at = ?6 WHERE id = ?1 AND status = 'pending'`,
        )
        .bind(proposal.id, to, approval.note ?? null, approval.effectiveAt, by, ctx.now),
      guardStatement(
        ctx.d1,
        `SELECT count(*) FROM proposals WHERE id = ?1 AND status = 'approved' AND effective_at = ?2
           AND decided_by = ?3 AND decided_at = ?4`,
        [proposal.id, approval.effectiveAt, by, ctx.now],
        1,
      ),
    ],
  });
}

async function otherApprovers(ctx: ServiceContext, userId: string): Promise<number> {
  const row = await ctx.d1
    .prepare(
      "SELECT count(*) AS n FROM users WHERE active = 1 AND role IN ('approver', 'admin') AND id <> ?1",
    )
    .bind(userId)
    .first<{ n: number }>();
  return row?.n ?? 0;
}
