import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import type { BatchToAccept, Receipt } from "../../domain/messages/batch.ts";
import { bodiesOf, type ChunkMessage } from "../../domain/messages/queue.ts";
import { NO_VERDICTS } from "../../domain/messages/verdict.ts";
import type { Inbox } from "../../durable/inbox.ts";
import { InboxStore } from "../../durable/inbox-store.ts";
import { evict } from "./evict.ts";

/** An Inbox of the test's own, away from those that the queues work on. */
function inboxNamed(name: string): DurableObjectStub<Inbox> {
  const namespace = env.INBOX as unknown as DurableObjectNamespace<Inbox>;
  return namespace.get(namespace.idFromName(`test-${name}`));
}

function batch(batchId: string, rows: unknown[], more: Partial<BatchToAccept> = {}): BatchToAccept {
  return { source: "s", batchId, sha256: "aa", kind: "observations", rows, receivedAt: Date.now(), ...more };
}

const ALL_GOOD = { counts: { ...NO_VERDICTS, accepted: 1 }, problems: [] };

/** Puts a recorder in the place of the queue: what the object sends goes nowhere, and is seen. */
async function recordSends(stub: DurableObjectStub<Inbox>): Promise<ChunkMessage[]> {
  const sent: ChunkMessage[] = [];
  await runInDurableObject(stub, (instance) => {
    const queue = {
      send: async (body: string) => void sent.push(JSON.parse(body)),
      sendBatch: async (messages: Iterable<{ body: string }>) =>
        void sent.push(...[...messages].map(({ body }) => JSON.parse(body))),
    };
    Object.assign(instance, { env: { ...env, OBSERVATIONS: queue, EVENTS: queue } });
  });
  return sent;
}

async function ageBy(stub: DurableObjectStub<Inbox>, seconds: number): Promise<void> {
  await runInDurableObject(stub, (_, state) => {
    state.storage.sql.exec("UPDATE batch_chunks SET last_sent_at = last_sent_at - ?", seconds * 1000);
  });
  await evict(stub);
}

async function receiptOf(stub: DurableObjectStub<Inbox>, batchId: string): Promise<Receipt | undefined> {
  return (await stub.receipts(batchId, { source: "s" }))[0];
}

describe("an accepted batch", () => {
  it("is sent once, chunk by chunk, and is done when all chunks are", async () => {
    const stub = inboxNamed("once");
    const sent = await recordSends(stub);
    const rows = Array.from({ length: 6 }, (_, i) => ({ i, text: "x".repeat(20_000) }));
    expect(await stub.accept(batch("b", rows))).toEqual({ taken: true, received: 6, duplicate: false });
    await vi.waitUntil(() => sent.length === 2);
    expect(sent.flatMap((message) => message.rows.map(({ row }) => row))).toEqual([0, 1, 2, 3, 4, 5]);
    expect(sent.map(({ batchKey, chunk }) => [batchKey, chunk])).toEqual([
      ["s/observations/b", 0],
      ["s/observations/b", 1],
    ]);
    expect(await receiptOf(stub, "b")).toMatchObject({ status: "accepted", received: 6, accepted: 0 });
    const counts = { ...NO_VERDICTS, accepted: 3 };
    await stub.markDone([{ batchKey: "s/observations/b", chunk: 0, counts, problems: [] }]);
    expect(await receiptOf(stub, "b")).toMatchObject({ status: "processing", accepted: 3 });
    await stub.markDone([{ batchKey: "s/observations/b", chunk: 1, counts, problems: [] }]);
    expect(await receiptOf(stub, "b")).toMatchObject({ status: "done", accepted: 6 });
  });

  it("that comes while a message is on its way goes together with others in the next one", async () => {
    const stub = inboxNamed("together");
    const bodies: string[] = [];
    await runInDurableObject(stub, (instance) => {
      const send = async (body: string) => {
        bodies.push(body);
        await new Promise((resolve) => setTimeout(resolve, 300));
      };
      Object.assign(instance, { env: { ...env, OBSERVATIONS: { send } } });
    });
    for (const id of ["b1", "b2", "b3"]) await stub.accept(batch(id, [{ id }]));
    await vi.waitUntil(() => bodies.length === 2, { timeout: 5_000 });
    const sent = bodies.map((body) => bodiesOf(JSON.parse(body)) as ChunkMessage[]);
    expect(sent.map((chunks) => chunks.map(({ batchKey }) => batchKey))).toEqual([
      ["s/observations/b1"],
      ["s/observations/b2", "s/observations/b3"],
    ]);
    expect(sent[1]![1]!.rows).toEqual([{ row: 0, value: { id: "b3" } }]);
  });

  it("that was killed before its message arrived is sent again by the alarm", async () => {
    const stub = inboxNamed("killed");
    await recordSends(stub);
    await stub.accept(batch("b", [{ sku: "A" }], { receivedAt: Date.now() - 31_000 }));
    await evict(stub);
    const sent = await recordSends(stub);
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    expect(sent).toMatchObject([
      { batchKey: "s/observations/b", chunk: 0, rows: [{ row: 0, value: { sku: "A" } }] },
    ]);
    await evict(stub);
    const later = await recordSends(stub);
    await runDurableObjectAlarm(stub);
    expect(later).toEqual([]); // the next sending is due a minute after the second
    await ageBy(stub, 61);
    const third = await recordSends(stub);
    await runDurableObjectAlarm(stub);
    expect(third).toHaveLength(1);
  });

  it("keeps the first outcome that is reported, whatever a redelivery says", async () => {
    const stub = inboxNamed("first");
    await recordSends(stub);
    await stub.accept(batch("b", [1]));
    const ref = { batchKey: "s/observations/b", chunk: 0 };
    expect(await stub.markDone([{ ...ref, ...ALL_GOOD }])).toEqual([true]);
    const later = { ...ref, counts: { ...NO_VERDICTS, duplicates: 1 }, problems: [] };
    expect(await stub.markDone([later])).toEqual([false]);
    expect(await receiptOf(stub, "b")).toMatchObject({ accepted: 1, duplicates: 0 });
    const unknown = { batchKey: "s/observations/unknown", chunk: 0, ...ALL_GOOD };
    expect(await stub.markDone([unknown])).toEqual([false]);
  });

  it("is known by its source, id and body", async () => {
    const stub = inboxNamed("known");
    await recordSends(stub);
    await stub.accept(batch("b", [1, 2]));
    expect(await stub.accept(batch("b", [1, 2]))).toEqual({ taken: true, received: 2, duplicate: true });
    expect(await stub.accept(batch("b", [1, 2], { sha256: "bb" }))).toEqual({
      taken: false,
      reason: "batch_id_reused",
    });
    expect(await stub.accept(batch("b", [3], { source: "other", sha256: "bb" }))).toMatchObject({
      taken: true,
      duplicate: false,
    });
    expect((await stub.receipts("b")).map(({ source, received }) => [source, received])).toEqual([
      ["other", 1],
      ["s", 2],
    ]);
  });

  it.each([
    ["is sent again once the queue has gone past it", 31, ["s/observations/lost"]],
    ["waits while the queue may only be long", 29, []],
  ])("%s", async (_, secondsBehind, resent) => {
    const stub = inboxNamed(`passed-${secondsBehind}`);
    await recordSends(stub);
    await stub.accept(batch("lost", [1]));
    await stub.accept(batch("later", [2]));
    const sent = await recordSends(stub);
    await runInDurableObject(stub, async (instance) => {
      const waiting: Map<string, { lastSentAt: number }> = Reflect.get(instance, "waiting");
      const later = waiting.get("s/observations/later#0")!.lastSentAt;
      // in memory only: what is done tells how far the queue has come
      waiting.get("s/observations/lost#0")!.lastSentAt = later - secondsBehind * 1_000;
      instance.markDone([{ batchKey: "s/observations/later", chunk: 0, ...ALL_GOOD }]);
      vi.spyOn(Date, "now").mockReturnValue(later + 5_000);
      await instance.alarm();
      vi.restoreAllMocks();
    });
    expect(sent.map(({ batchKey }) => batchKey)).toEqual(resent);
  });

  it("is not lost when the queue refuses it", async () => {
    const stub = inboxNamed("refused");
    await runInDurableObject(stub, (instance) => {
      const queue = { sendBatch: () => Promise.reject(new Error("Queue is overloaded. Please back off.")) };
      Object.assign(instance, { env: { ...env, OBSERVATIONS: queue } });
    });
    expect(await stub.accept(batch("b", [1]))).toMatchObject({ taken: true });
    await ageBy(stub, 31);
    const sent = await recordSends(stub);
    await runDurableObjectAlarm(stub);
    expect(sent).toHaveLength(1);
  });

  it("is not sent again while its chunk is parked, and is after a replay", async () => {
    const stub = inboxNamed("parked");
    await recordSends(stub);
    await stub.accept(batch("b", [1, 2]));
    const ref = { batchKey: "s/observations/b", chunk: 0 };
    await stub.park([ref]);
    expect(await receiptOf(stub, "b")).toMatchObject({ status: "parked" });
    await ageBy(stub, 3_600);
    const sent = await recordSends(stub);
    await runDurableObjectAlarm(stub);
    expect(sent).toEqual([]);
    expect(await stub.replay(ref)).toBe(true);
    expect(sent).toHaveLength(1);
    expect(await stub.replay(ref)).toBe(false);
    expect(await receiptOf(stub, "b")).toMatchObject({ status: "accepted" });
    await stub.park([ref]);
    expect(await stub.discard(ref)).toBe(true);
    expect(await stub.discard(ref)).toBe(false);
    expect(await receiptOf(stub, "b")).toMatchObject({
      ...{ status: "done", rejected: 2 },
      problems: [
        { row: 0, code: "discarded" },
        { row: 1, code: "discarded" },
      ],
    });
  });

  it("has a receipt for seven days after it is done", async () => {
    const stub = inboxNamed("old");
    await recordSends(stub);
    const old = Date.now() - 7 * 86_400_000 - 60_000;
    await stub.accept(batch("done", [1], { receivedAt: old }));
    await stub.accept(batch("open", [1], { receivedAt: old }));
    await stub.accept(batch("young", [1], { receivedAt: old + 120_000 }));
    await stub.markDone([
      { batchKey: "s/observations/done", chunk: 0, ...ALL_GOOD },
      { batchKey: "s/observations/young", chunk: 0, ...ALL_GOOD },
    ]);
    await runDurableObjectAlarm(stub);
    expect(await receiptOf(stub, "done")).toBeUndefined();
    expect(await receiptOf(stub, "open")).toBeDefined();
    expect(await receiptOf(stub, "young")).toBeDefined();
  });
});

it("an alarm that keeps failing is set again instead of being given up", async () => {
  const stub = inboxNamed("stuck");
  await runInDurableObject(stub, async (instance, state) => {
    Object.assign(instance, {
      store: {
        waiting: () => [],
        prune: () => {
          throw new Error("disk");
        },
      },
    });
    await expect(instance.alarm({ retryCount: 4, isRetry: true } as AlarmInvocationInfo)).rejects.toThrow(
      "disk",
    );
    await state.storage.deleteAlarm();
    await instance.alarm({ retryCount: 5, isRetry: true } as AlarmInvocationInfo);
    expect(await state.storage.getAlarm()).toBeGreaterThan(Date.now());
  });
});

it("a chunk costs one row when accepted, one when done, one when dropped, and none when it is done twice", async () => {
  await runInDurableObject(inboxNamed("bill"), (_, state) => {
    let written = 0;
    const counting = {
      exec: (query: string, ...values: unknown[]) => {
        const cursor = state.storage.sql.exec(query, ...values);
        const rows = [...cursor];
        written += cursor.rowsWritten;
        return Object.assign(rows, { rowsWritten: cursor.rowsWritten });
      },
    };
    const store = new InboxStore(counting as unknown as SqlStorage);
    const cost = (act: () => unknown) => {
      written = 0;
      act();
      return written;
    };
    const ref = { batchKey: "s/observations/b", chunk: 0 };
    expect(cost(() => store.insert(batch("b", [1]), 0, 1, "[]"))).toBe(1);
    expect(cost(() => store.finish({ ...ref, ...ALL_GOOD }, 1))).toBe(1);
    expect(cost(() => store.finish({ ...ref, ...ALL_GOOD }, 2))).toBe(0);
    expect(cost(() => store.prune(Date.now() + 1, 10))).toBe(1);
    expect(cost(() => store.prune(Date.now() + 1, 10))).toBe(0);
  });
});
