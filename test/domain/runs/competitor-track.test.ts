import { describe, expect, it } from "vitest";
import { DAY_MS } from "../../../domain/base/time.ts";
import { dayEnds } from "../../../domain/learning/features/market.ts";
import type { CompetitorHistory } from "../../../domain/messages/shard.ts";
import { advanceTrack } from "../../../domain/runs/competitor-track.ts";
import { competitor, TODAY } from "./support.ts";

const FRESH = { offerFreshHours: 24, offerFreshHoursByCompetitor: {} };
const span = (last: number, days = 60) => dayEnds(last - days + 1, last, "UTC");

/** A competitor that is at 10.00 and, one day in every ten, at 8.00. */
function promoter(days: number): CompetitorHistory {
  const points = Array.from({ length: days }, (_, k) => {
    const price = k % 10 === 0 ? 800 : 1000;
    const at = (TODAY - days + k) * DAY_MS;
    return { at, lastSeenAt: at + DAY_MS / 2, price, landedPrice: price, availability: "in_stock" as const };
  });
  return { competitor: "promo", points };
}

describe("the track of a SKU's competitors", () => {
  it("is the same whether taken day by day or all at once", () => {
    const history = [promoter(60), competitor("steady", 990, 60)];
    const whole = advanceTrack(null, history, span(TODAY - 1), FRESH);
    let track = advanceTrack(null, history, span(TODAY - 4), FRESH).track;
    for (let day = TODAY - 3; day < TODAY; day++)
      track = advanceTrack(track, history, span(day), FRESH).track;
    expect(track.states).toEqual(whole.track.states);
    expect(track.pending).toEqual(whole.track.pending);
    expect(track.window.days.slice(-20)).toEqual(whole.track.window.days.slice(-20));
  });

  it("does not change when a day is taken twice", () => {
    const once = advanceTrack(null, [promoter(40)], span(TODAY - 1), FRESH);
    const twice = advanceTrack(once.track, [promoter(40)], span(TODAY - 1), FRESH);
    expect(twice).toEqual(once);
  });

  it("scores its forecasts against the price last seen, and learns that a promotion ends", () => {
    const { track, forecast } = advanceTrack(null, [promoter(90)], span(TODAY - 1, 90), FRESH);
    expect(track.window.days.length).toBeGreaterThanOrEqual(21);
    expect(forecast!.lastObserved).toBeCloseTo(1000, 6);
    expect(forecast!.p50).toBeCloseTo(1000, 6);
  });

  it("makes no forecast without a competitor, or with one whose offer is stale", () => {
    expect(advanceTrack(null, [], span(TODAY - 1), FRESH).forecast).toBeNull();
    const gone = competitor("gone", 990, 60);
    gone.points[0]!.lastSeenAt = (TODAY - 10) * DAY_MS;
    expect(advanceTrack(null, [gone], span(TODAY - 1), FRESH).forecast).toBeNull();
  });
});
