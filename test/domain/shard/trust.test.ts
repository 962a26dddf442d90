import { describe, expect, test } from "vitest";
import { Bench, HOUR, MINUTE, NOW } from "./fixtures.ts";

describe("exchange rates and doubted matches", () => {
  test("an exchange rate that jumps opens FX_SHOCK and no movement of the competitor", () => {
    const bench = new Bench();
    const listed = (landedPrice: number, move?: number) => ({
      listed: { currency: "USD", landedPrice, stale: false, ...(move === undefined ? {} : { move }) },
    });
    for (let i = 8; i > 0; i--)
      bench.see({ price: 10_000 + i, observedAt: NOW - i * HOUR, ...listed(12_500 + i, 0.001) });
    expect(bench.open()).toEqual([]);
    bench.see({ price: 8000, ...listed(12_500, -0.2) });
    expect(bench.open()).toEqual(["ABOVE_MARKET", "FX_SHOCK", "UNDERCUT alpha"]);
    expect(bench.signal("FX_SHOCK")).toMatchObject({
      competitor: null,
      severity: 1,
      evidence: { listedCurrency: "USD", currency: "EUR", ratePct: -20, competitors: 1 },
      message: expect.stringContaining(
        "USD fell by 20.00 % against EUR within a day, and alpha's price with it.",
      ),
    });
  });

  test.each([
    ["3 % is not more than 3 %", 0.03, false],
    ["a bit more is", -0.0301, true],
  ])("a rate's move: %s", (_, move, isShock) => {
    const bench = new Bench();
    bench.see({ listed: { currency: "USD", landedPrice: 12_500, stale: false, move } });
    expect(bench.open().includes("FX_SHOCK")).toBe(isShock);
  });

  test("a price that a wrong match would explain is trusted less once it lasts", () => {
    const bench = new Bench();
    bench.see({ price: 12_000, observedAt: NOW - 4 * MINUTE });
    const confidence = [0, 1, 2, 3].map((i) => {
      bench.see({ price: 6000, observedAt: NOW + i });
      return bench.signal("UNDERCUT")?.confidence;
    });
    expect(confidence).toEqual([0.7, 1, 0.7, 0.7]);
  });

  test("a price converted at an old rate is trusted by half", () => {
    const bench = new Bench();
    bench.see({ price: 8000, listed: { currency: "USD", landedPrice: 10_000, stale: true } });
    expect(bench.signal("UNDERCUT")?.confidence).toBe(0.35);
    expect(bench.signal("ABOVE_MARKET")?.confidence).toBe(0.35);
  });
});
