import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { database } from "../../db/database.ts";
import { readProposal } from "../../db/reads/proposals.ts";
import { BatchConflict } from "../../db/write.ts";
import { commitChained } from "../../services/chains/commit-chained.ts";
import { serviceContext, systemActor } from "../../services/context.ts";
import { stepsWrite } from "../../services/proposals/write-steps.ts";
import {
  auditOf,
  expectSoundChains,
  ledgerOf,
  type ProposalBody,
  person,
  proposalsOf,
  servedPrice,
} from "./back-support.ts";
import {
  approve,
  idOf,
  type Problem,
  proposedPrice,
  proposeFor,
  setRisk,
  stored,
} from "./proposals-support.ts";
import { call, observation, postObservations } from "./support.ts";

const NAMES = [
  "BULK-1",
  "BULK-2",
  "BULK-3",
  "CONTEST",
  "HIGH-SAME",
  "P-1",
  "P-2",
  "P-3",
  "P-4",
  "P-5",
  "P-6",
  "PAGE-1",
  "PAGE-2",
  "PAGE-3",
  "REJECT",
  "REPEAT",
  "TWICE",
];

beforeAll(() => proposeFor(NAMES), 60_000);

describe("deciding many", () => {
  it("answers which failed and why, and decides the others", async () => {
    await call("PUT", "/api/products/BULK-2/price", { price: "19.00", reason: "by hand" });
    await setRisk("BULK-3", "HIGH");
    await call("POST", `/api/proposals/${idOf("REJECT")}/reject`, {});
    const ids = [idOf("BULK-1"), idOf("BULK-2"), idOf("BULK-3"), "prp_none", idOf("REJECT")];
    const { status, body } = await call("POST", "/api/proposals/bulk", { action: "approve", ids });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...{ done: 1, skipped: 0, remaining: 0 },
      effect: { up: 1, down: 0, profit: expect.stringMatching(/^\d+\.\d\d$/), currency: "EUR" },
      failed: [
        { id: idOf("BULK-2"), code: "stale_or_mismatch" },
        { id: idOf("BULK-3"), code: "reason_required" },
        { id: "prp_none", code: "not_found" },
        { id: idOf("REJECT"), code: "illegal_transition" },
      ],
    });
    expect(await servedPrice("BULK-1")).toBe(proposedPrice("BULK-1"));
  });

  it("takes the query of the list", async () => {
    const filter = { status: "pending", sku: "BULK-3" };
    const { body } = await call("POST", "/api/proposals/bulk", { action: "reject", filter, note: "all" });
    expect(body).toMatchObject({ done: 1, failed: [], remaining: 0 });
    expect(await stored("BULK-3")).toMatchObject({ status: "rejected", note: "all" });
  });

  it.each([
    ["neither ids nor a filter", { action: "approve" }],
    ["both", { action: "approve", ids: [], filter: {} }],
    ["an unknown action", { action: "ponder", ids: [] }],
    ["an unknown filter", { action: "reject", filter: { colour: "red" } }],
  ])("refuses %s", async (_, body) => {
    expect((await call("POST", "/api/proposals/bulk", body)).status).toBe(422);
  });
});

describe("at the same instant", () => {
  it("two approvals of one proposal make one entry", async () => {
    const people = await Promise.all([1, 2, 3].map((n) => person(`same-${n}@shop.test`, "approver")));
    const answers = await Promise.all(people.map((p) => approve("TWICE", {}, p.call)));
    for (const { status, body } of answers) {
      expect(status).toBe(200);
      expect(body.status).toBe("applied");
    }
    expect(await ledgerOf("TWICE")).toHaveLength(2); // the import and one apply
    expect(await auditOf(idOf("TWICE"))).toHaveLength(1);
    await expectSoundChains();
  });

  it("of an approval and a rejection one wins, and the price follows it", async () => {
    const reject = call<Problem>("POST", `/api/proposals/${idOf("CONTEST")}/reject`, {});
    const answers = await Promise.all([approve("CONTEST"), reject]);
    const { status } = await stored("CONTEST");
    expect(["applied", "rejected"]).toContain(status);
    const [won, lost] = status === "applied" ? answers : answers.toReversed();
    expect(won!.status).toBe(200);
    expect([lost!.status, lost!.body.code]).toEqual([409, "illegal_transition"]);
    expect(await servedPrice("CONTEST")).toBe(status === "applied" ? proposedPrice("CONTEST") : "20.00");
    expect(await ledgerOf("CONTEST")).toHaveLength(status === "applied" ? 2 : 1);
    expect(await auditOf(idOf("CONTEST"))).toHaveLength(1);
  });

  it("a rejection that saw it pending does not undo what was decided since", async () => {
    const seen = (await readProposal(database(env.DB), idOf("REPEAT")))!.proposal;
    await approve("REPEAT");
    const ctx = serviceContext(env, systemActor("test"));
    const stale = { ...seen, status: "pending" as const };
    const step = { kind: "end", status: "rejected", note: null, problem: null } as const;
    const write = stepsWrite(ctx, [{ proposal: stale, step }])!;
    await expect(commitChained(ctx, write)).rejects.toThrow(BatchConflict);
    expect(await stored("REPEAT")).toMatchObject({ status: "applied" });
    await expectSoundChains();
  });

  it("the two approvals that HIGH risk needs are a first and a second", async () => {
    await setRisk("HIGH-SAME", "HIGH");
    const people = await Promise.all([1, 2].map((n) => person(`pair-${n}@shop.test`, "approver")));
    const answers = await Promise.all(people.map((p) => approve("HIGH-SAME", {}, p.call)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(await stored("HIGH-SAME")).toMatchObject({ status: "applied" });
    const trail = await auditOf(idOf("HIGH-SAME"));
    expect(trail.map(({ action }) => action)).toEqual(["proposal.apply", "proposal.approve-first"]);
    expect(trail[0]!.actor).not.toBe(trail[1]!.actor);
  });

  it("applies of different SKUs all go through, in a chain without a gap", async () => {
    const skus = ["P-1", "P-2", "P-3", "P-4", "P-5", "P-6"];
    const answers = await Promise.all(skus.map((sku) => approve(sku)));
    expect(answers.map(({ status }) => status)).toEqual(skus.map(() => 200));
    for (const sku of skus) expect(await servedPrice(sku)).toBe(proposedPrice(sku));
    await expectSoundChains();
  });
});

describe("the list", () => {
  it("says where the price stands against the cheapest offer that counts, before and after", async () => {
    const at = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
    const offers: [string, number, Record<string, unknown>][] = [
      ["alpha", 16, {}],
      ["beta", 25, {}],
      ["sold-out", 15, { availability: "out_of_stock" }],
      ["long-ago", 15, { observedAt: at(30) }],
    ];
    await postObservations(
      "scraper",
      "places",
      offers.map(([competitor, price, more]) => observation("PAGE-2", price, { competitor, ...more })),
    );
    const [{ market } = {}] = await proposalsOf("sku=PAGE-2");
    const after = Number(proposedPrice("PAGE-2")) / 16;
    expect(market).toEqual({
      ...{ competitor: "alpha", cheapest: "16.00" },
      gapPct: { before: 25, after: expect.closeTo(100 * after - 100, 1) },
      index: { before: 125, after: expect.closeTo(100 * after, 1) },
    });
    expect((await proposalsOf("sku=PAGE-3"))[0]!.market).toBeUndefined();
  });

  it("pages newest first, each once, by its filters", async () => {
    const wanted = ["PAGE-1", "PAGE-2", "PAGE-3"];
    await env.DB.prepare("UPDATE proposals SET category = 'paging' WHERE sku LIKE 'PAGE-%'").run();
    const seen: string[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const path: string = `/api/proposals?category=paging&limit=1${cursor && `&cursor=${cursor}`}`;
      const { body }: { body: { items: ProposalBody[]; nextCursor: string | null } } = await call(
        "GET",
        path,
      );
      seen.push(...body.items.map(({ sku }) => sku));
      cursor = body.nextCursor;
    }
    expect(seen.toSorted()).toEqual(wanted);
    expect(await proposalsOf("category=paging&status=applied")).toEqual([]);
    expect((await proposalsOf("sku=PAGE-1&status=pending")).map(({ sku }) => sku)).toEqual(["PAGE-1"]);
    expect((await call("GET", "/api/proposals?status=gone")).status).toBe(422);
  });
});
