import {
  createExecutionContext,
  createMessageBatch,
  getQueueResult,
  runInDurableObject,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, it, vi } from "vitest";
import type { Env } from "../../db/env.ts";
import { INBOX_COUNT, shardOf } from "../../domain/base/sharding.ts";
import { inboxOf } from "../../durable/stubs.ts";
import { consume } from "../../queues/consume.ts";
import { addProducts, call, observation, offersOf, receiptOf } from "./support.ts";

interface Letter {
  id: string;
  status: string;
  queue: string;
  reason: string;
  attempts: number;
}

afterEach(async () => {
  await env.DB.exec("DROP TRIGGER IF EXISTS refuse");
});

/** Posts two batches, one of which the database refuses; answers the letter that it became. */
async function parkOne(name: string): Promise<Letter> {
  await addProducts({ sku: `${name}-OK` }, { sku: `${name}-BAD` });
  await env.DB.exec(
    `CREATE TRIGGER refuse BEFORE INSERT ON offers WHEN NEW.sku = '${name}-BAD' BEGIN SELECT RAISE(ABORT, 'refused by the test'); END`,
  );
  const post = (batchId: string, observations: unknown[]) =>
    call("POST", "/api/ingest/observations", { source: "dl", batchId, observations });
  await Promise.all([
    post(`${name}-good`, [observation(`${name}-OK`, 80)]),
    post(`${name}-bad`, [observation(`${name}-BAD`, 80), observation("unknown", 1)]),
  ]);
  expect(await receiptOf(`${name}-good`)).toMatchObject({ accepted: 1 });
  expect(await receiptOf(`${name}-bad`, "parked")).toMatchObject({ received: 2, accepted: 0 });
  return vi.waitUntil(async () => {
    const { body } = await call<{ items: Letter[] }>("GET", "/api/dead-letters?status=parked");
    return body.items[0];
  });
}

it("a batch that the database refuses parks alone, and goes through when it is replayed after the repair", async () => {
  const letter = await parkOne("replay");
  expect(letter).toMatchObject({ queue: "observations", status: "parked", attempts: 3 });
  expect(letter.reason).toContain("refused by the test");
  await env.DB.exec("DROP TRIGGER refuse");
  const replayed = await call("POST", `/api/dead-letters/${letter.id}/replay`);
  expect(replayed).toMatchObject({ status: 200, body: { id: letter.id, status: "replayed" } });
  expect(await receiptOf("replay-bad")).toMatchObject({ received: 2, accepted: 1, rejected: 1 });
  expect(await offersOf("replay-BAD")).toMatchObject([{ price: 8_000 }]);
  const again = await call("POST", `/api/dead-letters/${letter.id}/replay`);
  expect(again).toMatchObject({ status: 409, body: { code: "illegal_transition" } });
});

it("a letter that is replayed too early is parked again; discarded, it counts its rows as rejected", async () => {
  const letter = await parkOne("early");
  expect(await call("POST", `/api/dead-letters/${letter.id}/replay`)).toMatchObject({ status: 200 });
  const { body } = await vi.waitUntil(
    async () => {
      const listed = await call<{ items: Letter[] }>("GET", "/api/dead-letters?status=parked");
      return listed.body.items.length > 0 ? listed : null;
    },
    { timeout: 15_000 },
  );
  expect(body.items).toMatchObject([{ id: letter.id }]);
  const discarded = await call("POST", `/api/dead-letters/${letter.id}/discard`);
  expect(discarded).toMatchObject({ status: 200, body: { status: "discarded" } });
  const receipt = await receiptOf("early-bad");
  expect(receipt).toMatchObject({ received: 2, rejected: 2 });
  expect(receipt.problems.map(({ code }) => code)).toEqual(["discarded", "discarded"]);
  expect(await call("POST", "/api/dead-letters/none/discard")).toMatchObject({ status: 404 });
  const actions = await env.DB.prepare("SELECT action FROM audit WHERE subject = ?1")
    .bind(`dead_letter:${letter.id}`)
    .all();
  expect(actions.results.map(({ action }) => action)).toEqual([
    "dead_letter.replayed",
    "dead_letter.discarded",
  ]);
});

/** Hands one message to the consumer of a queue; answers what became of it. */
async function deliver(queue: string, body: unknown, attempts = 1, over: Partial<Env> = {}) {
  const batch = createMessageBatch(`pricewright-${queue}`, [
    { id: "m", attempts, timestamp: Date.now(), body },
  ]);
  const ctx = createExecutionContext();
  await consume(batch, { ...env, ...over } as Env, ctx);
  const { explicitAcks, retryMessages } = await getQueueResult(batch, ctx);
  return { acked: explicitAcks.length === 1, retried: retryMessages.length === 1 };
}

it("a message that its queue gave up is stored once, and its chunk parked", async () => {
  const stub = inboxOf(env, "exhausted");
  await runInDurableObject(stub, (instance) => {
    const nowhere = { send: async () => undefined, sendBatch: async () => undefined };
    Object.assign(instance, { env: { ...env, OBSERVATIONS: nowhere, EVENTS: nowhere } });
  });
  const head = { source: "dl", receivedAt: Date.now() };
  await stub.accept({ ...head, batchId: "exhausted", sha256: "0", kind: "demand", rows: [{}] });
  const inbox = shardOf("exhausted", INBOX_COUNT);
  const body = {
    ...head,
    type: "demand",
    inbox,
    batchKey: "dl/demand/exhausted",
    chunk: 0,
    rows: [{ row: 0, value: {} }],
  };
  expect(await deliver("dead-letters", body)).toEqual({ acked: true, retried: false });
  expect(await deliver("dead-letters", body)).toEqual({ acked: true, retried: false });
  await receiptOf("exhausted", "parked");
  const { results } = await env.DB.prepare(
    "SELECT queue, status FROM dead_letters WHERE body LIKE '%dl/demand/exhausted%'",
  ).all();
  expect(results).toEqual([{ queue: "events", status: "parked" }]);
});

it("several chunks in one message have a letter each", async () => {
  const head = { type: "demand", inbox: 0, chunk: 0, source: "dl", receivedAt: 1, rows: [] };
  const chunks = ["one", "two"].map((id) => ({ ...head, batchKey: `dl/demand/bundled-${id}` }));
  expect(await deliver("dead-letters", { v: 2, type: "bundle", chunks })).toMatchObject({ acked: true });
  const { results } = await env.DB.prepare(
    "SELECT queue FROM dead_letters WHERE body LIKE '%dl/demand/bundled-%'",
  ).all();
  expect(results).toEqual([{ queue: "events" }, { queue: "events" }]);
  const unreadable = ["one", "two"].map((id) => ({ what: `unreadable-${id}` }));
  await deliver("dead-letters", { v: 2, type: "bundle", chunks: unreadable });
  const letters = env.DB.prepare("SELECT count(*) AS n FROM dead_letters WHERE body LIKE '%unreadable-%'");
  expect(await letters.first("n")).toBe(2);
});

it("a message that cannot even be parked stays in its queue", async () => {
  const DB = {
    prepare: () => {
      throw new Error("disk");
    },
  } as unknown as D1Database;
  expect(await deliver("dead-letters", { any: 1 }, 1, { DB })).toEqual({ acked: false, retried: true });
  expect(await deliver("observations", { type: "reproject", skus: ["X"] }, 6, { DB })).toEqual({
    acked: false,
    retried: true,
  });
});

it("a message of no known form is parked whatever its queue, and can be discarded but not replayed", async () => {
  for (const queue of ["runs", "events", "observations"])
    expect(await deliver(queue, { queue })).toMatchObject({ acked: true });
  const { body } = await call<{ items: Letter[] }>("GET", "/api/dead-letters?status=parked");
  const strange = body.items.find(({ queue }) => queue === "unknown");
  const answer = await call("POST", `/api/dead-letters/${strange?.id}/replay`);
  expect(answer).toMatchObject({ status: 409, body: { code: "illegal_transition" } });
  const discarded = await call("POST", `/api/dead-letters/${strange?.id}/discard`);
  expect(discarded).toMatchObject({ status: 200, body: { status: "discarded" } });
});

it("all letters of a query are replayed or discarded with one request; what cannot be is named", async () => {
  const insert = env.DB.prepare(
    "INSERT INTO dead_letters (id, queue, reason, attempts, body, status, parked_at) VALUES (?1, ?2, ?3, 6, ?4, 'parked', ?5)",
  );
  const reproject = JSON.stringify({ type: "reproject", skus: ["BULK-1"] });
  await env.DB.batch([
    ...Array.from({ length: 3 }, (_, i) =>
      insert.bind(`dl_bulk${i}`, "observations", "the night", reproject, 1_000 + i),
    ),
    insert.bind("dl_bulk_odd", "observations", "the night", JSON.stringify({ what: "?" }), 1_003),
    insert.bind("dl_bulk_other", "runs", "another", reproject, 1_004),
  ]);
  const ask = (body: object) => call("POST", "/api/dead-letters/bulk", body);
  const filter = { queue: "observations", q: "the night" };
  expect((await ask({ action: "replay", filter, preview: true })).body).toMatchObject({
    done: 4,
    remaining: 0,
  });
  const replayed = await ask({ action: "replay", filter });
  expect(replayed).toMatchObject({
    status: 200,
    body: { done: 3, failed: [{ id: "dl_bulk_odd", code: "illegal_transition" }], remaining: 0 },
  });
  const to = new Date(2_000).toISOString();
  expect((await ask({ action: "discard", filter: { to } })).body).toMatchObject({ done: 2, failed: [] });
  const { results } = await env.DB.prepare(
    "SELECT status, count(*) AS n FROM dead_letters WHERE id LIKE 'dl_bulk%' GROUP BY 1 ORDER BY 1",
  ).all();
  expect(results).toEqual([
    { status: "discarded", n: 2 },
    { status: "replayed", n: 3 },
  ]);
  const actions =
    "SELECT count(*) AS n FROM audit WHERE action = 'dead_letter.replayed' AND subject LIKE '%dl_bulk%'";
  expect(await env.DB.prepare(actions).first("n")).toBe(3);
  expect(await ask({ action: "replay", filter: { from: "yesterday" } })).toMatchObject({ status: 422 });
});
