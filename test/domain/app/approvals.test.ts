import { describe, expect, it } from "vitest";
import { decisionBlocked, noteMinimum } from "../../../app/src/pages/approvals/decision-rules.ts";
import { neighbour, nextPending } from "../../../app/src/pages/approvals/queue.ts";
import { runProgress, withProgress } from "../../../app/src/queries/runs.ts";
import type { Me } from "../../../app/src/queries/session.ts";
import type { Proposal, Run } from "../../../domain/contract/decisions.ts";

const outcome = (profit: string) => ({
  units: 1,
  revenue: "1",
  profit,
  interval80: ["0", "9"] as [string, string],
});

function proposal(change: Partial<Proposal>): Proposal {
  return {
    id: "p1",
    sku: "A-1",
    title: "Kettle",
    from: "10.00",
    to: "11.00",
    currency: "EUR",
    changePct: 10,
    status: "pending",
    risk: "LOW",
    riskReasons: [],
    strategy: "elasticity_optimizer",
    confidence: 0.8,
    expected: {
      ...outcome("1"),
      horizonDays: 14,
      delta: outcome("5.00"),
    },
    category: "kitchen",
    approvals: [],
    createdAt: "2026-11-21T00:00:00Z",
    expiresAt: "2026-11-22T00:00:00Z",
    ...change,
  };
}

const admin: Me = { email: "ada@example.com", name: "Ada", role: "admin" };

describe("decisionBlocked", () => {
  it("lets an approver approve a pending proposal, and reject one that was approved for later", () => {
    expect(decisionBlocked(proposal({}), "approve", admin)).toBeNull();
    expect(decisionBlocked(proposal({ status: "applied" }), "reject", admin)).toMatch(/^Applied/);
    expect(decisionBlocked(proposal({ status: "approved" }), "approve", admin)).toMatch(/^Approved/);
    expect(decisionBlocked(proposal({ status: "approved" }), "reject", admin)).toBeNull();
    expect(decisionBlocked(proposal({}), "approve", { ...admin, role: "analyst" })).toContain("analyst");
    expect(decisionBlocked(proposal({}), "approve", null)).not.toBeNull();
  });
});

describe("noteMinimum", () => {
  const high = proposal({ risk: "HIGH" });
  const byBob = { by: "user:bob@example.com" };
  const byAda = { by: "user:ada@example.com" };

  it("asks nothing of the first approver of HIGH risk: a second one may follow", () => {
    expect(noteMinimum(high, "approve", admin)).toBe(0);
  });

  it("asks 50 characters of the first approver who approves again alone", () => {
    expect(noteMinimum({ ...high, approvals: [byAda] }, "approve", admin)).toBe(50);
    expect(noteMinimum({ ...high, approvals: [{ ...byAda, price: "10.50" }] }, "approve", admin)).toBe(50);
  });

  it("asks nothing of a second approver, for rejecting, or for a lower risk", () => {
    expect(noteMinimum({ ...high, approvals: [byBob] }, "approve", admin)).toBe(0);
    expect(noteMinimum({ ...high, approvals: [byAda] }, "reject", admin)).toBe(0);
    expect(noteMinimum(proposal({ risk: "MEDIUM" }), "approve", admin)).toBe(0);
  });

  it("treats a first approver's price more than 15 % away as HIGH risk", () => {
    const edited = (price: string) => ({ ...proposal({ risk: "LOW" }), approvals: [{ ...byAda, price }] });
    expect(noteMinimum(edited("11.51"), "approve", admin)).toBe(50);
    expect(noteMinimum(edited("11.50"), "approve", admin)).toBe(0);
  });
});

describe("the way through the queue", () => {
  it("moves to the next and previous proposal and stops at the ends", () => {
    const ids = ["a", "b", "c"];
    expect(neighbour(ids, "b", 1)).toBe("c");
    expect(neighbour(ids, "c", 1)).toBe("c");
    expect(neighbour(ids, "a", -1)).toBe("a");
    expect(neighbour(ids, undefined, 1)).toBe("a");
    expect(neighbour([], "x", 1)).toBeUndefined();
  });

  it("goes on to the next pending proposal below, and at the end to one that was passed over", () => {
    const rows = ["pending", "applied", "pending", "rejected"].map((status, i) => ({ id: `p${i}`, status }));
    expect(nextPending(rows, "p0")).toBe("p2");
    expect(nextPending(rows, "p2")).toBe("p0");
    expect(nextPending(rows.slice(0, 2), "p0")).toBeUndefined();
  });
});

describe("runProgress", () => {
  const run = { status: "running" as const, shards: { total: 8, done: 2, failed: 1 } };

  it("is the share of run shards that are done or failed, and 0 before a phase has any", () => {
    expect(runProgress(run)).toBeCloseTo(3 / 8, 10);
    expect(runProgress({ ...run, shards: { total: 0, done: 0, failed: 0 } })).toBe(0);
    expect(runProgress({ ...run, status: "failed" })).toBe(1);
  });

  it("follows a live frame at once, for the run that it names", () => {
    const listed = (id: string) => ({ id, phase: "decide", ...run }) as Run;
    const page = { items: [listed("r1"), listed("r2")], nextCursor: null };
    const live = { type: "run" as const, id: "r2", kind: "proposals", status: "running", phase: "collect" };
    const { items } = withProgress(page, { ...live, shards: { total: 4, done: 3, failed: 0 } });
    expect(items.map(({ phase }) => phase)).toEqual(["decide", "collect"]);
    expect(items.map(runProgress)).toEqual([3 / 8, 3 / 4]);
  });
});
