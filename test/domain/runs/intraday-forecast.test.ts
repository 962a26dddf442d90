import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DAY_MS } from "../../../domain/base/time.ts";
import {
  FLAT_HOURS,
  HOURS_PER_WEEK,
  hourProfile,
} from "../../../domain/learning/forecasting/hour-profile.ts";
import { hoursUntilReceipt } from "../../../domain/learning/forecasting/stockout.ts";
import { finishSkus, poolInput, poolSkus } from "../../../domain/runs/elasticity-run.ts";
import { identifiedFilters } from "../../../domain/runs/identify.ts";
import { refreshForecast } from "../../../domain/runs/intraday-forecast.ts";
import { recomputeElasticity } from "../../../domain/runs/replay-run.ts";
import { AS_OF, keptShards, manifest, snapshot, TODAY } from "./support.ts";

const HOUR = 3_600_000;
const RUN = manifest("elasticity");
const SNAPSHOTS = [0, 1, 2].map((i) => snapshot(i, "a"));

function finished(changes: Partial<(typeof SNAPSHOTS)[number]> = {}, hours = {}) {
  const snapshots = SNAPSHOTS.map((one) => ({ ...one, ...changes }));
  const filtered = identifiedFilters(snapshots, RUN);
  const inputs = filtered.map((sku, i) => poolInput(sku!, snapshots[i]!, RUN));
  return finishSkus(snapshots, filtered, { ...poolSkus(inputs, RUN), hours }, RUN)[0]!.forecast;
}

const FORECAST = finished();
type PresentDay = Parameters<typeof refreshForecast>[1];
const present = (changes: Partial<PresentDay> = {}): PresentDay => ({
  now: AS_OF,
  timeZone: "UTC",
  market: { cheapest: null },
  profile: FLAT_HOURS,
  sales: null,
  stock: 40,
  restockDate: null,
  logPriceChange: 0,
  elasticity: -2,
  ...changes,
});
const sales = (today: number | null, recent: number[] = []) => ({ recent, today, purchasesLastHour: 0 });
const hoursOf = (changes: Partial<PresentDay>) => refreshForecast(FORECAST, present(changes)).demand!;
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
/** 10:00 to 16:00 of Mondays is when everything is sold. */
const busy = Array.from({ length: HOURS_PER_WEEK }, (_, k) => (k % 24 >= 10 && k % 24 < 16 ? 500 : 0));

describe("the competitors' price to go by", () => {
  const cheapest = { competitor: "alpha", price: 9100, observedAt: AS_OF };

  it("is today's cheapest offer where their forecast did not prove itself", () => {
    expect(FORECAST.competitor.anchor.usesForecast).toBe(false);
    const anchorOf = (market: PresentDay["market"]) =>
      refreshForecast(FORECAST, present({ market })).competitor.anchor.price;
    expect(anchorOf({ cheapest })).toBe(9100);
    expect(anchorOf({ cheapest: null })).toBeNull();
  });

  it("is the forecast where it did", () => {
    const anchor = { ...FORECAST.competitor.anchor, usesForecast: true, price: 9900 };
    const made = { ...FORECAST, competitor: { ...FORECAST.competitor, anchor } };
    const told = refreshForecast(made, present({ market: { cheapest } }));
    expect(told.competitor.anchor.price).toBe(9900);
  });
});

describe("a run's forecast by the hour", () => {
  it("starts from what was sold today, and shows the simple forecast beside it", () => {
    const quiet = finished({ sales: sales(0, new Array(48).fill(0)) }).demand!;
    const lively = finished({ sales: sales(12, new Array(48).fill(1)) }).demand!;
    expect(sum(lively.hourly.mean)).toBeGreaterThan(sum(quiet.hourly.mean));
    expect(lively.baseline.hourly).toEqual(new Array(6).fill(1));
    expect(quiet.baseline.hourly).toEqual(new Array(6).fill(0));
  });

  it("follows the category's hours, and its stock-out with them", () => {
    const shaped = finished({}, { a: busy }).demand!;
    expect(sum(shaped.hourly.mean)).toBeGreaterThan(2.5 * sum(FORECAST.demand!.hourly.mean));
    expect(shaped.daily).toEqual(FORECAST.demand!.daily);
    const soon = { ...SNAPSHOTS[0]!, stock: 5 };
    expect(finished(soon, { a: busy }).demand!.stockout!.p50).toBeLessThan(
      finished(soon).demand!.stockout!.p50!,
    );
  });

  it("has the SKU's own hours where it sells enough for that", () => {
    const own = finished({ ownHours: busy.map((units) => 4 * units) });
    expect(sum(own.demand!.hourly.mean)).toBeGreaterThan(sum(FORECAST.demand!.hourly.mean));
    expect(own.ownHours).toHaveLength(HOURS_PER_WEEK);
  });

  it("comes out the same in shards of any size", async () => {
    const rows = SNAPSHOTS.map((one) => ({ ...one, sales: sales(5, [1, 2, 3]) }));
    const again = (size: number, hours?: Parameters<typeof recomputeElasticity>[3]) =>
      recomputeElasticity(keptShards(rows, size), RUN, size, hours);
    const whole = await again(10, { a: busy });
    expect(await again(1, { a: busy })).toEqual(whole);
    expect(await again(10)).not.toEqual(whole);
  });
});

describe("refreshForecast", () => {
  it("gives the same forecast at the instant it was made", () => {
    expect(hoursOf({}).hourly).toEqual(FORECAST.demand!.hourly);
    expect(hoursOf({}).stockout).toEqual(FORECAST.demand!.stockout);
  });

  it("keeps the days ahead", () => {
    const later = hoursOf({ now: AS_OF + 5 * HOUR, stock: 3, sales: sales(30) });
    expect(later.daily).toEqual(FORECAST.demand!.daily);
    expect(later.stockout!.p50).toBeLessThan(FORECAST.demand!.stockout!.p50!);
  });

  it("expects more at a lower price", () => {
    const cheaper = hoursOf({ logPriceChange: Math.log(0.9) });
    expect(sum(cheaper.hourly.mean) / sum(FORECAST.demand!.hourly.mean)).toBeCloseTo(0.9 ** -2, 2);
  });

  it.each([
    [1, "Critical"],
    [16, "Warning"],
    [200, "Healthy"],
    [0, "Out of stock"],
  ])("with %i in stock: %s", (stock, level) => {
    expect(hoursOf({ stock }).stockout!.level).toBe(level);
  });

  it("gives the probability of selling out before more stock arrives", () => {
    const at = (days: number) =>
      hoursOf({
        stock: 20,
        restockDate: new Date((TODAY + days) * DAY_MS).toISOString().slice(0, 10),
      }).stockout!.beforeReceipt;
    expect(at(1)!).toBeLessThan(at(3)!);
    expect(at(0)).toBeNull();
  });

  it("sells out sooner with less stock, and keeps the quantiles in order", () => {
    const units = fc.integer({ min: 1, max: 400 });
    fc.assert(
      fc.property(units, units, fc.integer({ min: 0, max: 72 }), (a, b, hours) => {
        const at = (stock: number) =>
          hoursOf({ stock, now: AS_OF + hours * HOUR, profile: hourProfile(busy) }).stockout!;
        const [few, many] = [at(Math.min(a, b)), at(Math.max(a, b))];
        const late = (value: number | null) => value ?? Number.POSITIVE_INFINITY;
        expect(late(few.p50)).toBeLessThanOrEqual(late(many.p50));
        for (const { p10, p50, p90 } of [few, many]) {
          expect(late(p10)).toBeLessThanOrEqual(late(p50));
          expect(late(p50)).toBeLessThanOrEqual(late(p90));
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe("hours until stock arrives", () => {
  it.each([
    ["2026-06-02", 14],
    ["2026-06-03", 38],
    ["2026-06-01", null],
    [null, null],
  ])("on %s: %s", (day, hours) => {
    expect(hoursUntilReceipt(day, TODAY, 10)).toBe(hours);
  });
});
