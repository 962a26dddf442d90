import { runInDurableObject } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import type { ObservationRow } from "../../domain/messages/rows.ts";
import { takeCall } from "../../domain/shard/take-call.ts";
import { FOLD_CALLS_MIN, GROUP_SKUS, ShardStorage } from "../../durable/sku-shard/storage.ts";
import { callOf, chunk, seen, shardNamed } from "./sku-shard-support.ts";

describe("the number of rows written", () => {
  test("is one per call, and one per group of SKUs at every fold", async () => {
    const calls = 2 * FOLD_CALLS_MIN;
    const written = await runInDurableObject(shardNamed("billed"), (_, state) => {
      const storage = new ShardStorage(state.storage);
      const shard = storage.load();
      const now = Date.now();
      for (let i = 0; i < calls; i++) {
        const rows = Array.from({ length: 40 }, (_, row) =>
          seen(`B-${row}`, 9000 + (i % 3), now - (calls - i) * 1000, row),
        );
        const { entry, touched } = takeCall(shard, callOf([chunk(`crawler/b${i}#0`, rows)], { now }));
        if (entry) storage.commit(shard, entry, touched);
      }
      return storage.rowsWritten;
    });
    const groups = Math.ceil(40 / GROUP_SKUS);
    expect(written).toBe(calls - 2 + 2 * (groups + 1));
  });

  test("grows less with long histories, which are folded less often", async () => {
    const folds = await runInDurableObject(shardNamed("long"), (_, state) => {
      const storage = new ShardStorage(state.storage);
      const shard = storage.load();
      const now = Date.now();
      const take = (id: string, rows: ObservationRow[]) => {
        const { entry, touched } = takeCall(shard, callOf([chunk(id, rows)], { now }));
        if (entry) storage.commit(shard, entry, touched);
      };
      const long = Array.from({ length: 90_000 }, (_, row) => ({
        ...seen("B-1", 9000, now - row * 60_000, row),
        competitor: `c-${row % 600}`,
      }));
      take("crawler/long#0", long);
      const foldedSeq = () =>
        JSON.parse(String(state.storage.sql.exec("SELECT body FROM summary").one().body)).foldedSeq;
      const before = foldedSeq();
      for (let i = 0; i < 2 * FOLD_CALLS_MIN; i++) take(`crawler/b${i}#0`, [seen("B-1", 9000 + i, now + i)]);
      return [before, foldedSeq()];
    });
    expect(folds).toEqual([1, 1]);
  });

  test("is none for rows that were taken before", async () => {
    const written = await runInDurableObject(shardNamed("billed-again"), (_, state) => {
      const storage = new ShardStorage(state.storage);
      const shard = storage.load();
      const now = Date.now();
      for (const id of ["crawler/a#0", "crawler/a#0", "feed/a#0"]) {
        const { entry, touched } = takeCall(shard, callOf([chunk(id, [seen("B-1", 9000, now)])], { now }));
        if (entry) storage.commit(shard, entry, touched);
      }
      return storage.rowsWritten;
    });
    expect(written).toBe(1);
  });
});
