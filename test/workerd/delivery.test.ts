import { createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import type { Env } from "../../db/env.ts";
import { readCall } from "../../durable/sku-shard/call-text.ts";
import type { SkuShard } from "../../durable/sku-shard.ts";
import { consume } from "../../queues/consume.ts";
import type { DataMessage } from "../../services/ingest/delivery.ts";
import { addProducts, call, observation, offersOf, postObservations } from "./support.ts";

/** Hands messages to the queue's real consumer; also counts what it writes into D1. */
async function deliver(
  messages: { id: string; attempts?: number; body: unknown }[],
  over: Partial<Env> = {},
) {
  const counted = countingWrites(over.DB ?? env.DB);
  const batch = createMessageBatch(
    "pricewright-observations",
    messages.map(({ id, attempts = 1, body }) => ({ id, attempts, timestamp: Date.now(), body })),
  );
  const ctx = createExecutionContext();
  await consume(batch, { ...env, ...over, DB: counted.d1 } as Env, ctx);
  const { explicitAcks, retryMessages } = await getQueueResult(batch, ctx);
  return { acks: explicitAcks, retries: retryMessages, rowsWritten: counted.rowsWritten() };
}

/** The database, with a sum of the rows that batches through it wrote. */
function countingWrites(d1: D1Database): { d1: D1Database; rowsWritten(): number } {
  let rows = 0;
  const counting = new Proxy(d1, {
    get(target, name) {
      if (name !== "batch") return Reflect.get(target, name).bind(target);
      return async (statements: D1PreparedStatement[]) => {
        const results = await target.batch(statements);
        for (const { meta } of results) rows += meta.rows_written;
        return results;
      };
    },
  });
  return { d1: counting, rowsWritten: () => rows };
}

function message(batchId: string, rows: unknown[]): DataMessage {
  return {
    type: "observations",
    inbox: 0,
    batchKey: `test/observations/${batchId}`,
    chunk: 0,
    source: "test",
    receivedAt: Date.now(),
    rows: rows.map((value, row) => ({ row, value })),
  };
}

async function refuseOffersOf(sku: string): Promise<void> {
  await env.DB.exec(
    `CREATE TRIGGER refuse_${sku.replace("-", "_")} BEFORE INSERT ON offers WHEN NEW.sku = '${sku}' BEGIN SELECT RAISE(ABORT, 'refused by the test'); END`,
  );
}

afterEach(async () => {
  const triggers = await env.DB.prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'").all<{
    name: string;
  }>();
  for (const { name } of triggers.results) await env.DB.exec(`DROP TRIGGER ${name}`);
});

describe("a delivery", () => {
  it("groups the rows of all messages, and acknowledges each", async () => {
    await addProducts({ sku: "G-1", price: 2_000 }, { sku: "G-2", price: 2_000 });
    const result = await deliver([
      { id: "m1", body: message("g1", [observation("G-1", 20), observation("G-2", 21)]) },
      { id: "m2", body: message("g2", [observation("G-1", 22, { competitor: "bolt" })]) },
    ]);
    expect(result.acks).toEqual(["m1", "m2"]);
    expect((await offersOf("G-1")).map(({ competitor }) => competitor)).toEqual(["acme", "bolt"]);
  });

  it("that comes again writes no D1 row", async () => {
    const skus = Array.from({ length: 20 }, (_, i) => ({ sku: `Z-${i}` }));
    await addProducts(...skus);
    const body = message(
      "z",
      skus.map(({ sku }) => observation(sku, 80)),
    );
    expect((await deliver([{ id: "m1", body }])).rowsWritten).toBeGreaterThan(20);
    expect(await deliver([{ id: "m1", attempts: 2, body }])).toEqual({
      acks: ["m1"],
      retries: [],
      rowsWritten: 0,
    });
  });

  it("of several chunks in one message is over once those that failed go on alone", async () => {
    await addProducts({ sku: "IN-1" }, { sku: "IN-2" });
    await refuseOffersOf("IN-2");
    const chunks = [message("in1", [observation("IN-1", 80)]), message("in2", [observation("IN-2", 80)])];
    const sent: string[] = [];
    const queue = (send: (body: string) => Promise<unknown>) => ({
      OBSERVATIONS: { send } as unknown as Queue,
    });
    const bundle = { id: "m1", body: { v: 2, type: "bundle", chunks } };
    const isDown = queue(() => Promise.reject(new Error("overloaded")));
    expect(await deliver([bundle], isDown)).toMatchObject({ acks: [], retries: [{ msgId: "m1" }] });
    const taken = queue(async (body) => sent.push(body));
    expect(await deliver([bundle], taken)).toMatchObject({ acks: ["m1"], retries: [] });
    expect(await offersOf("IN-1")).toMatchObject([{ price: 8_000 }]);
    expect(sent.map((body) => JSON.parse(body))).toMatchObject([chunks[1]]);
  });

  it("after a lost projection repairs it", async () => {
    await addProducts({ sku: "LOST" });
    const body = message("lost", [observation("LOST", 80)]);
    const down = new Proxy(env.DB, {
      get: (target, name) =>
        name === "batch"
          ? () => Promise.reject(new Error("Network connection lost."))
          : Reflect.get(target, name).bind(target),
    });
    expect(await deliver([{ id: "m1", body }], { DB: down })).toMatchObject({
      acks: [],
      retries: [{ msgId: "m1" }],
    });
    expect(await offersOf("LOST")).toEqual([]);
    expect(await deliver([{ id: "m1", attempts: 2, body }])).toMatchObject({ acks: ["m1"] });
    expect(await offersOf("LOST")).toMatchObject([{ price: 8_000 }]);
  });

  it("with a row that the database refuses fails alone", async () => {
    await addProducts({ sku: "OK-1" }, { sku: "BAD-1" }, { sku: "OK-2" });
    await refuseOffersOf("BAD-1");
    const result = await deliver([
      { id: "good1", body: message("p1", [observation("OK-1", 80)]) },
      { id: "bad", body: message("p2", [observation("BAD-1", 80), observation("OK-2", 70)]) },
      { id: "good2", body: message("p3", [observation("OK-2", 80, { competitor: "bolt" })]) },
    ]);
    expect(result.acks).toEqual(["good1", "good2"]);
    expect(result.retries.map(({ msgId }) => msgId)).toEqual(["bad"]);
    expect(await offersOf("OK-1")).toHaveLength(1);
    expect(await offersOf("OK-2")).not.toHaveLength(0);
    expect(await offersOf("BAD-1")).toEqual([]);
  });

  it("that makes a shard fail fails alone", async () => {
    await addProducts({ sku: "F-1" });
    const failing = {
      ...env.SKU_SHARD,
      idFromName: (name: string) => env.SKU_SHARD.idFromName(name),
      get: failingShard,
    };
    function failingShard(id: DurableObjectId) {
      const shard = (env.SKU_SHARD as unknown as DurableObjectNamespace<SkuShard>).get(id);
      return {
        observeText: async (call: string) => {
          if (readCall(call).chunks.some(({ chunkId }) => chunkId === "test/observations/f2#0"))
            throw new TypeError("a fault of ours");
          return shard.observeText(call);
        },
      };
    }
    const result = await deliver(
      ["f1", "f2", "f3"].map((id) => ({
        id,
        body: message(id, [observation("F-1", 80, { competitor: id })]),
      })),
      { SKU_SHARD: failing as unknown as DurableObjectNamespace },
    );
    expect(result.acks).toEqual(["f1", "f3"]);
    expect(result.retries.map(({ msgId }) => msgId)).toEqual(["f2"]);
    expect((await offersOf("F-1")).map(({ competitor }) => competitor)).toEqual(["f1", "f3"]);
  });

  it("whose chunk cannot be marked done comes again, and changes nothing then", async () => {
    await addProducts({ sku: "UNDONE" });
    const body = message("undone", [observation("UNDONE", 80)]);
    const INBOX = {
      idFromName: () => "id",
      get: () => ({ markDone: () => Promise.reject(new Error("Network connection lost.")) }),
    } as unknown as DurableObjectNamespace;
    expect(await deliver([{ id: "m1", body }], { INBOX })).toMatchObject({
      acks: [],
      retries: [{ msgId: "m1" }],
    });
    expect(await deliver([{ id: "m1", attempts: 2, body }])).toEqual({
      acks: ["m1"],
      retries: [],
      rowsWritten: 0,
    });
  });

  it("of an older state after a newer one changes nothing", async () => {
    await addProducts({ sku: "OLD" });
    const at = Date.now() - 600_000;
    const older = message("old1", [observation("OLD", 80, { observedAt: at })]);
    const newer = message("old2", [observation("OLD", 70, { observedAt: at + 60_000 })]);
    await deliver([{ id: "m2", body: newer }]);
    await deliver([{ id: "m1", body: older }]);
    expect(await offersOf("OLD")).toMatchObject([{ price: 7_000, observed_at: at + 60_000 }]);
  });

  it("of no known form is parked at once", async () => {
    const result = await deliver([{ id: "strange", body: { type: "observations", rows: "none" } }]);
    expect(result.acks).toEqual(["strange"]);
    const letters = await call<{ items: { queue: string; reason: string; body: unknown }[] }>(
      "GET",
      "/api/dead-letters",
    );
    expect(letters.body.items).toMatchObject([
      { queue: "unknown", body: { type: "observations", rows: "none" } },
    ]);
  });
});

describe("rows written", () => {
  it("into D1: one an offer, one a competitor, five a new signal with its indexes and its event, one a signal that says more", async () => {
    const skus = Array.from({ length: 100 }, (_, i) => ({ sku: `B-${i}`, price: 10_000 }));
    await addProducts(...skus);
    await call("POST", "/api/ingest/observations", { source: "test", observations: [] });
    const at = Date.now() - 180_000;
    const price = (i: number) => (i < 2 ? 90 : 100); // two undercuts
    const write = async (id: string, observedAt: number) => {
      const rows = skus.map(({ sku }, i) => observation(sku, price(i), { competitor: "bill", observedAt }));
      return (await deliver([{ id, body: message(id, rows) }])).rowsWritten;
    };
    const sourceHealth = 1;
    // the spelling of a new competitor is a row too
    expect(await write("b1", at)).toBe(100 + 2 + 2 * 5 + sourceHealth);
    expect(await write("b2", at + 60_000)).toBe(2); // seen twice: the two signals are surer of themselves
    expect(await write("b3", at + 120_000)).toBe(0); // nothing has changed
  });
});

describe("wake-ups", () => {
  it("bring the shard our new price, and settle the outbox", async () => {
    await addProducts({ sku: "OURS", price: 10_000 });
    await postObservations("test", "ours-1", [observation("OURS", 100)]);
    const open = () =>
      env.DB.prepare(
        "SELECT COUNT(*) AS n FROM signals WHERE sku = 'OURS' AND type = 'UNDERCUT' AND status = 'open'",
      ).first("n");
    expect(await open()).toBe(0);
    await env.DB.prepare("UPDATE products SET price = 12000, version = version + 1 WHERE sku = 'OURS'").run();
    await env.DB.prepare(
      "INSERT INTO outbox (id, kind, key, body, created_at, attempts) VALUES (77, 'ours', 'OURS', '[\"OURS\"]', 0, 1)",
    ).run();
    const result = await deliver([
      { id: "w1", body: { type: "ours", skus: ["OURS", "GONE"], outboxIds: [77] } },
    ]);
    expect(result.acks).toEqual(["w1"]);
    expect(await open()).toBe(1);
    expect(await env.DB.prepare("SELECT COUNT(*) AS n FROM outbox WHERE id = 77").first("n")).toBe(0);
  });

  it("project what a shard's clock has changed, and nothing when nothing has", async () => {
    await addProducts({ sku: "TICK" });
    await postObservations("test", "tick-1", [observation("TICK", 80)]);
    const result = await deliver([{ id: "t1", body: { type: "reproject", skus: ["TICK"] } }]);
    expect(result).toEqual({ acks: ["t1"], retries: [], rowsWritten: 0 });
  });
});

describe("an acknowledged signal", () => {
  it("stays acknowledged while its condition goes on", async () => {
    await addProducts({ sku: "ACK", price: 10_000 });
    await postObservations("test", "ack-1", [observation("ACK", 80, { observedAt: Date.now() - 60_000 })]);
    await env.DB.prepare(
      "UPDATE signals SET status = 'acknowledged', acknowledged_by = 'user:ada' WHERE sku = 'ACK'",
    ).run();
    await postObservations("test", "ack-2", [observation("ACK", 70, { observedAt: Date.now() - 1_000 })]);
    const signal = await env.DB.prepare(
      "SELECT status, acknowledged_by, version FROM signals WHERE sku = 'ACK' AND type = 'UNDERCUT'",
    ).first();
    expect(signal).toMatchObject({ status: "acknowledged", acknowledged_by: "user:ada" });
  });
});
