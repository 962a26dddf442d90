import { describe, expect, it } from "vitest";
import { SLOW_SCALES } from "../../../../domain/learning/elasticity/own-fit.ts";
import { slowScale } from "../../../../domain/learning/elasticity/slow-scale.ts";
import { learn } from "./support/learn.ts";
import { shopSeries } from "./support/shops.ts";

describe("the scale of trends and seasons", () => {
  it("is the widest that is not far behind the likeliest", () => {
    expect(slowScale([])).toBe(1);
    expect(slowScale([[], []])).toBe(1);
    expect(
      slowScale([
        [0, 4, 6, 5],
        [0, 5, 7, 5],
      ]),
    ).toBe(1 / 2);
    expect(slowScale([[0, 2, 5, 40]])).toBe(1 / 8);
  });

  it.each(["own-season", "own-trend"])("stays wide in a shop whose SKUs have their own: %s", (kind) => {
    expect(learn(shopSeries(kind).map(({ series }) => series)).slow).toBe(1);
  });

  it("is narrow where they have none", () => {
    expect(learn(shopSeries("control").map(({ series }) => series)).slow).toBe(SLOW_SCALES.at(-1));
  });
});
