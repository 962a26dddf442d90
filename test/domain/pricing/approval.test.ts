import { describe, expect, it } from "vitest";
import { PROPOSAL_ACTIONS, PROPOSAL_STATUSES, proposalCan } from "../../../domain/messages/proposal.ts";
import {
  type ApprovalNeed,
  agreedTo,
  approvalNeeds,
  changesByMore,
  riskOfApproval,
} from "../../../domain/pricing/approval.ts";

const ada = { label: "user:ada", isPerson: true, hasColleagues: true };
const alone = { ...ada, hasColleagues: false };
const machine = { label: "key:nightly", isPerson: false, hasColleagues: true };
const LONG = "x".repeat(50);

describe("what an approval needs", () => {
  it.each<[string, "LOW" | "MEDIUM" | "HIGH", string, string[], typeof ada, ApprovalNeed]>([
    ["LOW risk", "LOW", "", [], ada, "nothing"],
    ["MEDIUM risk of a machine", "MEDIUM", "", [], machine, "nothing"],
    ["HIGH risk with a note of 50 characters", "HIGH", LONG, [], ada, "nothing"],
    ["HIGH risk with 50 characters from a machine", "HIGH", LONG, [], machine, "nothing"],
    ["HIGH risk with 49 characters in blanks", "HIGH", ` ${LONG.slice(1)} `, [], alone, "note"],
    ["HIGH risk as the first of two", "HIGH", "", [], ada, "second_approver"],
    ["HIGH risk as the second of two", "HIGH", "", ["user:bob"], ada, "nothing"],
    ["HIGH risk twice by the same person", "HIGH", "", ["user:ada"], ada, "note"],
    ["HIGH risk where nobody else may approve", "HIGH", "", [], alone, "note"],
    ["HIGH risk after a colleague who has left", "HIGH", "", ["user:bob"], alone, "nothing"],
    ["HIGH risk of a machine", "HIGH", "", [], machine, "note"],
    ["HIGH risk of a machine after a person", "HIGH", "", ["user:bob"], machine, "note"],
  ])("%s", (_, risk, note, agreed, by, needs) => {
    expect(approvalNeeds(risk, { note, agreed, by })).toBe(needs);
  });

  it("counts those who agreed to this very price, the proposed one where they named none", () => {
    const approvals = [{ by: "user:ada" }, { by: "user:bob", price: 2050 }];
    expect(agreedTo(approvals, 2100, 2100)).toEqual(["user:ada"]);
    expect(agreedTo(approvals, 2100, 2050)).toEqual(["user:bob"]);
  });
});

describe("a change of exactly a share of the price", () => {
  it.each([
    [2000, 2300, false],
    [2000, 2301, true],
    [2000, 1700, false],
    [2000, 1699, true],
    [700, 805, false],
    [700, 595, false],
    [1_999_999_999_99, 1_999_999_999_99, false],
  ])("from %i to %i: more than 15 %% is %s", (from, to, isMore) => {
    expect(changesByMore(from, to, 0.15)).toBe(isMore);
    expect(riskOfApproval("LOW", from, to)).toBe(isMore ? "HIGH" : "LOW");
  });

  it("counts the margin too, where the cost is known: five points", () => {
    const economics = { includesTax: false, taxBps: 0, feeRate: 0, unitFee: 0, unitCost: 4_000 };
    // 60 % at 100.00; 54.5 % at 88.00; 55.0 % at 88.89
    expect(riskOfApproval("LOW", 10_000, 8_800, economics)).toBe("HIGH");
    expect(riskOfApproval("LOW", 10_000, 8_889, economics)).toBe("LOW");
    expect(riskOfApproval("LOW", 10_000, 8_800)).toBe("LOW");
  });

  it("never lowers the risk that was judged", () => {
    expect(riskOfApproval("HIGH", 2000, 2001)).toBe("HIGH");
    expect(riskOfApproval("MEDIUM", 2000, 2001)).toBe("MEDIUM");
  });
});

describe("the statuses of a proposal", () => {
  it("allow what the table says, and nothing once it has ended", () => {
    expect(PROPOSAL_STATUSES.filter((status) => proposalCan("approve", status))).toEqual(["pending"]);
    expect(PROPOSAL_STATUSES.filter((status) => proposalCan("apply", status))).toEqual([
      "pending",
      "approved",
    ]);
    expect(PROPOSAL_STATUSES.filter((status) => proposalCan("reject", status))).toEqual([
      "pending",
      "approved",
    ]);
    expect(PROPOSAL_STATUSES.filter((status) => proposalCan("expire", status))).toEqual(["pending"]);
    const ended = ["applied", "rejected", "expired", "superseded", "failed"] as const;
    for (const action of Object.keys(PROPOSAL_ACTIONS) as (keyof typeof PROPOSAL_ACTIONS)[])
      expect(ended.filter((status) => proposalCan(action, status))).toEqual([]);
  });
});
