import { basisPoints } from "../base/rounding.ts";
import type { Risk } from "../messages/proposal.ts";
import { marginShare, type UnitEconomics } from "./unit-economics.ts";

/** A HIGH-risk price needs a second approver, or a note of at least this many characters. */
export const HIGH_RISK_NOTE_MIN = 50;

/** A change by more than this share of the price is HIGH risk. */
export const HIGH_CHANGE = 0.15;

/** So is one of the margin by more than this share of the net price: five points. */
export const HIGH_MARGIN = 0.05;

/** One person's agreement. `price`: minor units or as shown; absent = the proposed price. */
interface AgreedPrice<Price> {
  by: string;
  price?: Price | undefined;
}

/** Who approves now. */
interface Approver {
  /** as in the audit: `user:ada@example.com` */
  label: string;
  isPerson: boolean;
  /** whether somebody else may approve too; a dashboard that cannot know it assumes so */
  hasColleagues: boolean;
}

/**
 * What is missing before a price can be put in force. `second_approver`: this approval is the first of two and
 * leaves the proposal pending. `note`: nothing but a longer note will do.
 */
export type ApprovalNeed = "nothing" | "second_approver" | "note";

/**
 * Whether a price changes by more than a share of it. Compared in integers: in binary fractions 1700 / 2000 − 1 is
 * already more than 0.15 away from zero.
 *
 * @param from minor units, as `to`
 * @example changesByMore(2000, 1700, 0.15) // false: exactly 15 %
 * @example changesByMore(2000, 1699, 0.15) // true
 */
export function changesByMore(from: number, to: number, share: number): boolean {
  return Math.abs(to - from) * 10_000 > basisPoints(share) * from;
}

/**
 * The risk of approving another price than the one that was judged: HIGH if it changes the price by more than 15 % or
 * the margin by more than 5 points, else the risk that was judged.
 *
 * @param from minor units, as `to`
 * @param economics of the product; null where its cost is not known: then the margin is not judged
 * @example
 * const economics = { includesTax: false, taxBps: 0, feeRate: 0, unitFee: 0, unitCost: 4000 };
 * riskOfApproval("LOW", 10000, 8800, economics) // "HIGH": the margin falls from 60 % to 54.5 %
 * riskOfApproval("LOW", 10000, 9000, economics) // "LOW": to 55.6 %
 */
export function riskOfApproval(
  risk: Risk,
  from: number,
  to: number,
  economics: UnitEconomics | null = null,
): Risk {
  if (changesByMore(from, to, HIGH_CHANGE)) return "HIGH";
  if (economics === null) return risk;
  const margin = marginShare(to, economics) - marginShare(from, economics);
  return Math.abs(margin) > HIGH_MARGIN ? "HIGH" : risk;
}

/** Who has agreed to exactly this price so far. */
export function agreedTo<Price>(approvals: readonly AgreedPrice<Price>[], proposed: Price, price: Price) {
  return approvals.filter((approval) => (approval.price ?? proposed) === price).map(({ by }) => by);
}

/**
 * What an approval needs. LOW and MEDIUM need nothing. HIGH needs a long note, or two people who agree to the same
 * price: whoever approves another price than the first approver becomes the first. A machine is never one of two.
 *
 * @param agreed labels of those who approved this very price before
 * @example
 * const ada = { label: "user:ada@example.com", isPerson: true, hasColleagues: true };
 * approvalNeeds("HIGH", { note: "", agreed: [], by: ada }) // "second_approver"
 * approvalNeeds("HIGH", { note: "", agreed: ["user:ada@example.com"], by: ada }) // "note"
 * approvalNeeds("HIGH", { note: "", agreed: ["user:bob@example.com"], by: ada }) // "nothing"
 */
export function approvalNeeds(
  risk: Risk,
  { note, agreed, by }: { note: string; agreed: readonly string[]; by: Approver },
): ApprovalNeed {
  if (risk !== "HIGH" || note.trim().length >= HIGH_RISK_NOTE_MIN) return "nothing";
  const isSecond = by.isPerson && agreed.some((label) => label !== by.label);
  if (isSecond) return "nothing";
  const isFirst = by.isPerson && by.hasColleagues && agreed.length === 0;
  return isFirst ? "second_approver" : "note";
}
