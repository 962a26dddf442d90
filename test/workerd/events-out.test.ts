import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { bulkInsert } from "../../db/bulk.ts";
import { database } from "../../db/database.ts";
import { events } from "../../db/schema.ts";
import { DAY_MS } from "../../domain/base/time.ts";
import { serviceContext, systemActor } from "../../services/context.ts";
import { expireEvents } from "../../services/outgoing/expire-events.ts";
import { readEvents } from "../../services/outgoing/read-events.ts";
import { runEnd } from "./back-support.ts";
import { addProposals, approve, idOf, proposedPrice, proposeFor } from "./proposals-support.ts";
import { call, observation, postObservations } from "./support.ts";

interface EventBody {
  id: string;
  seq: number;
  type: string;
  timestamp: string;
  sku: string | null;
  data: Record<string, unknown>;
}
interface EventList {
  items: EventBody[];
  nextCursor: string | null;
  newest: number;
  oldest: number;
}

const SKUS = ["EVT-1", "EVT-2", "EVT-3", "EVT-4", "EVT-5"];

beforeAll(async () => {
  await proposeFor(SKUS);
});

async function eventsOf(query: string): Promise<EventBody[]> {
  return (await call<EventList>("GET", `/api/events?limit=500&${query}`)).body.items;
}

const typesOf = (list: readonly EventBody[]) => list.map(({ type }) => type);

describe("events of decisions", () => {
  it("tells of proposals that a run makes, and that the run has finished", async () => {
    const made = await eventsOf("type=proposal.created");
    expect(made.map(({ sku }) => sku)).toEqual(SKUS);
    expect(made[0]!.data).toMatchObject({ id: idOf("EVT-1"), from: "20.00", to: proposedPrice("EVT-1") });
    const finished = await eventsOf("type=run.finished");
    expect(finished.at(-1)!.data).toMatchObject({ kind: "proposals", status: "done", dryRun: false });
  });

  it("tells of an approved price and of its rollback, in the order of their commits", async () => {
    const { newest } = (await call<EventList>("GET", "/api/events")).body;
    expect((await approve("EVT-1")).status).toBe(200);
    expect((await call("POST", "/api/prices/EVT-1/rollback", { reason: "a test" })).status).toBe(200);
    const told = await eventsOf(`since=${newest}&sku=EVT-1`);
    expect(typesOf(told)).toEqual(["price.applied", "proposal.applied", "price.rolled_back"]);
    const [applied, , back] = told;
    expect(applied!.data).toMatchObject({
      ...{ sku: "EVT-1", from: "20.00", to: proposedPrice("EVT-1"), currency: "EUR" },
      ...{ source: "applied", cause: { kind: "proposal", id: idOf("EVT-1") } },
    });
    expect(applied!.id).toBe(`evt_${applied!.seq}`);
    expect(back!.data).toMatchObject({ from: proposedPrice("EVT-1"), to: "20.00", reason: "a test" });
  });

  it("tells of a rejection, of a scheduled price, and of overrides from their making to their end", async () => {
    const { newest } = (await call<EventList>("GET", "/api/events")).body;
    await call("POST", `/api/proposals/${idOf("EVT-2")}/reject`, { note: "too dear" });
    const effectiveAt = new Date(Date.now() + 3_600_000).toISOString();
    expect((await approve("EVT-3", { effectiveAt })).status).toBe(200);
    const freeze = { scope: "sku", key: "EVT-4", kind: "PRICE_FREEZE", reason: "a test" };
    const { body } = await call("POST", "/api/overrides", freeze);
    await call("DELETE", `/api/overrides/${body.id}`);
    const told = await eventsOf(`since=${newest}`);
    expect(typesOf(told)).toEqual([
      ...["proposal.rejected", "proposal.approved", "override.created", "override.ended"],
    ]);
    expect(told[0]!.data).toMatchObject({ sku: "EVT-2", note: "too dear" });
    expect(told[1]!.data).toMatchObject({ sku: "EVT-3", effectiveAt });
    expect(told[2]!.data).toMatchObject({ scope: "sku", key: "EVT-4", kind: "PRICE_FREEZE" });
  });

  it("names an import's change of a price, and the proposal that it ends, but no first price", async () => {
    const { newest } = (await call<EventList>("GET", "/api/events")).body;
    const rows = "sku,title,category,currency,price\nEVT-5,five,test,EUR,21.00\nEVT-NEW,new,test,EUR,9.00\n";
    await call("POST", "/api/import/products", rows, { "content-type": "text/csv" });
    const told = await eventsOf(`since=${newest}`);
    expect(told.map(({ type, sku }) => [type, sku])).toEqual([
      ["price.imported", "EVT-5"],
      ["proposal.superseded", "EVT-5"],
    ]);
    expect(told[0]!.data).toMatchObject({ from: "20.00", to: "21.00" });
  });

  it("tells of a proposal that a newer run supersedes", async () => {
    await addProposals([{ id: "prp_old", sku: "EVT-4", from: 1_234 }]);
    const { newest } = (await call<EventList>("GET", "/api/events")).body;
    const { body } = await call<{ runId: string }>("POST", "/api/runs", {
      ...{ kind: "proposals", scope: { skus: ["EVT-4"] } },
    });
    await runEnd(body.runId);
    const told = await eventsOf(`since=${newest}&type=proposal.*`);
    expect(told.map(({ type, data }) => [type, data.id])).toContainEqual(["proposal.superseded", "prp_old"]);
  });
});

describe("events of signals", () => {
  it("tells once of a notice, however often the state is projected, and of its end", async () => {
    const { newest } = (await call<EventList>("GET", "/api/events")).body;
    await postObservations("evt", "evt-1", [observation("EVT-2", 12, { competitor: "rival" })]);
    await postObservations("evt", "evt-2", [
      observation("EVT-2", 12.01, { competitor: "rival", observedAt: Date.now() }),
    ]);
    const told = (await eventsOf(`since=${newest}&type=signal.*&sku=EVT-2`)).filter(
      ({ data }) => data.signal === "UNDERCUT",
    );
    expect(typesOf(told)).toEqual(["signal.opened"]);
    expect(told[0]!.data).toMatchObject({
      ...{ competitor: "rival", signal: "UNDERCUT", status: "open" },
      evidence: { newPrice: "12.00", ourPrice: "20.00", currency: "EUR" },
    });
  });
});

describe("the sequence", () => {
  it("has no gaps, and a batch that fails takes no number", async () => {
    const all = await eventsOf("since=0");
    expect(all.map(({ seq }) => seq)).toEqual(all.map((_, i) => i + 1));
    const row = { type: "price.applied" as const, at: 1, sku: null, subject: "x", data: {} };
    const failing = env.DB.prepare("INSERT INTO batch_guard (id, hit, wanted) VALUES (2, 0, 1)");
    await expect(env.DB.batch([...bulkInsert(env.DB, events, [row, row]), failing])).rejects.toThrow(/CHECK/);
    await env.DB.batch(bulkInsert(env.DB, events, [row]));
    expect((await eventsOf(`since=${all.length}`)).map(({ seq }) => seq)).toEqual([all.length + 1]);
  });

  it("is read in parts, each event once, and past events of other types", async () => {
    const start = (await call<EventList>("GET", "/api/events")).body.newest;
    const row = (i: number) => ({
      ...{ type: i % 2 ? ("price.applied" as const) : ("signal.opened" as const), at: i, sku: null },
      ...{ subject: `s${i}`, data: {} },
    });
    await env.DB.batch(
      bulkInsert(
        env.DB,
        events,
        Array.from({ length: 30 }, (_, i) => row(i)),
      ),
    );
    const seen: string[] = [];
    let since = start;
    for (let rounds = 0; rounds < 10; rounds++) {
      const part = await readEvents(database(env.DB), { since, types: ["price.applied"], limit: 4 });
      seen.push(...part.events.map(({ subject }) => subject));
      since = part.end;
    }
    expect(seen).toEqual(Array.from({ length: 15 }, (_, i) => `s${2 * i + 1}`));
    expect(since).toBe(start + 30);
    const paged: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const path: string = `/api/events?since=${start}&type=price.*&limit=7${cursor && `&cursor=${cursor}`}`;
      const { items, nextCursor }: EventList = (await call<EventList>("GET", path)).body;
      paged.push(...items.map(({ id }) => id));
      cursor = nextCursor;
    }
    expect(new Set(paged).size).toBe(15);
    expect(paged).toHaveLength(15);
  });

  it("loses what is older than the settings keep, but never the newest: the numbers go on from it", async () => {
    const { newest } = (await call<EventList>("GET", "/api/events")).body;
    const row = { type: "price.applied" as const, sku: null, subject: "kept", data: {} };
    const ctx = serviceContext(env, systemActor("test"));
    await env.DB.batch(bulkInsert(env.DB, events, [{ ...row, at: ctx.now - 29 * DAY_MS }]));
    await env.DB.prepare("UPDATE events SET at = 1 WHERE seq <= ?1").bind(newest).run();
    await expireEvents(ctx);
    expect((await eventsOf("since=0")).map(({ seq }) => seq)).toEqual([newest + 1]);
    await expireEvents({ ...ctx, now: ctx.now + 99 * DAY_MS });
    await env.DB.batch(bulkInsert(env.DB, events, [{ ...row, at: ctx.now }]));
    expect((await call<EventList>("GET", "/api/events")).body).toMatchObject({
      ...{ oldest: newest + 1, newest: newest + 2 },
    });
  });

  it("refuses a type that there is not, by name", async () => {
    const { status, body } = await call("GET", "/api/events?type=price.dreamt");
    expect(status).toBe(422);
    expect(body.errors).toMatchObject([{ path: expect.stringContaining("type") }]);
  });
});
