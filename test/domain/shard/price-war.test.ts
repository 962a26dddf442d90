import { describe, expect, test } from "vitest";
import { Bench, HOUR, NOW, shardProduct } from "./fixtures.ts";

/** We ask something else from now on. */
function reprice(bench: Bench, price: number): void {
  const { pastPrices = [], price: before, version } = bench.product;
  const past = [...pastPrices, { price: before, until: bench.now }];
  bench.product = shardProduct({ price, version: version + 1, pastPrices: past });
}

describe("a price war", () => {
  test("takes two rivals with two cuts each", () => {
    const bench = new Bench();
    const cut = (competitor: string, price: number, hours: number) =>
      bench.see({ competitor, price, observedAt: NOW - hours * HOUR });
    cut("alpha", 10_000, 50);
    cut("beta", 10_000, 50);
    cut("alpha", 9900, 40);
    cut("beta", 9800, 30);
    cut("alpha", 9700, 20);
    expect(bench.open()).not.toContain("PRICE_WAR");
    cut("beta", 9501, 10);
    expect(bench.open()).not.toContain("PRICE_WAR");
    cut("beta", 9500, 9);
    expect(bench.signal("PRICE_WAR")).toMatchObject({ status: "open", evidence: { rivals: 2 } });
  });

  test("is neither started nor ended by a competitor that is first seen during it", () => {
    const bench = new Bench();
    for (const [i, price] of [10_000, 9700, 9400].entries())
      for (const competitor of ["alpha", "beta"])
        bench.see({ competitor, price, observedAt: NOW - (9 - i) * HOUR });
    const before = bench.signal("PRICE_WAR");
    expect(before?.message).toContain("the cheapest price fell by 6.00 %");
    bench.see({ competitor: "new", price: 9000 });
    expect(bench.signal("PRICE_WAR")?.message).toBe(before?.message);
    const calm = new Bench();
    calm.see({ competitor: "old", price: 8900, observedAt: NOW - 10 * HOUR });
    for (const [i, price] of [10_000, 9700, 9400].entries())
      for (const competitor of ["alpha", "beta"])
        calm.see({ competitor, price, observedAt: NOW - (9 - i) * HOUR });
    expect(calm.open()).not.toContain("PRICE_WAR");
  });

  test("lasts until 72 h have passed without a cut", () => {
    const bench = new Bench();
    const see = (competitor: string, price: number, hours: number) => {
      bench.now = NOW + hours * HOUR;
      bench.see({ competitor, price, observedAt: bench.now });
    };
    for (const [i, price] of [10_000, 9700, 9400].entries()) see("alpha", price, i);
    for (const [i, price] of [10_000, 9650, 9300].entries()) see("beta", price, 3 + i);
    expect(bench.signal("PRICE_WAR")?.status).toBe("open");
    // alpha's cuts leave the window one by one, beta's last one is at 5 h
    for (let hours = 6; hours <= 76; hours += 2) {
      see("alpha", 9400, hours);
      see("beta", 9300, hours);
      expect(bench.signal("PRICE_WAR")?.status).toBe("open");
    }
    for (let hours = 78; hours <= 80; hours += 1) {
      see("alpha", 9400, hours);
      see("beta", 9300, hours);
    }
    expect(bench.open()).not.toContain("PRICE_WAR");
  });

  test.each<[string, [who: "us" | "alpha", price: number][], boolean]>([
    [
      "three cuts in turn",
      [
        ["alpha", 9900],
        ["us", 9800],
        ["alpha", 9700],
      ],
      true,
    ],
    [
      "two",
      [
        ["alpha", 9900],
        ["us", 9800],
      ],
      false,
    ],
    [
      "three, two of them ours",
      [
        ["us", 9950],
        ["alpha", 9900],
        ["us", 9800],
      ],
      true,
    ],
    [
      "matching is no undercutting",
      [
        ["alpha", 9900],
        ["us", 9900],
        ["alpha", 9900],
      ],
      false,
    ],
    [
      "nor is a cut that stays above",
      [
        ["alpha", 9900],
        ["us", 9950],
        ["alpha", 9800],
      ],
      false,
    ],
    [
      "a rise in between starts the count again",
      [
        ["alpha", 9900],
        ["us", 9800],
        ["us", 10_500],
        ["us", 9700],
      ],
      false,
    ],
    [
      "the competitor alone",
      [
        ["alpha", 9900],
        ["alpha", 9800],
        ["alpha", 9700],
      ],
      false,
    ],
  ])("undercutting each other: %s", (_, steps, isWar) => {
    const bench = new Bench();
    bench.see({ price: 10_000 });
    for (const [who, price] of steps) {
      bench.now += HOUR;
      if (who === "us") reprice(bench, price);
      else bench.see({ price, observedAt: bench.now });
      bench.signals();
    }
    expect(bench.open().includes("PRICE_WAR")).toBe(isWar);
    if (isWar)
      expect(bench.signal("PRICE_WAR")).toMatchObject({
        severity: 0.5,
        evidence: { rounds: 3, rival: "alpha" },
        message: expect.stringMatching(
          /^We and alpha undercut each other 3 times .*another round costs both sides\.$/,
        ),
      });
  });

  test("does not count cuts of the week before", () => {
    const bench = new Bench();
    bench.see({ price: 10_000 });
    bench.see({ price: 9900, observedAt: NOW + 1 });
    bench.now += HOUR;
    reprice(bench, 9800);
    bench.signals();
    bench.now += 72 * HOUR;
    bench.see({ price: 9700, observedAt: bench.now });
    expect(bench.open()).not.toContain("PRICE_WAR");
  });

  test("does not depend on when the shard learns of our own changes", () => {
    const bench = new Bench();
    for (const [i, price] of [10_000, 9900, 9700].entries())
      bench.see({ price, observedAt: NOW - (3 - i) * HOUR });
    expect(bench.open()).not.toContain("PRICE_WAR");
    const past = { price: 10_000, until: NOW - 1.5 * HOUR };
    bench.product = shardProduct({ price: 9800, version: 2, pastPrices: [past] });
    expect(bench.signal("PRICE_WAR")?.evidence).toMatchObject({ rounds: 3 });
  });
});
