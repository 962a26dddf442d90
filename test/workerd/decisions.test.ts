import { beforeAll, describe, expect, it } from "vitest";
import {
  holdScheduledRuns,
  importProducts,
  person,
  productRow,
  propose,
  runToEnd,
  seedShop,
} from "./back-support.ts";
import { call } from "./support.ts";

interface DecisionBody {
  id: string;
  sku: string;
  by: string;
  actor: string;
  runId?: string;
  verdict: string;
  reason: string;
  from?: string;
  to?: string;
  note?: string;
  explanation?: { sentence: string; inputs: unknown[]; reason: string };
}

const list = async (query: string) =>
  (await call<{ items: DecisionBody[]; nextCursor: string | null }>("GET", `/api/decisions?${query}`)).body;

const RAISED = ["DEC-1", "DEC-2"];
let runId: string;

beforeAll(async () => {
  await seedShop(RAISED);
  await importProducts([productRow("DEC-3"), productRow("DEC-4", { unitCost: "10.00" })]);
  const skus = [...RAISED, "DEC-3", "DEC-4"];
  await holdScheduledRuns();
  runId = (await runToEnd({ kind: "proposals", scope: { skus } })).id;
});

describe("the decisions of a run", () => {
  it("are all listed, holds and blocks too, each with its reason", async () => {
    const { items } = await list(`runId=${runId}`);
    expect(items.map(({ sku }) => sku).toSorted()).toEqual([...RAISED, "DEC-3", "DEC-4"]);
    const of = (sku: string) => items.find((item) => item.sku === sku)!;
    expect(of("DEC-1")).toMatchObject({ verdict: "propose", by: "run", runId, from: "20.00" });
    expect(of("DEC-3").verdict).not.toBe("propose");
    expect(of("DEC-3").reason).not.toBe("");
    const verdict = of("DEC-3").verdict;
    const same = (await list(`runId=${runId}&verdict=${verdict}&reason=${of("DEC-3").reason}`)).items;
    expect(same.map(({ sku }) => sku)).toContain("DEC-3");
    expect(same.every((item) => item.verdict === verdict)).toBe(true);
  });

  it("are read one by one with what led to them", async () => {
    const { status, body } = await call<DecisionBody>(
      "GET",
      `/api/decisions/${encodeURIComponent(`${runId}:DEC-3`)}`,
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({ sku: "DEC-3", runId, explanation: { reason: body.reason } });
    expect(body.explanation!.sentence).not.toBe("");
    for (const id of [`${runId}:NONE`, "run_none:DEC-3", "nothing", "999999"])
      expect((await call("GET", `/api/decisions/${encodeURIComponent(id)}`)).status).toBe(404);
  });

  it("are paged without a gap, newest run first", async () => {
    await propose(RAISED);
    const all = (await list("")).items.map(({ id }) => id);
    const paged: string[] = [];
    for (let cursor = ""; ; ) {
      const { items, nextCursor } = await list(`limit=1${cursor && `&cursor=${cursor}`}`);
      paged.push(...items.map(({ id }) => id));
      if (nextCursor === null) break;
      cursor = nextCursor;
    }
    expect(paged).toEqual(all);
    expect(all.slice(0, 2).every((id) => !id.startsWith(runId))).toBe(true);
    expect((await list("sku=DEC-1")).items.map(({ sku }) => sku)).toEqual(["DEC-1", "DEC-1"]);
  });
});

describe("a person's decision", () => {
  it("is a price with its reason, in force at once, and in the list", async () => {
    const made = await call<DecisionBody>("POST", "/api/decisions", {
      ...{ sku: "DEC-4", price: "21.00", reason: "season" },
    });
    expect(made).toMatchObject({
      status: 201,
      body: { sku: "DEC-4", by: "person", to: "21.00", note: "season" },
    });
    expect((await list("sku=DEC-4")).items[0]).toEqual(made.body);
    expect((await list("by=person")).items).toEqual([made.body]);
    expect((await call("GET", `/api/decisions/${made.body.id}`)).body).toEqual(made.body);
  });

  it("keeps the limits of any other price, and asks for the right to approve", async () => {
    const below = { sku: "DEC-4", price: "5.00", reason: "cheap" };
    expect((await call("POST", "/api/decisions", below)).body.code).toBe("guardrail_blocked");
    const analyst = await person("decisions@example.com", "analyst");
    expect((await analyst.call("POST", "/api/decisions", { ...below, price: "21.50" })).status).toBe(403);
  });
});
