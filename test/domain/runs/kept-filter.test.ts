import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Fingerprint } from "../../../domain/base/fingerprint.ts";
import { DAY_MS } from "../../../domain/base/time.ts";
import { learningDays, settledCalendars } from "../../../domain/runs/calendar.ts";
import { filterSkus, poolInput, poolSkus } from "../../../domain/runs/elasticity-run.ts";
import { identifiedFilters } from "../../../domain/runs/identify.ts";
import { type KeptFilter, withKept } from "../../../domain/runs/kept-filter.ts";
import type { SkuSnapshot } from "../../../domain/runs/learned.ts";
import type { RunManifest } from "../../../domain/runs/manifest.ts";
import { compareDigests, recomputeElasticity } from "../../../domain/runs/replay-run.ts";
import { keptShards, manifest, snapshot } from "./support.ts";

function pooled(snapshots: SkuSnapshot[], run: RunManifest) {
  const inputs = identifiedFilters(snapshots, run).map((sku, i) => poolInput(sku!, snapshots[i]!, run));
  return poolSkus(inputs, run).pooled;
}

/** As it was some days earlier. */
function earlier(snapshots: SkuSnapshot[], days: number): SkuSnapshot[] {
  return snapshots.map((one) => ({
    ...one,
    features: { ...one.features, days: one.features.days.slice(0, one.features.days.length - days) },
  }));
}

const bucket = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

const SKUS = Array.from({ length: 15 }, (_, i) => snapshot(i, i % 2 ? "a" : "b"));
const RUN = {
  ...manifest("elasticity", { holidays: [{ day: "2026-05-01", name: "may" }] }),
  previous: { runId: "before", pooled: pooled(SKUS, manifest("elasticity")), shards: [] },
};

/** What a run of so many days ago kept of the SKUs, as the bucket gives it back. */
function keptBefore(snapshots: SkuSnapshot[], days: number, run: RunManifest = RUN): Map<string, KeptFilter> {
  const past = { ...run, asOf: run.asOf - days * DAY_MS };
  const kept = bucket(filterSkus(earlier(snapshots, days), past));
  return new Map(kept.map((filter) => [filter!.state.sku, filter!]));
}

function resumed(snapshots: SkuSnapshot[], kept: Map<string, KeptFilter>, run: RunManifest = RUN) {
  return withKept(snapshots, (sku) => kept.get(sku), run);
}

describe("a filter resumed from the last run", () => {
  it("has the same bits as a filter over the whole history", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 29, max: 90 }), (days, length) => {
        const snapshots = [1, 2].map((i) => snapshot(i, "a", { days: days + length, level: 0.4 + 5 * i }));
        for (const [k, day] of snapshots[1]!.features.days.entries())
          day.cost = 900 + 50 * (Math.floor(k / 9) % 4);
        const again = resumed(snapshots, keptBefore(snapshots, days));
        expect(again.every(({ kept }) => kept?.days === length)).toBe(true);
        expect(bucket(filterSkus(bucket(again), RUN))).toEqual(bucket(filterSkus(snapshots, RUN)));
      }),
      { numRuns: 25, seed: 7 },
    );
  });

  it("can be resumed night after night", () => {
    const nights = [3, 2, 1, 0];
    let kept = keptBefore(SKUS, 4);
    for (const days of nights) {
      const run = { ...RUN, asOf: RUN.asOf - days * DAY_MS };
      const snapshots = resumed(earlier(SKUS, days), kept, run);
      expect(snapshots.every((one) => one.kept !== undefined)).toBe(true);
      kept = new Map(bucket(filterSkus(snapshots, run)).map((filter) => [filter!.state.sku, filter!]));
    }
    expect([...kept.values()]).toEqual(bucket(filterSkus(SKUS, RUN)));
  });

  it("skips unusable days after the resume as it does before", () => {
    const [one] = bucket([SKUS[0]!]);
    const { days } = one!.features;
    days[118]!.exposure = 0;
    days[100]!.exposure = 0.5;
    days[119]!.units = -1;
    const again = resumed([one!], keptBefore([one!], 5));
    expect(again[0]!.kept).toBeDefined();
    expect(bucket(filterSkus(again, RUN))).toEqual(bucket(filterSkus([one!], RUN)));
    const later = resumed([one!], keptBefore([one!], 0));
    expect(filterSkus(later, RUN)[0]!.state.skipped).toBe(1);
  });

  type Change = (one: SkuSnapshot) => void;
  const changes: [string, Change][] = [
    ["a late sale", ({ features }) => features.days[60]!.units++],
    ["a corrected price", ({ features }) => features.days[60]!.price++],
    ["another competitor price", ({ features }) => (features.days[60]!.cheapest = 1979)],
    ["another exposure", ({ features }) => (features.days[60]!.exposure = 0.9)],
    ["another cost", ({ features }) => (features.days[60]!.cost = 900)],
    ["a day sold out", ({ features }) => (features.days[60]!.censored = true)],
    ["a missing day", ({ features }) => features.days.splice(60, 1)],
    ["the first day gone", ({ features }) => features.days.shift()],
    ["days taken back", ({ features }) => features.days.splice(100)],
    ["a first promotion", ({ features }) => (features.days[119]!.promo = true)],
    ["another category", ({ features }) => (features.category = "z")],
    ["another currency", ({ features }) => (features.currency = "JPY")],
  ];

  it.each(changes)("starts anew after %s", (_, change) => {
    const kept = keptBefore(SKUS, 3);
    const changed = bucket(SKUS);
    change(changed[4]!);
    const again = resumed(changed, kept);
    expect(again.map((one) => one.kept !== undefined)).toEqual(SKUS.map((_, i) => i !== 4));
    expect(bucket(filterSkus(again, RUN))).toEqual(bucket(filterSkus(changed, RUN)));
  });

  const isAnew = (run: RunManifest) => resumed(SKUS, keptBefore(SKUS, 3), run).every(({ kept }) => !kept);

  it("starts again under another calendar or another code version", () => {
    const moved = structuredClone(RUN);
    for (const { calendar } of Object.values(moved.previous.pooled.daily!.categories))
      calendar.weekday = calendar.weekday.with(2, 0.02);
    expect(isAnew(moved)).toBe(true);
    expect(isAnew({ ...RUN, ...manifest("elasticity"), previous: RUN.previous })).toBe(true);
    const kept = keptBefore(SKUS, 3);
    for (const filter of kept.values()) filter.under = "0".repeat(16);
    expect(resumed(SKUS, kept).every((one) => !one.kept)).toBe(true);
    expect(resumed(SKUS, new Map()).every((one) => !one.kept)).toBe(true);
  });

  it("starts again while its reference prices are not final", () => {
    const young = SKUS.map((one) => ({ ...one, features: { ...one.features } }));
    for (const { features } of young) features.days = features.days.slice(-20);
    expect(resumed(young, keptBefore(young, 3)).every(({ kept }) => !kept)).toBe(true);
    expect(resumed(young, keptBefore(young, 0)).every(({ kept }) => kept)).toBe(true);
  });
});

describe("a run with kept filters, computed again", () => {
  const snapshots = bucket(resumed(SKUS, keptBefore(SKUS, 2)));
  const expected = recomputeElasticity(keptShards(SKUS, 64), RUN, 64);

  it.each([1, 7, 64])("comes to the same in shuffled shards of %i as without kept filters", async (size) => {
    const again = await recomputeElasticity(keptShards(snapshots.toReversed(), size), RUN, size);
    expect(snapshots.every(({ kept }) => kept !== undefined)).toBe(true);
    expect(compareDigests(await expected, again).differences).toEqual([]);
  });
});

describe("the calendar that filters go by", () => {
  const learned = RUN.previous.pooled.daily!;
  const today = RUN.asOf / DAY_MS - 10 / 24;
  /** learned again so many days later, a little or far from it: is it taken? */
  const isTaken = (name: string, later: number, shift: number, before: typeof learned | null = learned) => {
    const after = structuredClone(learned);
    const { calendar: moved } = after.categories[name]!;
    moved.weekday = moved.weekday.with(1, moved.weekday[1]! + shift);
    const run = { ...RUN, asOf: RUN.asOf + later * DAY_MS };
    const { calendar, calendarSince } = settledCalendars(after, before, run).categories[name]!;
    const taken = calendar === after.categories[name]!.calendar;
    expect(calendarSince).toBe(taken ? today + later : today);
    return taken;
  };
  const daysTaken = (name: string) => [0, 1, 2, 3, 4, 5, 6].filter((later) => isTaken(name, later, 0.005));

  it("stays while the newly learned one is close, except on one day of the week", () => {
    expect(daysTaken("a")).toHaveLength(1);
    expect(daysTaken("b")).toHaveLength(1);
    expect(daysTaken("b")).not.toEqual(daysTaken("a"));
    expect([0, 7, 8, 30].map((later) => isTaken("a", later, 0.005))).toEqual([false, true, true, true]);
  });

  it("is the newly learned one if that is far from it, or the first", () => {
    expect(isTaken("a", 0, 0.02)).toBe(true);
    expect(isTaken("a", 0, 0.005, null)).toBe(true);
  });
});

describe("the days learned from", () => {
  it("are two years or a little more, from a first day that moves every four weeks", () => {
    const day = (k: number) => ({ ...RUN, asOf: RUN.asOf + k * DAY_MS });
    const spans = Array.from({ length: 84 }, (_, k) => learningDays(day(k)));
    expect(Math.min(...spans)).toBe(730);
    expect(Math.max(...spans)).toBe(757);
    expect(new Set(spans.map((span, k) => k - span)).size).toBeLessThanOrEqual(4);
  });
});

describe("a fingerprint", () => {
  const print = (values: number[], after?: string) => {
    const one = after === undefined ? new Fingerprint() : Fingerprint.after(after);
    one.addAll(values);
    return one.toString();
  };

  it("continues from a fingerprint", () => {
    const values = fc.array(fc.double({ noNaN: true }));
    fc.assert(
      fc.property(values, values, (head, tail) => print(tail, print(head)) === print([...head, ...tail])),
      { seed: 7 },
    );
  });

  it("differs with any bit, the order and the length", () => {
    const one = [1, 2, 3];
    const others = [[1, 2], [1, 3, 2], [1, 2, 3 + 2 ** -50], [-1, 2, 3], [1, 2, 3, 0], []];
    expect(new Set([one, ...others].map((values) => print(values))).size).toBe(7);
    expect(print([0])).toBe(print([-0]));
  });

  it("has no collision among the names of a hundred thousand small numbers", () => {
    const names = new Set<string>();
    for (let i = 0; i < 100_000; i++) names.add(print([i % 317, Math.floor(i / 317)]));
    expect(names.size).toBe(100_000);
  });
});
