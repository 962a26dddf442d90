import { describe, expect, test } from "vitest";
import { changePoints } from "../../../domain/shard/competitors/change-points.ts";
import { exactOffers } from "../../../domain/shard/present.ts";
import { dueSkus } from "../../../domain/shard/shard.ts";
import { markProjected } from "../../../domain/shard/state.ts";
import { takeCall } from "../../../domain/shard/take-call.ts";
import { Bench, HOUR, MINUTE, NOW, SETTINGS, shardProduct } from "./fixtures.ts";

const DAY = 24 * HOUR;

/** A competitor that asked 100.00 every hour, the last time an hour ago. */
function calmBench(): Bench {
  const bench = new Bench();
  for (let hours = 8; hours >= 1; hours--) bench.see({ observedAt: NOW - hours * HOUR });
  return bench;
}

function quarantineOf(bench: Bench) {
  return bench.call({ refresh: [bench.product.sku] }).skus[0]?.quarantine ?? [];
}

function statuses(bench: Bench): string[] {
  return quarantineOf(bench).map(({ price, status }) => `${price} ${status}`);
}

function prices(bench: Bench): number[] {
  const state = bench.shard.skus[0]!.competitors.get("alpha")!;
  return changePoints(state.history).map((point) => point.price);
}

describe("a doubted price", () => {
  test("enters neither the offer nor the history nor a signal", () => {
    const bench = calmBench();
    expect(bench.see({ price: 1000 })).toBe("quarantined");
    expect(prices(bench)).toEqual([10_000]);
    expect(bench.open()).toEqual([]);
    expect(statuses(bench)).toEqual(["1000 open"]);
  });

  test("that is an outlier is believed when it is seen again after half an hour, and both enter the history", () => {
    const bench = calmBench();
    expect(bench.see({ price: 4500 })).toBe("quarantined");
    bench.now = NOW + 10 * MINUTE;
    expect(bench.see({ price: 4500, observedAt: bench.now })).toBe("quarantined");
    bench.now = NOW + 40 * MINUTE;
    expect(bench.see({ price: 4550, observedAt: bench.now })).toBe("accepted");
    expect(prices(bench)).toEqual([10_000, 4500, 4550]);
    expect(statuses(bench)).toEqual(["4500 confirmed", "4500 confirmed"]);
    expect(bench.open()).toContain("UNDERCUT alpha");
  });

  test("is confirmed at once by another source, and trusted a little less", () => {
    const bench = calmBench();
    bench.see({ price: 4500 });
    bench.now = NOW + MINUTE;
    expect(bench.see({ price: 4500, observedAt: bench.now }, "second")).toBe("accepted");
    expect(bench.signal("UNDERCUT")?.confidence).toBe(0.9);
  });

  test("that looks like a slip needs three confirmations", () => {
    const bench = calmBench();
    const verdicts = [0, 1, 2, 3].map((hours) => {
      bench.now = NOW + hours * HOUR;
      return bench.see({ price: 100_000, observedAt: bench.now });
    });
    expect(verdicts).toEqual(["quarantined", "quarantined", "quarantined", "accepted"]);
    expect(prices(bench)).toEqual([10_000, 100_000]);
    expect(statuses(bench).every((one) => one === "100000 confirmed")).toBe(true);
  });

  test("is discarded when the price returns to normal, and doubted again when it comes back soon", () => {
    const bench = calmBench();
    bench.see({ price: 4500 });
    bench.now = NOW + HOUR;
    expect(bench.see({ observedAt: bench.now })).toBe("accepted");
    expect(quarantineOf(bench)).toMatchObject([{ status: "discarded", settledBy: "gate" }]);
    bench.now = NOW + 2 * HOUR;
    expect(bench.see({ price: 4500, observedAt: bench.now })).toBe("quarantined");
  });

  test("expires after 48 hours by time alone", () => {
    const bench = calmBench();
    bench.see({ price: 4500 });
    bench.now = NOW + 48 * HOUR;
    expect(quarantineOf(bench)).toMatchObject([{ status: "expired", settledBy: "time" }]);
    expect(prices(bench)).toEqual([10_000]);
  });

  test("may be a competitor's first, which is compared with our price", () => {
    const bench = new Bench();
    expect(bench.see({ price: 100 })).toBe("quarantined");
    expect(bench.see({ price: 9500, observedAt: NOW + 1 })).toBe("accepted");
    expect(prices(bench)).toEqual([9500]);
  });

  test("is confirmed by an unequal one if both are a competitor's first prices", () => {
    const bench = new Bench();
    expect(bench.see({ price: 3000 })).toBe("quarantined");
    bench.now = NOW + 60 * DAY;
    expect(bench.see({ price: 3300, observedAt: bench.now })).toBe("accepted");
    expect(prices(bench)).toEqual([3000, 3300]);
  });

  test("is believed at the fourth look even if looks are a week apart", () => {
    const bench = calmBench();
    const verdicts = [0, 7, 14, 21].map((days) => {
      bench.now = NOW + days * DAY;
      return bench.see({ price: 4500, observedAt: bench.now });
    });
    expect(verdicts).toEqual(["quarantined", "quarantined", "quarantined", "accepted"]);
  });

  test.each([
    [4, 5],
    [10, 8],
  ])("a level %i times as high that moves on is believed at look %i", (factor, looks) => {
    const bench = calmBench();
    const verdicts = [1, 1.1, 1.05, 1.2, 0.95, 1.15, 1.25, 0.9].map((wobble, days) => {
      bench.now = NOW + days * DAY;
      return bench.see({ price: Math.round(10_000 * factor * wobble), observedAt: bench.now });
    });
    expect(verdicts.indexOf("accepted")).toBe(looks - 1);
  });

  test("of a rare deep sale is believed when it comes back after two months", () => {
    const bench = calmBench();
    expect(bench.see({ price: 4500 })).toBe("quarantined");
    for (let days = 1; days < 60; days += 7) {
      bench.now = NOW + days * DAY;
      bench.see({ observedAt: bench.now });
    }
    bench.now = NOW + 60 * DAY;
    expect(bench.see({ price: 4500, observedAt: bench.now })).toBe("accepted");
  });

  test("with an ending unlike all others is confirmed by another source, not by the same page", () => {
    const known = [9999, 10_499, 9799, 9999];
    const odd = () => {
      const bench = new Bench();
      for (const [i, price] of known.entries()) bench.see({ price, observedAt: NOW - (9 - i) * HOUR });
      expect(bench.see({ price: 17_998 })).toBe("quarantined");
      bench.now = NOW + HOUR;
      return bench;
    };
    const again = odd();
    expect(again.see({ price: 17_998, observedAt: again.now })).toBe("quarantined");
    const elsewhere = odd();
    expect(elsewhere.see({ price: 17_998, observedAt: elsewhere.now }, "second")).toBe("accepted");
  });

  test("at a tax ratio is not quarantined, at a pack ratio only until it lasts; both flag the match", () => {
    const flagAfter = (price: number) => {
      const bench = calmBench();
      bench.product = shardProduct({ taxRate: 0.19, version: 2 });
      const verdicts = Array.from({ length: 6 }, (_, hours) => {
        bench.now = NOW + hours * HOUR;
        return bench.see({ price, observedAt: bench.now });
      });
      const [offer] = exactOffers(bench.shard.skus[0]!, bench.shard.sources, bench.shard.settings);
      return { held: verdicts.filter((one) => one === "quarantined").length, flag: offer?.matchQuality };
    };
    expect(flagAfter(11_900)).toEqual({ held: 0, flag: "tax" });
    expect(flagAfter(20_000)).toEqual({ held: 1, flag: "pack2" });
    expect(flagAfter(60_000)).toEqual({ held: 3, flag: "pack6" });
  });

  test("older than the latest is compared with its neighbours in time, and leaves the latest alone", () => {
    const bench = calmBench();
    expect(bench.see({ price: 100_000, observedAt: NOW - 3 * HOUR + 1 })).toBe("quarantined");
    expect(bench.see({ price: 9000, observedAt: NOW - 3 * HOUR + 2 })).toBe("accepted");
    expect(prices(bench)).toEqual([10_000, 9000, 10_000]);
  });
});

describe("a person's decision", () => {
  test("to release a row lets it enter the history once", () => {
    const bench = calmBench();
    bench.see({ price: 1000 });
    const [held] = quarantineOf(bench);
    const decisions = [{ sku: bench.product.sku, id: held!.id, action: "release" as const }];
    const answer = bench.call({ decisions });
    expect(answer.skus[0]?.quarantine).toMatchObject([{ status: "released", settledBy: "person" }]);
    expect(prices(bench)).toEqual([10_000, 1000]);
    const again = takeCall(bench.shard, {
      now: NOW,
      settings: SETTINGS,
      products: [bench.product],
      chunks: [],
      decisions,
    });
    expect(again.entry).toBeNull();
    expect(bench.see({ price: 1000 })).toBe("duplicate");
  });

  test.each(["release", "discard"] as const)("to %s is announced until it is projected", (action) => {
    const bench = calmBench();
    bench.see({ price: 1000 });
    const [held] = quarantineOf(bench);
    const [told] = bench.call({ decisions: [{ sku: bench.product.sku, id: held!.id, action }] }).skus;
    bench.now += 2 * MINUTE;
    expect(dueSkus(bench.shard, bench.now)).toEqual([bench.product.sku]);
    markProjected(bench.shard.skus[0]!, told!.unprojected!);
    expect(dueSkus(bench.shard, bench.now)).toEqual([]);
  });

  test("to discard a row keeps others from confirming it", () => {
    const bench = calmBench();
    bench.see({ price: 4500 });
    const [held] = quarantineOf(bench);
    bench.call({ decisions: [{ sku: bench.product.sku, id: held!.id, action: "discard" }] });
    bench.now = NOW + HOUR;
    expect(bench.see({ price: 4500, observedAt: bench.now })).toBe("quarantined");
    expect(prices(bench)).toEqual([10_000]);
  });
});
