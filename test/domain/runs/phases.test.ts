import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RUN_KINDS } from "../../../domain/messages/names.ts";
import { phaseOf, planShards } from "../../../domain/runs/phases.ts";

const objectOf = (sku: string) => sku.charCodeAt(0) % 3;

describe("the shards of a run", () => {
  it("hold every SKU once, none more than the size", () => {
    const skus = fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 60 });
    fc.assert(
      fc.property(skus, fc.integer({ min: 1, max: 20 }), (all, size) => {
        const shards = planShards(all, objectOf, size);
        expect(shards.flat().toSorted()).toEqual(all.toSorted());
        expect(shards.every((shard) => shard.length > 0 && shard.length <= size)).toBe(true);
        expect(shards).toHaveLength(Math.ceil(all.length / size));
      }),
    );
  });

  it("do not depend on the order in which the SKUs come", () => {
    const skus = ["a", "b", "c", "d", "e", "f", "g"];
    expect(planShards(skus.toReversed(), objectOf, 2)).toEqual(planShards(skus, objectOf, 2));
  });

  it("keep SKUs of the same object together", () => {
    // a, d, g live in one object, b and e in another, c and f in the third
    expect(
      planShards(["a", "b", "c", "d", "e", "f", "g"], (sku) => ("cfadgbe".indexOf(sku) < 2 ? 0 : 1), 2),
    ).toEqual([["c", "f"], ["a", "b"], ["d", "e"], ["g"]]);
  });
});

describe("the phases of a run", () => {
  it("begin with shards of SKUs, or of what is kept, and end after the last phase", () => {
    for (const kind of RUN_KINDS)
      expect(phaseOf(kind, 0)?.shards).toBe(kind === "retention" ? "parts" : "skus");
    expect(
      RUN_KINDS.map((kind) => [0, 1, 2, 3, 4, 5].filter((phase) => phaseOf(kind, phase)).length),
    ).toEqual([1, 5, 2, 2, 2, 2, 1, 3, 3]);
  });

  it("are filter, days, identify, pool and finish in an elasticity run", () => {
    expect([0, 1, 2, 3, 4].map((phase) => phaseOf("elasticity", phase))).toEqual([
      { name: "filter", shards: "skus" },
      { name: "days", shards: "whole" },
      { name: "identify", shards: "skus" },
      { name: "pool", shards: "whole" },
      { name: "finish", shards: "skus" },
    ]);
  });
});
