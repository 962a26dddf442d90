import { describe, expect, test } from "vitest";
import { isFreshOffer } from "../../../domain/settings/freshness.ts";
import { Bench, HOUR, MINUTE, NOW, SETTINGS } from "./fixtures.ts";

const DAY = 24 * HOUR;
const CLEAR_MS = SETTINGS.clearHoldMinutes * MINUTE;
const COOL_DOWN_MS = SETTINGS.coolDownHours * HOUR;

/** A competitor that asked 100.00 every hour, the last time an hour ago. */
function calmBench(): Bench {
  const bench = new Bench();
  for (let hours = 8; hours >= 1; hours--) bench.see({ observedAt: NOW - hours * HOUR });
  return bench;
}

/** The verdict on what is seen at an instant and received then. */
function seeAt(bench: Bench, at: number, price: number, source = "crawler") {
  bench.now = at;
  return bench.see({ price, observedAt: at }, source);
}

function statusAt(bench: Bench, at: number): string | undefined {
  bench.now = at;
  return bench.call({ refresh: [bench.product.sku] }).skus[0]?.quarantine?.[0]?.status;
}

describe("doubt about a price", () => {
  const newest = (bench: Bench, type: string) => bench.signals().findLast((signal) => signal.type === type);

  test("lowers the confidence only until the competitor has asked another price", () => {
    const bench = calmBench();
    seeAt(bench, NOW, 4500);
    seeAt(bench, NOW + MINUTE, 4500, "second");
    expect(bench.signal("UNDERCUT")?.confidence).toBe(0.9);
    for (const hours of [1, 2, 3]) seeAt(bench, NOW + hours * HOUR, 10_000);
    for (const hours of [12, 13]) expect(seeAt(bench, NOW + hours * HOUR, 4500)).toBe("accepted");
    expect(newest(bench, "UNDERCUT")).toMatchObject({ status: "open", confidence: 1 });
  });
});

describe("a quarantined row", () => {
  test("expires when it has waited 48 hours to the millisecond", () => {
    const bench = calmBench();
    seeAt(bench, NOW, 4500);
    expect(statusAt(bench, NOW + 48 * HOUR - 1)).toBe("open");
    expect(statusAt(bench, NOW + 48 * HOUR)).toBe("expired");
  });

  test.each([
    ["half an hour later", 30 * MINUTE, "accepted"],
    ["a millisecond earlier than that", 30 * MINUTE - 1, "quarantined"],
    ["48 hours later", 48 * HOUR, "accepted"],
  ])("is confirmed by a second look at the same source: %s", (_, later, verdict) => {
    const bench = calmBench();
    seeAt(bench, NOW, 4500);
    bench.now = NOW + 1;
    expect(bench.see({ price: 4500, observedAt: NOW + later })).toBe(verdict);
  });

  test("is shown for a day after it was settled, to the millisecond", () => {
    const bench = calmBench();
    seeAt(bench, NOW, 4500);
    seeAt(bench, NOW + HOUR, 10_000);
    expect(statusAt(bench, NOW + HOUR + DAY)).toBe("discarded");
    expect(statusAt(bench, NOW + HOUR + DAY + 1)).toBeUndefined();
  });
});

describe("a signal", () => {
  const undercut = () => {
    const bench = new Bench();
    seeAt(bench, NOW, 9000);
    seeAt(bench, NOW + MINUTE, 10_000);
    return bench;
  };
  const statusOfUndercut = (bench: Bench, at: number) => {
    bench.now = at;
    return bench.signal("UNDERCUT")?.status;
  };

  test("resolves when it has been clear for the quiet time to the millisecond", () => {
    const bench = undercut();
    expect(statusOfUndercut(bench, NOW + MINUTE + CLEAR_MS - 1)).toBe("open");
    expect(statusOfUndercut(bench, NOW + MINUTE + CLEAR_MS)).toBe("resolved");
  });

  test.each([
    ["goes on within the cool-down", COOL_DOWN_MS - 1, 1],
    ["is a new one when the cool-down is over", COOL_DOWN_MS, 2],
  ])("%s", (_, later, count) => {
    const bench = undercut();
    const resolvedAt = NOW + MINUTE + CLEAR_MS;
    expect(statusOfUndercut(bench, resolvedAt)).toBe("resolved");
    seeAt(bench, resolvedAt + later, 9000);
    expect(bench.signals().filter(({ type }) => type === "UNDERCUT")).toHaveLength(count);
  });

  test("reminds when it has been open for the time set, to the millisecond", () => {
    const bench = new Bench();
    seeAt(bench, NOW, 9000);
    const reminderAt = NOW + SETTINGS.notifyAgainHours * HOUR;
    seeAt(bench, reminderAt - 1, 9000);
    expect(bench.signal("UNDERCUT")?.notice).toMatchObject({ at: NOW, why: "opened" });
    seeAt(bench, reminderAt, 9000);
    expect(bench.signal("UNDERCUT")?.notice).toMatchObject({ at: reminderAt, why: "reminder" });
  });

  test.each([
    ["24 hours before", 0, true],
    ["a millisecond more", 1, false],
  ])("of an abrupt drop looks at the high of %s", (_, more, isOpen) => {
    const bench = new Bench();
    bench.see({ price: 10_000, observedAt: NOW - DAY - more });
    bench.see({ price: 8000 });
    expect(bench.open().includes("ABRUPT_DROP alpha")).toBe(isOpen);
  });
});

describe("an offer", () => {
  const freshMs = SETTINGS.offerFreshHours * HOUR;

  test("counts up to its freshness limit, and its competitor's own limit stands above the install's", () => {
    const offer = { competitor: "alpha", observedAt: NOW };
    expect(isFreshOffer(offer, NOW + freshMs, SETTINGS)).toBe(true);
    expect(isFreshOffer(offer, NOW + freshMs + 1, SETTINGS)).toBe(false);
    const settings = { ...SETTINGS, offerFreshHoursByCompetitor: { alpha: 1, beta: 99 } };
    expect(isFreshOffer(offer, NOW + HOUR, settings)).toBe(true);
    expect(isFreshOffer(offer, NOW + HOUR + 1, settings)).toBe(false);
  });

  test("holds its signal open up to its freshness limit", () => {
    const bench = new Bench();
    bench.see({ price: 9000 });
    bench.now = NOW + freshMs;
    expect(bench.open()).toContain("UNDERCUT alpha");
    bench.now = NOW + freshMs + 1;
    expect(bench.open()).toEqual([]);
  });

  test.each([
    ["is not projected again within a quarter of the freshness limit", 0, 1],
    ["is projected again after it, so that it does not look old", 1, 2],
  ])("that stays the same %s", (_, more, version) => {
    const bench = new Bench();
    bench.see();
    seeAt(bench, NOW + freshMs / 4 + more, 10_000);
    expect(bench.call({ refresh: [bench.product.sku] }).skus[0]?.offers[0]?.version).toBe(version);
  });
});
