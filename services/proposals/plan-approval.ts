import type { ProposalRecord } from "../../db/reads/proposals.ts";
import { formatMoney, type MoneyInput, parseMinor } from "../../domain/base/money.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { type Actor, actorLabel } from "../../domain/identity/rights.ts";
import { ROW_CODE_OF_MONEY } from "../../domain/intake/row-fields.ts";
import { type ProposalAction, proposalCan } from "../../domain/messages/proposal.ts";
import {
  agreedTo,
  approvalNeeds,
  HIGH_RISK_NOTE_MIN,
  riskOfApproval,
} from "../../domain/pricing/approval.ts";
import { limitOfMove } from "../../domain/pricing/hard-limits.ts";
import { assertNotOverridden } from "../overrides/read-overrides.ts";
import type { PriceChange } from "../pricing/commit-prices.ts";
import { assertAllowedPrices, assertPayable } from "../pricing/price-limits.ts";
import type { ApprovalState } from "./read-approval.ts";

/** What an approver asks for. */
export interface Approval {
  note?: string | undefined;
  /** another price than proposed */
  price?: MoneyInput | undefined;
  /** ms; without it the price is applied at once */
  effectiveAt?: number | undefined;
}

/**
 * What an approval comes to. `stale`: the price is no longer the one that the proposal started from; `forbidden`: today's
 * limits would refuse the price that was proposed under those of another day.
 */
export type ApprovalStep =
  | { kind: "none" }
  | { kind: "first_of_two"; to: number }
  | { kind: "schedule"; to: number; effectiveAt: number }
  | { kind: "apply"; change: PriceChange }
  | { kind: "stale" }
  | { kind: "forbidden"; limit: string; why: string };

/**
 * Decides what an approval comes to. Pure.
 *
 * @throws ProblemError illegal_transition, not_found, invalid, guardrail_blocked, reason_required, price_held
 */
export function planApproval(
  state: ApprovalState,
  approval: Approval,
  actor: Actor,
  now: number,
): ApprovalStep {
  const { proposal, product } = state;
  if (proposal.status === "applied") {
    assertSamePrice(proposal, approval.price);
    return { kind: "none" };
  }
  assertCan("approve", proposal);
  if (proposal.expiresAt <= now) throw new ProblemError("illegal_transition", "the proposal has expired");
  if (!product) throw new ProblemError("not_found", `there is no product ${proposal.sku} any more`);
  // without a price of their own, the second of two approvers agrees to what the first made of it
  const first = proposal.approvals[0];
  const to =
    approval.price === undefined
      ? (first?.price ?? proposal.to)
      : editedPrice(approval.price, proposal.currency);
  if (to !== proposal.to) {
    assertPayable(to, proposal.currency, state.settings);
    assertAllowedPrices([product], to, state.settings);
  }
  const forbidden = forbiddenNow(state, to);
  if (forbidden) return forbidden;
  if (isFirstOfTwo(state, to, approval.note ?? "", actor)) return { kind: "first_of_two", to };
  if (approval.effectiveAt !== undefined && approval.effectiveAt > now)
    return { kind: "schedule", to, effectiveAt: approval.effectiveAt };
  return planApplication(state, to, approval.note ?? null, now);
}

/**
 * Decides whether a proposal's price can be put in force now. Pure.
 *
 * @throws ProblemError illegal_transition, price_held
 */
export function planApplication(
  state: ApprovalState,
  to: number,
  note: string | null,
  now: number,
): ApprovalStep {
  const { proposal, product, overrides } = state;
  if (proposal.status === "applied") return { kind: "none" };
  assertCan("apply", proposal);
  if (product) assertNotOverridden(overrides, product, now);
  if (product?.price !== proposal.from) return { kind: "stale" };
  const forbidden = forbiddenNow(state, to);
  if (forbidden) return forbidden;
  const { id, sku, from, currency } = proposal;
  const change = { sku, from, version: product.version, to, currency, source: "applied" as const };
  return {
    kind: "apply",
    change: { ...change, cause: { kind: "proposal", id }, proposalId: id, note, reason: null },
  };
}

/** What forbids the price now, whatever held when it was proposed: a limit of the product, or that it is not sold. */
function forbiddenNow({ proposal, product, settings }: ApprovalState, to: number): ApprovalStep | null {
  if (product === null) return null;
  if (product.status !== "active")
    return { kind: "forbidden", limit: "status", why: `${product.sku} is ${product.status}` };
  const broken = limitOfMove(product, proposal.from, to, settings);
  if (broken === null) return null;
  const { currency } = proposal;
  const why = `${formatMoney(to, currency)} breaks ${broken.name} ${formatMoney(broken.limit, currency)} by now`;
  return { kind: "forbidden", limit: broken.name, why };
}

/** @throws ProblemError illegal_transition if another price is asked for than the one that was applied */
function assertSamePrice({ to, currency }: ProposalRecord, price: MoneyInput | undefined): void {
  if (price === undefined || editedPrice(price, currency) === to) return;
  throw new ProblemError("illegal_transition", `it was applied already, at ${formatMoney(to, currency)}`);
}

/** @throws ProblemError illegal_transition unless the proposal's status allows the action */
export function assertCan(action: ProposalAction, { status }: ProposalRecord): void {
  if (proposalCan(action, status)) return;
  throw new ProblemError("illegal_transition", `cannot ${action} a proposal that is ${status}`);
}

function editedPrice(price: MoneyInput, currency: string): number {
  const amount = parseMinor(price, currency);
  if (amount.ok) return amount.minor;
  throw new ProblemError("invalid", amount.message, {
    errors: [{ path: "price", code: ROW_CODE_OF_MONEY[amount.code], message: amount.message }],
  });
}

/** @throws ProblemError reason_required where nothing but a longer note will do */
function isFirstOfTwo(
  { proposal, hasColleagues }: ApprovalState,
  to: number,
  note: string,
  actor: Actor,
): boolean {
  const by = { label: actorLabel(actor), isPerson: actor.kind === "user", hasColleagues };
  const agreed = agreedTo(proposal.approvals, proposal.to, to);
  const needs = approvalNeeds(riskOfApproval(proposal.risk, proposal.from, to), { note, agreed, by });
  if (needs !== "note") return needs === "second_approver";
  const least = `at least ${HIGH_RISK_NOTE_MIN} characters`;
  throw new ProblemError("reason_required", `HIGH risk needs a second approver, or a note of ${least}`, {
    errors: [{ path: "note", code: "reason_required", message: least }],
  });
}
