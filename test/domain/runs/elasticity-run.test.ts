import { describe, expect, it } from "vitest";
import { decisionHash } from "../../../domain/pricing/decision/decision.ts";
import { finishSkus, poolInput, poolSkus } from "../../../domain/runs/elasticity-run.ts";
import { identifiedFilters } from "../../../domain/runs/identify.ts";
import type { SkuSnapshot } from "../../../domain/runs/learned.ts";
import type { RunManifest } from "../../../domain/runs/manifest.ts";
import { compareDigests, recomputeElasticity } from "../../../domain/runs/replay-run.ts";
import { keptShards, manifest, snapshot, TODAY } from "./support.ts";

/** A whole run in one shard. */
function learn(snapshots: SkuSnapshot[], run: RunManifest = manifest("elasticity")) {
  const filtered = identifiedFilters(snapshots, run);
  const inputs = filtered.flatMap((sku, i) => (sku ? [poolInput(sku, snapshots[i]!, run)] : []));
  const learned = poolSkus(inputs, run);
  return { ...learned, finished: finishSkus(snapshots, filtered, learned, run) };
}

const reports = (snapshots: SkuSnapshot[], run?: RunManifest) =>
  learn(snapshots, run).finished.map(({ report }) => report!);
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("an elasticity run", () => {
  it("finds −1.5 and −3.5 in two categories of 20 SKUs", () => {
    const snapshots = Array.from({ length: 40 }, (_, i) =>
      snapshot(i, i < 20 ? "calm" : "keen", { elasticity: i < 20 ? -1.5 : -3.5 }),
    );
    const found = reports(snapshots);
    expect(mean(found.slice(0, 20).map((report) => report.mean))).toBeCloseTo(-1.5, 0);
    expect(mean(found.slice(20).map((report) => report.mean))).toBeCloseTo(-3.5, 0);
    for (const report of found) {
      expect(report.mean).toBeLessThan(0);
      expect(report).toMatchObject({ period: "day", sensitivity: "high" });
      expect(report.inputsHash).toMatch(/^[0-9a-f]{16}$/);
    }
    // one or two may look as if they had changed by themselves
    expect(found.filter(({ identified }) => identified).length).toBeGreaterThanOrEqual(36);
    expect(found.filter(({ sd, priorSd }) => sd < priorSd).length).toBeGreaterThanOrEqual(36);
    const covered = found.filter(({ ci95: [lo, hi] }, i) => {
      const truth = i < 20 ? -1.5 : -3.5;
      return lo <= truth && truth <= hi;
    });
    expect(covered.length).toBeGreaterThanOrEqual(36);
  });

  it("learns the week of a category, and forecasts by it", () => {
    const weekday = [0.6, -0.1, -0.1, -0.1, -0.1, -0.1, -0.1];
    const snapshots = Array.from({ length: 12 }, (_, i) => snapshot(i, "sunday", { weekday, level: 20 }));
    const { pooled, finished } = learn(snapshots);
    expect(pooled.daily!.categories.sunday!.calendar.weekday[0]).toBeGreaterThan(0.4);
    // 2026-06-01 is a Monday: the sixth day ahead is a Sunday
    const { mean: days } = finished[0]!.forecast.demand!.daily;
    expect(days[5]! / days[4]!).toBeGreaterThan(1.4);
    expect(days).toHaveLength(14);
  });

  it("learns what a holiday does, and expects it again", () => {
    const holidays = [-90, -60, -30, 3].map((ahead) => ({
      day: new Date((TODAY + ahead) * 86_400_000).toISOString().slice(0, 10),
      name: "fair",
    }));
    const shock = (k: number) => ([30, 60, 90].includes(k) ? 3 : 1);
    const snapshots = Array.from({ length: 12 }, (_, i) => snapshot(i, "town", { shock, level: 20 }));
    const run = manifest("elasticity", { holidays });
    const { pooled, finished } = learn(snapshots, run);
    expect(pooled.daily!.categories.town!.calendar.holidays.fair).toBeGreaterThan(0.7);
    const { mean: days } = finished[0]!.forecast.demand!.daily;
    expect(days[2]! / days[1]!).toBeGreaterThan(2);
  });

  it("models weekly totals of a SKU whose days are too uneven", () => {
    const shock = (k: number) => (k % 7 === 0 ? 6.5 : 0.08);
    const snapshots = Array.from({ length: 8 }, (_, i) =>
      snapshot(i, "bulk", { shock, level: 900, days: 210 }),
    );
    const { pooled, finished } = learn(snapshots);
    expect(pooled.weekly).not.toBeNull();
    for (const { report } of finished) {
      expect(report!.period).toBe("week");
      expect(report!.mean).toBeLessThan(0);
    }
  });

  it("starts from the last run's pool and comes to nearly the same", () => {
    const snapshots = Array.from({ length: 10 }, (_, i) => snapshot(i, "a"));
    // the first night learns how far its SKUs have trends and calendars of their own, the next ones go by it
    const nightAfter = ({ pooled }: Pick<ReturnType<typeof learn>, "pooled">): RunManifest => ({
      ...manifest("elasticity"),
      previous: { runId: "before", pooled, shards: [] },
    });
    const second = learn(snapshots, nightAfter(learn(snapshots)));
    const third = reports(snapshots, nightAfter(second));
    for (const [i, { report }] of second.finished.entries())
      expect(third[i]!.mean).toBeCloseTo(report!.mean, 1);
  });

  it("forecasts a SKU without a day of demand by its category, and has no elasticity for it", () => {
    const quiet = snapshot(99, "a");
    quiet.features.days = [];
    const { finished } = learn([...Array.from({ length: 6 }, (_, i) => snapshot(i, "a")), quiet]);
    expect(finished[6]!.report).toBeNull();
    expect(finished[6]!.forecast.demand).toMatchObject({ source: "category share" });
  });

  it("takes sold-out days as lower bounds of demand", () => {
    const open = snapshot(1, "a");
    const sold = snapshot(1, "a");
    for (const day of sold.features.days.slice(-5)) day.censored = true;
    const level = (one: SkuSnapshot) => reports([one])[0]!.demand.logMean;
    expect(level(sold)).toBeGreaterThan(level(open));
  });

  it("changes its inputs' fingerprint with one more unit sold", () => {
    const [one, two, same] = [snapshot(1, "a"), snapshot(1, "a"), snapshot(1, "a")];
    two.features.days[40]!.units++;
    const [a] = reports([one]);
    expect(reports([same])[0]!.inputsHash).toBe(a!.inputsHash);
    expect(reports([two])[0]!.inputsHash).not.toBe(a!.inputsHash);
  });
});

describe("an elasticity run computed again", () => {
  const snapshots = Array.from({ length: 15 }, (_, i) => snapshot(i, i % 2 ? "a" : "b"));
  const run = manifest("elasticity");
  const again = (rows: SkuSnapshot[], size: number) => recomputeElasticity(keptShards(rows, size), run, size);
  const hashOf = async (rows: SkuSnapshot[], size: number) => decisionHash(await again(rows, size));
  const expected = hashOf(snapshots, 64);

  it.each([1, 7, 64])("has the same hash in shuffled shards of %i", async (size) => {
    expect(await hashOf(snapshots, size)).toBe(await expected);
    expect(await hashOf(snapshots.toReversed(), size)).toBe(await expected);
  });

  it("names the SKU whose inputs have changed", async () => {
    const recorded = await again(snapshots, 64);
    const tampered = structuredClone(snapshots);
    tampered[3]!.stock = 1;
    const { differences } = compareDigests(recorded, await again(tampered, 64));
    expect(differences.map(({ sku }) => sku)).toEqual(["SKU-003"]);
  });
});
