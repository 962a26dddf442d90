import { formatMoney, type MoneyInput, parseMinor } from "../../domain/base/money.ts";
import { SECOND_MS } from "../../domain/base/time.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { type Actor, actorLabel } from "../../domain/identity/rights.ts";
import { ROW_CODE_OF_MONEY } from "../../domain/intake/row-fields.ts";
import { type ProposalAction, type ProposalStatus, proposalCan } from "../../domain/messages/proposal.ts";
import {
  agreedTo,
  approvalNeeds,
  HIGH_RISK_NOTE_MIN,
  riskOfApproval,
} from "../../domain/pricing/approval.ts";
import { brokenLimit, limitOfMove } from "../../domain/pricing/hard-limits.ts";
import { knownEconomics } from "../../domain/pricing/unit-economics.ts";
import { assertNotOverridden } from "../overrides/read-overrides.ts";
import type { PriceChange } from "../pricing/commit-prices.ts";
import { assertAllowedPrices, assertPayable } from "../pricing/price-limits.ts";
import type { EditedFields } from "./edited.ts";
import type { ApprovalState, DecidedProposal } from "./read-approval.ts";

/** What an approver asks for. */
export interface Approval {
  note?: string | undefined;
  /** another price than proposed */
  price?: MoneyInput | undefined;
  /** ms; without it the price is applied at once */
  effectiveAt?: number | undefined;
  /** ms; when the price before it comes back; without it the price stays */
  until?: number | undefined;
  /** what can be said of `price`: it takes the place of what the proposal said of its own */
  edited?: EditedFields | null | undefined;
}

/** What a request comes to. `end`: the proposal is over without its price; `problem` is what the caller is told then. */
export type ProposalStep =
  | { kind: "none" }
  | { kind: "first_of_two"; to: number }
  | (EditedStep & {
      kind: "schedule";
      to: number;
      effectiveAt: number;
      until: number | null;
      note: string | null;
    })
  | (EditedStep & { kind: "apply"; change: PriceChange })
  | { kind: "undo" }
  | EndStep;

interface EditedStep {
  edited?: EditedFields | null;
}

interface EndStep {
  kind: "end";
  status: Exclude<ProposalStatus, "pending" | "approved" | "applied">;
  note: string | null;
  problem: ProblemError | null;
}

/**
 * Decides what an approval comes to. Pure.
 *
 * @throws ProblemError illegal_transition, not_found, invalid, guardrail_blocked, reason_required, price_held;
 * limits_changed where the proposal was superseded before and a limit still forbids its price
 */
export function planApproval(
  state: ApprovalState,
  approval: Approval,
  actor: Actor,
  now: number,
): ProposalStep {
  const { proposal, product } = state;
  if (proposal.status === "applied") {
    assertSamePrice(proposal, approval.price);
    return { kind: "none" };
  }
  if (proposal.status === "superseded") {
    const forbidden = forbiddenNow(state, agreedPrice(proposal));
    if (forbidden) throw forbidden.problem;
  }
  assertCan("approve", proposal);
  if (proposal.expiresAt <= now) throw new ProblemError("illegal_transition", "the proposal has expired");
  if (!product) throw new ProblemError("not_found", `there is no product ${proposal.sku} any more`);
  assertWindow(approval, now);
  const { price, until = null } = approval;
  // without a price of their own, the second of two approvers agrees to what the first made of it
  const to = price === undefined ? agreedPrice(proposal) : editedPrice(price, proposal.currency);
  if (to !== proposal.to) {
    assertPayable(to, proposal.currency, state.settings);
    assertAllowedPrices([product], to, state.settings);
  }
  const forbidden = forbiddenNow(state, to);
  if (forbidden) return forbidden;
  const edited = to === proposal.to ? null : (approval.edited ?? null);
  if (isFirstOfTwo(state, to, approval, actor)) return { kind: "first_of_two", to };
  const note = approval.note ?? null;
  const graceEnd = now + graceMs(state, actor);
  const schedule = { kind: "schedule" as const, to, until, note, edited };
  if (approval.effectiveAt !== undefined && approval.effectiveAt > now)
    return { ...schedule, effectiveAt: Math.max(approval.effectiveAt, graceEnd) };
  const step = planApplication(state, { to, note, until }, now);
  if (step.kind !== "apply") return step;
  return graceEnd > now ? { ...schedule, effectiveAt: graceEnd } : { ...step, edited };
}

/**
 * Decides whether a proposal's price can be put in force now. Pure.
 *
 * @throws ProblemError illegal_transition, price_held
 */
export function planApplication(
  state: ApprovalState,
  { to, note, until }: Pick<DecidedProposal, "to" | "note" | "until">,
  now: number,
): ProposalStep {
  const { proposal, product, overrides } = state;
  if (proposal.status === "applied") return { kind: "none" };
  assertCan("apply", proposal);
  if (!product) {
    const problem = new ProblemError("not_found", `there is no product ${proposal.sku} any more`);
    return { kind: "end", status: "failed", note: problem.message, problem };
  }
  assertNotOverridden(overrides, product, now);
  if (product.price !== proposal.from) return stale(proposal);
  const forbidden = forbiddenNow(state, to);
  if (forbidden) return forbidden;
  const { id, sku, from, currency } = proposal;
  const change = { sku, from, version: product.version, to, currency, source: "applied" as const };
  return {
    kind: "apply",
    change: { ...change, cause: { kind: "proposal", id }, proposalId: id, until, note, reason: note },
  };
}

/** How long an approval can be undone before its price is in force; what no person or key asked for is not delayed. */
function graceMs({ settings }: ApprovalState, actor: Actor): number {
  return actor.kind === "system" ? 0 : settings.undoSeconds * SECOND_MS;
}

/**
 * Takes an approval back whose price is not in force yet: the proposal is pending again. Pure.
 *
 * @throws ProblemError illegal_transition
 */
export function planUndo({ proposal }: ApprovalState): ProposalStep {
  if (proposal.status === "applied")
    throw new ProblemError(
      "illegal_transition",
      `the price is in force: take it back with POST /api/prices/${proposal.sku}/rollback`,
    );
  assertCan("undo", proposal);
  return { kind: "undo" };
}

/** Ends an open proposal whose price the limits of today forbid; any other stays as it is. Pure. */
export function planRecheck(state: ApprovalState): ProposalStep {
  const { proposal } = state;
  if (!proposalCan("supersede", proposal.status)) return { kind: "none" };
  return forbiddenNow(state, agreedPrice(proposal)) ?? { kind: "none" };
}

/** @throws ProblemError illegal_transition */
export function planRejection({ proposal }: ApprovalState, note: string | null): ProposalStep {
  assertCan("reject", proposal);
  return { kind: "end", status: "rejected", note, problem: null };
}

/** The price that an approval without one agrees to. */
function agreedPrice({ approvals, to }: DecidedProposal): number {
  return approvals[0]?.price ?? to;
}

/** The price is no longer the one that the proposal started from. */
function stale({ id }: DecidedProposal): EndStep {
  const why = "the price is no longer the one that the proposal started from";
  const problem = new ProblemError("stale_or_mismatch", why, {
    extra: { proposal: { id, status: "rejected" } },
  });
  return { kind: "end", status: "rejected", note: "stale_or_mismatch", problem };
}

/** What forbids the price now, whatever held when it was proposed: a limit of the product, or that it is not sold. */
function forbiddenNow(
  { proposal, product, settings }: ApprovalState,
  to: number,
): (EndStep & { problem: ProblemError }) | null {
  if (product === null) return null;
  if (product.status !== "active")
    return limitsChanged(proposal, "status", `${product.sku} is ${product.status}`);
  // a step towards a limit was proposed as one; else a limit came in between, and forbids it as it does a manual price
  const broken = proposal.towardsLimit
    ? limitOfMove(product, proposal.from, to, settings)
    : brokenLimit(product, to, settings);
  if (broken === null) return null;
  const { currency } = proposal;
  const why = `${formatMoney(to, currency)} breaks ${broken.name} ${formatMoney(broken.limit, currency)} by now`;
  return limitsChanged(proposal, broken.name, why);
}

function limitsChanged({ id }: DecidedProposal, limit: string, why: string) {
  const problem = new ProblemError("limits_changed", why, {
    errors: [{ path: "price", code: limit, message: why }],
    extra: { proposal: { id, status: "superseded" } },
  });
  return { kind: "end" as const, status: "superseded" as const, note: why, problem };
}

/** @throws ProblemError illegal_transition if another price is asked for than the one that was applied */
function assertSamePrice({ to, currency }: DecidedProposal, price: MoneyInput | undefined): void {
  if (price === undefined || editedPrice(price, currency) === to) return;
  throw new ProblemError("illegal_transition", `it was applied already, at ${formatMoney(to, currency)}`);
}

/** @throws ProblemError illegal_transition unless the proposal's status allows the action */
function assertCan(action: ProposalAction, { status }: DecidedProposal): void {
  if (proposalCan(action, status)) return;
  throw new ProblemError("illegal_transition", `cannot ${action} a proposal that is ${status}`);
}

/** @throws ProblemError invalid if the price would end before it is in force */
function assertWindow({ effectiveAt, until }: Approval, now: number): void {
  if (until === undefined || until > Math.max(now, effectiveAt ?? now)) return;
  const message = "the end has to be after the beginning, and in the future";
  throw new ProblemError("invalid", message, { errors: [{ path: "until", code: "past_time", message }] });
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
  { proposal, product, settings, hasColleagues }: ApprovalState,
  to: number,
  { note = "", edited }: Pick<Approval, "note" | "edited">,
  actor: Actor,
): boolean {
  const by = { label: actorLabel(actor), isPerson: actor.kind === "user", hasColleagues };
  const agreed = agreedTo(proposal.approvals, proposal.to, to);
  const economics = to === proposal.to || product === null ? null : knownEconomics(product, settings);
  const known = to !== proposal.to && edited?.risk === "HIGH" ? "HIGH" : proposal.risk;
  const risk = riskOfApproval(known, proposal.from, to, economics);
  const needs = approvalNeeds(risk, { note, agreed, by });
  if (needs !== "note") return needs === "second_approver";
  const least = `at least ${HIGH_RISK_NOTE_MIN} characters`;
  throw new ProblemError("reason_required", `HIGH risk needs a second approver, or a note of ${least}`, {
    errors: [{ path: "note", code: "reason_required", message: least }],
  });
}
