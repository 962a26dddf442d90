import { describe, expect, it } from "vitest";
import { shardOf } from "../../../domain/base/sharding.ts";
import { MINUTE_MS } from "../../../domain/base/time.ts";
import { epochAt, firstVersion, inEpoch } from "../../../domain/shard/epoch.ts";
import { addressOf, allAddresses, shardAddress, shardName } from "../../../domain/shard/layout.ts";

const SKUS = Array.from({ length: 500 }, (_, i) => `LAY-${i}`);
const current = { generation: 1, count: 128 };

describe("where a SKU lives", () => {
  it("the first generation has the names that installs know", () => {
    for (const sku of SKUS) {
      const address = addressOf(sku, { current, next: null });
      expect(address).toBe(shardOf(sku, 128));
      expect(shardName(address)).toBe(`shard-${address}`);
    }
  });

  it("while a reshard is on: with the next generation, once its shard has handed over", () => {
    const next = { generation: 2, count: 256, moved: new Set([3, 77]) };
    for (const sku of SKUS) {
      const isMoved = next.moved.has(shardOf(sku, 128));
      const expected = isMoved ? `shard-2-${shardOf(sku, 256)}` : `shard-${shardOf(sku, 128)}`;
      expect(shardName(addressOf(sku, { current, next }))).toBe(expected);
    }
  });

  it("all shards that may hold SKUs", () => {
    expect(allAddresses({ current: { generation: 1, count: 3 }, next: null })).toEqual([0, 1, 2]);
    const next = { generation: 2, count: 2, moved: new Set([1]) };
    expect(allAddresses({ current: { generation: 1, count: 3 }, next }).map(shardName)).toEqual([
      "shard-0",
      "shard-2",
      "shard-2-0",
      "shard-2-1",
    ]);
    expect(shardAddress(next, 1)).toBe(4097);
  });
});

describe("the epoch of an object's versions", () => {
  it("is greater for whatever is made a minute later, and fits a number until 2083", () => {
    const now = Date.UTC(2026, 10, 1);
    expect(epochAt(now + MINUTE_MS)).toBe(epochAt(now) + 1);
    expect(firstVersion(epochAt(Date.UTC(2083, 0, 1)))).toBeLessThan(Number.MAX_SAFE_INTEGER);
  });

  it("stands above every version of the one before", () => {
    const state = { sku: "A", offers: [{ version: 5_000_000 }], signals: [], demandDays: [] } as never;
    const [before] = inEpoch(state, 7).offers;
    const [after] = inEpoch({ ...(state as object), offers: [{ version: 1 }] } as never, 8).offers;
    expect(after!.version).toBeGreaterThan(before!.version);
    expect(inEpoch(state, 0)).toBe(state);
  });
});
