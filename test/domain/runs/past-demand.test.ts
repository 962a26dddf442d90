import { describe, expect, test } from "vitest";
import { civilDay, DAY_MS } from "../../../domain/base/time.ts";
import { daysRead, pastSpan, withPast } from "../../../domain/runs/past-demand.ts";
import { DEFAULT_SETTINGS } from "../../../domain/settings/settings.ts";
import type { DemandDay } from "../../../domain/shard/demand/demand-day.ts";
import { DemandDays } from "../../../domain/shard/demand/demand-days.ts";
import { pastDays } from "../../../domain/shard/demand/past-days.ts";

const NOW = Date.UTC(2026, 10, 30, 6);
const dayBack = (days: number) => civilDay(NOW - days * DAY_MS, "UTC");

function day(units: number, more: Partial<DemandDay> = {}): DemandDay {
  return {
    ...{ units, revenue: units * 100, price: 100, inStockShare: null, promo: false, views: null, carts: 3 },
    ...{ version: 1, post: null, repeats: [] },
    ...more,
  };
}

describe("days of demand that only the shard has", () => {
  const settings = { ...DEFAULT_SETTINGS, timeZone: "UTC" };
  const { demandDays } = settings.retention;

  test("are asked for by a run that looks further back than the database, and by no other", () => {
    const run = { asOf: NOW, settings };
    expect(pastSpan(NOW, settings, daysRead(run, 120))).toBeUndefined();
    expect(pastSpan(NOW, settings, daysRead(run, 730))).toEqual({
      from: dayBack(730),
      before: dayBack(demandDays - 1),
    });
  });

  test("of a run of the past end with it", () => {
    const run = { asOf: NOW - 400 * DAY_MS, settings };
    const { first, last } = daysRead(run, 120);
    expect(pastSpan(NOW, settings, { first, last })).toEqual({ from: first, before: last });
  });

  test("stand before those of the database, which counts where both have a day", () => {
    const demand = new DemandDays();
    for (const back of [3, 4, 9]) demand.set(dayBack(back), day(back));
    demand.set(dayBack(5), day(5, { promo: true, period: "week", promotions: '{"sale":1}' }));
    const past = pastDays(demand, { from: dayBack(5), before: dayBack(2) });
    const stored = [{ ...plain("A", dayBack(3), 33) }, { ...plain("A", dayBack(1), 1) }];
    expect(withPast("A", stored, past)).toEqual([
      { ...plain("A", dayBack(5), 5), promo: 1, period: "week", promotions: '{"sale":1}' },
      plain("A", dayBack(4), 4),
      plain("A", dayBack(3), 33),
      plain("A", dayBack(1), 1),
    ]);
    expect(withPast("A", stored, undefined)).toBe(stored);
  });
});

function plain(sku: string, name: string, units: number) {
  return {
    ...{ sku, day: name, units, price: 100, exposure: null, promo: 0, views: null, carts: 3 },
    ...{ period: null, promotions: null },
  };
}
