import { describe, expect, test } from "vitest";
import { Bench, shardProduct } from "../fixtures.ts";

describe("BELOW_COST", () => {
  test.each([
    ["just earns something", { breakEven: 10_000 }, []],
    ["a cent more than the price", { breakEven: 10_001 }, ["BELOW_COST"]],
    ["the cost is not known", { breakEven: null }, []],
    ["not for an inactive product", { breakEven: 12_000, active: false }, []],
    ["not while nothing can be sold", { breakEven: 12_000, stock: 0 }, ["LOW_INVENTORY"]],
  ])("%s", (_, side, open) => {
    const bench = new Bench();
    bench.product = shardProduct(side);
    bench.call({});
    expect(bench.open()).toEqual(open);
  });

  test("opens without any offer or event, is critical, and ends as soon as a unit earns again", () => {
    const bench = new Bench();
    bench.call({});
    bench.product = shardProduct({ breakEven: 13_000, version: 2 });
    bench.call({});
    expect(bench.signal("BELOW_COST")).toMatchObject({
      status: "open",
      priority: 1,
      severity: 1,
      evidence: { level: "critical", ourPrice: "100.00", breakEven: "130.00" },
    });
    bench.product = shardProduct({ price: 13_000, breakEven: 13_000, version: 3 });
    bench.call({});
    expect(bench.signal("BELOW_COST")!.status).toBe("resolved");
  });
});
