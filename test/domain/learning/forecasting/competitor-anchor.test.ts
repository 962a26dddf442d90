import { describe, expect, it } from "vitest";
import { normal } from "../../../../domain/base/keyed-random.ts";
import {
  competitorAnchor,
  forecastCheapestCompetitor,
} from "../../../../domain/learning/forecasting/competitor-forecast.ts";
import {
  type CompetitorPriceState,
  observeCompetitor,
} from "../../../../domain/learning/forecasting/competitor-state.ts";
import { detectFollower } from "../../../../domain/learning/forecasting/follower.ts";
import {
  addScore,
  type ScoreWindow,
  type Skill,
  skillOf,
} from "../../../../domain/learning/forecasting/forecast-score.ts";
import type { CompetitorDay } from "./competitor-world.ts";

function learn(days: readonly CompetitorDay[]): CompetitorPriceState {
  return days.reduce<CompetitorPriceState | null>(observeCompetitor, null)!;
}

/** 40 days at 20.00, then `promoted` days at 15.00 */
describe("competitorAnchor", () => {
  const forecast = {
    days: 1,
    competitors: 2,
    p10: 98,
    p50: 100,
    p90: 102,
    expected: 100,
    changes: 0.1,
    none: 0,
    lastObserved: 95,
  };
  const skill = (value: number, scored: number): Skill => ({ scored, mae: 1, baselineMae: 1, skill: value });

  it.each([
    { name: "opens", forecast, skill: skill(0.05, 14), price: 100, reasons: [] },
    {
      name: "13 days",
      forecast,
      skill: skill(0.2, 13),
      price: 95,
      reasons: ["too few scored days"],
    },
    {
      name: "20 days alone",
      forecast: { ...forecast, competitors: 1 },
      skill: skill(0.2, 20),
      price: 95,
      reasons: ["too few scored days"],
    },
    {
      name: "21 days alone",
      forecast: { ...forecast, competitors: 1 },
      skill: skill(0.2, 21),
      price: 100,
      reasons: [],
    },
    { name: "no skill", forecast, skill: skill(0.049, 28), price: 95, reasons: ["no skill"] },
    {
      name: "wide",
      forecast: { ...forecast, p90: 109 },
      skill: skill(0.2, 28),
      price: 95,
      reasons: ["too uncertain"],
    },
    {
      name: "nobody",
      forecast: null,
      skill: skill(0, 0),
      price: null,
      reasons: ["no competitor"],
    },
  ])("$name", ({ forecast, skill, price, reasons }) => {
    const anchor = competitorAnchor(forecast, skill);
    expect(anchor).toMatchObject({ price, reasons, usesForecast: reasons.length === 0 });
  });

  it("reports no skill where the forecast is the last price", () => {
    let window: ScoreWindow = { days: [] };
    const world = Array.from({ length: 60 }, (_, day) => ({
      day,
      logPrice: 7 + 0.001 * Math.floor(day / 20),
      inStock: true,
    }));
    for (let day = 30; day < 59; day++) {
      const state = learn(world.slice(0, day + 1));
      const { p50, lastObserved } = forecastCheapestCompetitor([state], 1)!;
      const actual = Math.exp(world[day + 1]!.logPrice);
      window = addScore(window, { day: day + 1, actual, forecast: p50, baseline: lastObserved! });
    }
    expect(skillOf(window, 59).skill).toBeCloseTo(0, 9);
  });
});

describe("detectFollower", () => {
  /**
   * Our price changes every eighth day; the competitor takes over `share` of it `lag` days later, with noise.
   */
  function market(share: number, lag: number, days = 160) {
    const own = Array.from({ length: days }, (_, t) => 7 + 0.06 * normal(5, Math.floor(t / 8)));
    const competitor = own.map(
      (_, t) => 7 + share * ((own[Math.max(0, t - lag)] ?? 7) - 7) + 0.001 * normal(6, t),
    );
    return { own, competitor };
  }

  it("finds one that follows next day, and how much it passes through", () => {
    const { own, competitor } = market(0.8, 1);
    const reaction = detectFollower(own, competitor);
    expect(reaction.follower).toBe(true);
    expect(reaction.passThrough).toBeCloseTo(0.8, 1);
  });

  it("does not find one that moves by itself", () => {
    const { own } = market(0, 1);
    const alone = own.map((_, t) => 7 + 0.06 * normal(9, Math.floor((t + 4) / 8)));
    const reaction = detectFollower(own, alone);
    expect(reaction.follower).toBe(false);
    expect(reaction.passThrough).toBeLessThan(0.2);
  });

  it("needs five cuts", () => {
    const { own, competitor } = market(1, 1, 40);
    const reaction = detectFollower(own, competitor);
    expect(reaction.cuts).toBeLessThan(5);
    expect(reaction.follower).toBe(false);
  });

  it("uses the uniform prior: 5 of 5 gives 1 − 0.4⁶", () => {
    const own = [0, -1, -1, -1, -1, -2, -2, -2, -2, -3, -3, -3, -3, -4, -4, -4, -4, -5, -5, -5, -5].map(
      (v) => 7 + v / 10,
    );
    const competitor = own.map((_, t) => own[Math.max(0, t - 2)]!);
    const reaction = detectFollower(own, competitor);
    expect(reaction).toMatchObject({ cuts: 5, followed: 5, follower: true });
    expect(reaction.probability).toBeCloseTo(1 - 0.4 ** 6, 12);
  });

  it("refuses series of different lengths", () => {
    expect(() => detectFollower([1], [1, 2])).toThrow(RangeError);
  });
});
