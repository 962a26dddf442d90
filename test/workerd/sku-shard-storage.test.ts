import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import type { ShardChunk } from "../../domain/messages/shard.ts";
import type { ShardState } from "../../domain/shard/shard.ts";
import { takeCall } from "../../domain/shard/take-call.ts";
import { FOLD_CALLS_MIN, ShardStorage } from "../../durable/sku-shard/storage.ts";
import type { SkuShard } from "../../durable/sku-shard.ts";
import { evict } from "./evict.ts";
import { callOf, chunk, seen, shardNamed, shardProduct } from "./sku-shard-support.ts";

const HOUR = 3_600_000;

/** A day of one SKU, with what may be unknown known at times. */
function demandChunk(chunkId: string, sku: string, i: number): ShardChunk {
  const day = `2026-0${1 + (i % 3)}-1${i % 10}`;
  const known = i % 2 === 0;
  const counts = {
    inStockShare: known ? (i % 7) / 7 : null,
    views: known ? i : null,
    carts: known ? 0 : null,
  };
  // kilograms here and there
  const units = (i % 4) + (i % 5 === 0 ? 0.125 : 0);
  const row = { row: 0, sku, day, units, price: 10_000, revenue: null, promo: i % 3 === 0, ...counts };
  return { kind: "demand", chunkId, source: "shop", receivedAt: Date.now(), rows: [row] };
}

/** A shard's state as JSON tells it, without what is in memory only. */
function plain(shard: ShardState) {
  const skus = shard.skus.map((sku) => {
    const competitors = [...sku.competitors.values()].map((competitor) => ({ ...competitor, steady: null }));
    return { ...sku, steady: null, competitors };
  });
  return { ...shard, skus };
}

/** Calls noted in the object's journal. */
function journalRows(stub: DurableObjectStub<SkuShard>): Promise<number> {
  return runInDurableObject(stub, (_, state) => {
    const [row] = state.storage.sql.exec<{ n: number }>("SELECT count(*) AS n FROM journal").toArray();
    return row?.n ?? 0;
  });
}

describe("values that are too large for a row", () => {
  test("are cut into parts, and a call that is too large for the journal is folded at once", async () => {
    const { stored, restored } = await runInDurableObject(shardNamed("large"), (_, state) => {
      const storage = new ShardStorage(state.storage);
      const shard = storage.load();
      const now = Date.now();
      const rows = Array.from({ length: 180_000 }, (_, row) => {
        const competitor = `competitor-${row % 250}`;
        return { ...seen("L-1", 9000 + ((row * 7919) % 97), now - row * 1_413, row), competitor };
      });
      const { entry, touched } = takeCall(shard, callOf([chunk("crawler/a#0", rows)], { now }));
      if (entry) storage.commit(shard, entry, touched);
      const parts = state.storage.sql.exec("SELECT part FROM sku_groups").toArray().length;
      const journal = state.storage.sql.exec("SELECT seq FROM journal").toArray().length;
      const restored = new ShardStorage(state.storage).load();
      return {
        stored: { parts, journal },
        restored: JSON.stringify(plain(restored)) === JSON.stringify(plain(shard)),
      };
    });
    expect(stored.parts).toBeGreaterThan(1);
    expect(stored.journal).toBe(0);
    expect(restored).toBe(true);
  });
});

describe("before what runs read again and again", () => {
  test("a long journal is folded, so that no later load replays it; a short one is left", async () => {
    const stub = shardNamed("read-by-runs");
    const now = Date.now();
    const postCalls = async (from: number, to: number) => {
      for (let i = from; i < to; i++)
        await stub.observe(
          callOf([chunk(`crawler/r${i}#0`, [seen(`R-${i % 20}`, 9000 + i, now - HOUR + i)])]),
        );
    };
    const unfolded = () =>
      runInDurableObject(stub, (_, state) => {
        const [row] = state.storage.sql
          .exec<{ n: number }>(
            "SELECT count(*) AS n FROM journal WHERE seq > (SELECT coalesce(max(body ->> 'foldedSeq'), 0) FROM summary)",
          )
          .toArray();
        return row?.n;
      });
    await postCalls(0, 40);
    expect(await unfolded()).toBe(40);
    const skus = Array.from({ length: 20 }, (_, i) => `R-${i}`);
    const before = await stub.history(skus, now);
    expect(JSON.parse(await stub.historyText(skus, now))).toEqual(JSON.parse(JSON.stringify(before)));
    expect(await unfolded()).toBe(0);
    await evict(stub);
    expect(await stub.history(skus, now)).toEqual(before);
    await postCalls(40, 45);
    await stub.historyText(skus, now);
    expect(await unfolded()).toBe(5);
  });
});

describe("a shard", () => {
  test("is the same after evictions in the middle of a stream and across folds", async () => {
    const evicted = shardNamed("evicted");
    const kept = shardNamed("kept");
    const start = Date.now() - 20 * HOUR;
    const skus = Array.from({ length: 40 }, (_, i) => `SKU-${i}`);
    const calls = FOLD_CALLS_MIN + 60;
    for (let i = 0; i < calls; i++) {
      const rows = [0, 1, 2].map((row) => {
        const sku = skus[(i * 3 + row * 7) % skus.length]!;
        const one = seen(sku, 8000 + ((i * 37 + row) % 9) * 500, start + ((i * 53) % 150) * 60_000, row);
        return sku === "SKU-3" ? { ...one, packFactor: 6 } : one;
      });
      const chunks = [chunk(`crawler/b${i}#0`, rows), demandChunk(`shop/d${i}#0`, skus[i % 11]!, i)];
      const call = callOf(chunks, { now: start + i * 60_000 + HOUR });
      const [one, other] = [await evicted.observe(call), await kept.observe(call)];
      expect(one).toEqual(other);
      if (i % 11 === 0 || i > calls - 30) await evict(evicted);
    }
    const again = callOf(
      Array.from({ length: 150 }, (_, i) => demandChunk(`shop/d${i}#0`, skus[i % 11]!, i)),
    );
    const [days, expected] = [await evicted.observe(again), await kept.observe(again)];
    expect(days).toEqual(expected);
    expect(days.skus.some((sku) => sku.demandDays.some((day) => day.inStockShare !== null))).toBe(true);
    const now = Date.now();
    expect(await evicted.history(skus, now)).toEqual(await kept.history(skus, now));
    const present = callOf([], { now, refresh: skus });
    expect(await evicted.observe(present)).toEqual(await kept.observe(present));
    const offers = await evicted.offers("SKU-3");
    expect(offers).toEqual(await kept.offers("SKU-3"));
    expect(offers).toMatchObject([{ packFactor: 6 }]);
  });

  test("answers a chunk that is delivered again as the first time, and stores nothing", async () => {
    const stub = shardNamed("redelivered");
    const now = Date.now();
    const first = callOf([chunk("crawler/a#0", [seen("R-1", 9000, now), seen("R-1", 9000, now, 1)])]);
    const answer = await stub.observe(first);
    expect(answer.verdicts[0]?.verdicts.map((one) => one.verdict)).toEqual(["accepted", "duplicate"]);
    const other = await stub.observe(callOf([chunk("crawler/b#0", [seen("R-1", 9000, now)])]));
    expect(other.verdicts[0]?.verdicts.map((one) => one.verdict)).toEqual(["duplicate"]);
    await evict(stub);
    const rows = await journalRows(stub);
    expect(await stub.observe(first)).toEqual(answer);
    expect(await journalRows(stub)).toBe(rows);
  });

  test("keeps what an earlier call took when a later one names it again", async () => {
    const stub = shardNamed("repeated");
    const now = Date.now();
    const a = chunk("crawler/a#0", [seen("H-1", 9000, now)]);
    const b = chunk("crawler/b#0", [seen("H-2", 9000, now)]);
    await stub.observe(callOf([a]));
    const both = await stub.observe(callOf([b, a]));
    expect(both.verdicts.map((one) => one.verdicts[0]?.verdict)).toEqual(["accepted", "accepted"]);
    expect(both.skus.map((one) => [one.sku, one.offers.length, one.signals.length])).toEqual([
      ["H-2", 1, 1],
      ["H-1", 1, 1],
    ]);
  });

  test("forgets what it could not store", async () => {
    const stub = shardNamed("failing");
    const now = Date.now();
    await stub.observe(callOf([chunk("crawler/a#0", [seen("F-1", 10_000, now - HOUR)])]));
    const rename = (from: string, to: string) =>
      runInDurableObject(
        stub,
        (_, state) => void state.storage.sql.exec(`ALTER TABLE ${from} RENAME TO ${to}`),
      );
    const next = callOf([chunk("crawler/b#0", [seen("F-1", 9000, now)])]);
    await rename("journal", "journal_away");
    // called inside, so that the runtime does not report the error that is wanted
    const failure = runInDurableObject(stub, (shard) =>
      shard.observe(next).catch((error: Error) => error.message),
    );
    expect(await failure).toMatch(/journal/);
    await rename("journal_away", "journal");
    expect((await stub.offers("F-1"))[0]?.price).toBe(10_000);
    expect((await stub.observe(next)).verdicts[0]?.verdicts[0]?.verdict).toBe("accepted");
    await evict(stub);
    expect((await stub.offers("F-1"))[0]?.price).toBe(9000);
  });

  test("takes a newer product in the same commit, never an older one", async () => {
    const stub = shardNamed("ours");
    const now = Date.now();
    await stub.observe(callOf([chunk("crawler/a#0", [seen("O-1", 10_000, now)])]));
    const typesAt = async (price: number, version: number) => {
      const call = callOf([], { products: [shardProduct("O-1", { price, version })], refresh: ["O-1"] });
      return (await stub.observe(call)).skus[0]?.signals
        .filter((one) => one.status === "open")
        .map((one) => one.type);
    };
    expect(await typesAt(11_000, 3)).toEqual(["UNDERCUT"]);
    await evict(stub);
    expect(await typesAt(10_000, 2)).toEqual(["UNDERCUT"]);
  });

  test("wakes the projection when an offer goes stale, and again until it is projected", async () => {
    const stub = shardNamed("alarm");
    const now = Date.now();
    await stub.observe(callOf([chunk("crawler/a#0", [seen("A-1", 9000, now - 24 * HOUR + 1500)])]));
    expect((await stub.present(["A-1"]))[0]?.signals[0]).toMatchObject({ type: "UNDERCUT", status: "open" });
    const armedAt = await runInDurableObject(stub, (_, state) => state.storage.getAlarm());
    expect(armedAt! - now).toBeGreaterThan(1000);
    expect(armedAt! - now).toBeLessThan(10_000);
    await new Promise((resolve) => setTimeout(resolve, 1700));
    await evict(stub);
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    const reminder = await runInDurableObject(stub, (_, state) => state.storage.getAlarm());
    expect(reminder! - Date.now()).toBeGreaterThan(50_000);
    const [resolved] = await stub.present(["A-1"]);
    expect(resolved?.signals.every((one) => one.status === "resolved")).toBe(true);
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    const again = await runInDurableObject(stub, (_, state) => state.storage.getAlarm());
    expect(again! - Date.now()).toBeGreaterThan(50_000);
    await stub.markProjected([["A-1", resolved!.unprojected!]]);
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    expect(await runInDurableObject(stub, (_, state) => state.storage.getAlarm())).toBeNull();
  });

  test("brings its alarm forward for a SKU that is due sooner, and leaves it for the others", async () => {
    const stub = shardNamed("alarm-forward");
    const now = Date.now();
    const armedAfter = async (id: string, sku: string, staleInMs: number) => {
      await stub.observe(callOf([chunk(id, [seen(sku, 9000, now - 24 * HOUR + staleInMs)])]));
      const at = await runInDurableObject(stub, (_, state) => state.storage.getAlarm());
      return Math.round((at! - now) / 60_000);
    };
    expect(await armedAfter("crawler/a#0", "F-1", HOUR)).toBe(60);
    expect(await armedAfter("crawler/b#0", "F-2", 600_000)).toBe(10);
    expect(await armedAfter("crawler/c#0", "F-1", 2 * HOUR)).toBe(10);
  });

  test("gives history as of an instant", async () => {
    const stub = shardNamed("history");
    const now = Date.now();
    const rows = [9000, 9000, 8000].map((price, i) => seen("T-1", price, now - (3 - i) * HOUR, i));
    await stub.observe(callOf([chunk("crawler/a#0", rows)]));
    const pointsAt = async (at: number) =>
      (await stub.history(["T-1"], at))[0]?.competitors[0]?.points.map((point) => [
        point.price,
        point.lastSeenAt - now,
      ]);
    expect(await pointsAt(now)).toEqual([
      [9000, -2 * HOUR],
      [8000, -HOUR],
    ]);
    expect(await pointsAt(now - 2 * HOUR - 1)).toEqual([[9000, -3 * HOUR]]);
    expect(await stub.history(["T-1", "T-2"], now - 4 * HOUR)).toEqual([
      { sku: "T-1", competitors: [] },
      { sku: "T-2", competitors: [] },
    ]);
  });
});
