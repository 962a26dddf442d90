import { runInDurableObject } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import type { ShardChunk } from "../../domain/messages/shard.ts";
import { shardHistories } from "../../domain/shard/histories.ts";
import { shardMemory } from "../../domain/shard/memory.ts";
import type { ShardState } from "../../domain/shard/shard.ts";
import { takeCall } from "../../domain/shard/take-call.ts";
import { wholePage } from "../../domain/shard/whole.ts";
import { ShardStorage } from "../../durable/sku-shard/storage.ts";
import { callOf, chunk, seen, shardNamed } from "./sku-shard-support.ts";

const HOUR = 3_600_000;

describe("years of demand and prices", () => {
  const DAY = 24 * HOUR;
  const FIRST = Date.UTC(2024, 0, 1);
  const nameOf = (day: number) => new Date(FIRST + day * DAY).toISOString().slice(0, 10);
  const demandOf = (day: number, units: number, receivedAt: number): ShardChunk => {
    const row = { row: 0, sku: "Y-1", day: nameOf(day), units, price: 10_000, revenue: null, promo: false };
    const rows = [{ ...row, inStockShare: 1, views: null, carts: null }];
    return { kind: "demand", chunkId: `shop/${day}-${receivedAt}#0`, source: "shop", receivedAt, rows };
  };

  /** Lives through two years of one SKU: a day of demand and eight prices a day, the price another one each day. */
  function live(storage: ShardStorage, days: number): ShardState {
    const shard = storage.load();
    for (let day = 0; day < days; day++) {
      const now = FIRST + (day + 1) * DAY;
      const rows = Array.from({ length: 8 }, (_, i) =>
        seen("Y-1", 9_000 + (day % 90), now - (i + 1) * HOUR, i),
      );
      const call = callOf([chunk(`crawler/${day}#0`, rows), demandOf(day, day % 7, now)], { now });
      const { entry, touched } = takeCall(shard, call);
      if (entry) storage.commit(shard, entry, touched);
    }
    return shard;
  }

  const all = {
    asOf: Number.POSITIVE_INFINITY,
    bySeller: false,
    past: { from: "2024-01-01", before: "2030-01-01" },
  };

  test("leave the memory, and are read where they are asked for; an old day that changes comes back", async () => {
    const found = await runInDurableObject(shardNamed("years"), (_, state) => {
      const storage = new ShardStorage(state.storage, 16);
      const shard = live(storage, 700);
      const before = shardHistories(shard, ["Y-1"], all);
      const inMemory = { bytes: shardMemory(shard), days: shard.skus[0]!.demand.sizeInMemory };
      const restored = new ShardStorage(state.storage, 16).load();
      const corrected = FIRST + 800 * DAY;
      const { answer, entry, touched } = takeCall(
        restored,
        callOf([demandOf(3, 99, corrected)], { now: corrected }),
      );
      if (entry) storage.commit(restored, entry, touched);
      const again = new ShardStorage(state.storage, 16).load();
      return {
        inMemory,
        before,
        after: shardHistories(restored, ["Y-1"], all),
        again: shardHistories(again, ["Y-1"], all),
        page: wholePage(again, 0, corrected).skus[0]?.demandDays.length,
        verdict: answer.verdicts[0]?.verdicts[0]?.verdict,
        older: state.storage.sql.exec("SELECT number FROM older").toArray().length,
      };
    });
    expect(found.inMemory.days).toBeLessThan(250);
    expect(found.inMemory.bytes).toBeLessThan(50_000);
    expect(found.older).toBe(1);
    const [sku] = found.before;
    expect(sku?.past?.units).toEqual(Array.from({ length: 700 }, (_, day) => day % 7));
    expect(sku?.competitors[0]?.points.map(({ price }) => price)).toEqual(
      Array.from({ length: 700 }, (_, day) => 9_000 + (day % 90)),
    );
    expect(found.verdict).toBe("accepted");
    expect(found.after[0]?.past?.units[3]).toBe(99);
    expect(found.after[0]?.competitors).toEqual(sku?.competitors);
    expect(found.again).toEqual(found.after);
    expect(found.page).toBe(700);
  });

  test("are refused by an object whose memory they would fill", async () => {
    const failure = await runInDurableObject(shardNamed("too-much"), (_, state) => {
      try {
        live(new ShardStorage(state.storage, 16, 8_000), 60);
        return "none";
      } catch (error) {
        return String(error);
      }
    });
    expect(failure).toMatch(/isolateBytes: \d+, at most 8000/);
  });
});
