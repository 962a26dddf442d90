import fc from "fast-check";

import { expect, test } from "vitest";
import type { ShardChunk } from "../../../domain/messages/shard.ts";
import { nextDueAt } from "../../../domain/shard/evaluate.ts";
import { Bench, chunkOf, HOUR, MINUTE, NOW, SETTINGS, seen, shardProduct } from "./fixtures.ts";
import { chunk, event, SKU, stock } from "./shop-fixtures.ts";

const at = fc.integer({ min: 0, max: 70 * 60 }).map((minutes) => NOW - minutes * MINUTE);

/** Whatever a shard may be told. */
const told: fc.Arbitrary<ShardChunk> = fc.oneof(
  fc
    .record({ price: fc.constantFrom(100, 9_000, 9_400, 10_000, 11_500, 99_000), observedAt: at })
    .map((row) => chunkOf([seen(row)])),
  fc
    .record({ type: fc.constantFrom("purchase" as const, "product_view" as const), at, quantity: fc.nat(9) })
    .map((row) => chunk("events", [event(row)])),
  fc.record({ quantity: fc.nat(20), at }).map((row) => chunk("inventory", [stock(row)])),
  fc
    .record({ visitor: fc.nat(2), carts: fc.integer({ min: 3, max: 5 }), at, bought: fc.boolean() })
    .map((row) => chunk("carts", [{ row: 0, sku: SKU, ...row }])),
);

test("what is due follows from the stored state, so that a reloaded shard does the same", () => {
  const step = fc.record({
    minutes: fc.nat(240),
    chunks: fc.array(told, { maxLength: 3 }),
    active: fc.nat(9),
  });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 25 }), (steps) => {
      const bench = new Bench();
      for (const [i, { minutes, chunks, active }] of steps.entries()) {
        bench.now += minutes * MINUTE;
        bench.product = shardProduct({ active: active > 0, version: i + 1 });
        bench.call({ chunks });
        const held = bench.shard.skus[0]!.competitors.get("alpha")?.quarantine ?? [];
        const open = held.find(({ status }) => status === "open");
        if (open && minutes > 200)
          bench.call({ decisions: [{ sku: SKU, id: open.id, action: active > 4 ? "release" : "discard" }] });
        const sku = bench.shard.skus[0]!;
        expect(sku.dueAt).toBe(nextDueAt(sku, SETTINGS));
        if (bench.now - NOW > 60 * HOUR) break;
      }
    }),
    { numRuns: 300 },
  );
});
