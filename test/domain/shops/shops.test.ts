import { describe, expect, it } from "vitest";
import { HISTORY_DAYS } from "../../../bench/shops/calendar.ts";
import { playShop } from "../../../bench/shops/figures.ts";
import { SHOPS, shopOf } from "../../../bench/shops/merchants.ts";
import { expectedUnits, play } from "../../../bench/shops/play.ts";
import { doNothing, leastSquares, oracle } from "../../../bench/shops/policies.ts";
import { createPanel, type SkuPanel, type WorldOptions } from "../../../bench/shops/world.ts";
import { DEFAULT_SETTINGS } from "../../../domain/settings/settings.ts";

const WORLD: WorldOptions = { seed: 1, skus: 40, mean: -2.4, variant: "optimum" };

/** Least squares of ln(units + ½) on ln price within SKUs, less the mean of the true elasticities. */
function confounding(panel: readonly SkuPanel[]): number {
  let [xx, xy] = [0, 0];
  for (const { days } of panel) {
    const x = days.map(({ price }) => Math.log(price));
    const y = days.map(({ units }) => Math.log(units + 0.5));
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const [mx, my] = [mean(x), mean(y)];
    x.forEach((value, i) => {
      xx += (value - mx) ** 2;
      xy += (value - mx) * (y[i]! - my);
    });
  }
  return xy / xx - panel.reduce((sum, { elasticity }) => sum + elasticity, 0) / panel.length;
}

describe("ordinary shops", () => {
  it("are the same every time", () => {
    const units = createPanel(shopOf("control"), WORLD).map(({ days }) =>
      days.reduce((sum, day) => sum + day.units, 0),
    );
    expect(units.slice(0, 4)).toEqual([1254, 7481, 1315, 2077]);
  });

  it.each([...SHOPS.keys()])("%s: no price earns more than the list price at the optimum", (name) => {
    const shop = shopOf(name);
    for (const sku of createPanel(shop, { ...WORLD, skus: 10 })) {
      expect(sku.days).toHaveLength(HISTORY_DAYS);
      const t = HISTORY_DAYS + 3;
      const earned = (price: number) => (price - sku.cost) * expectedUnits(shop, sku, t, price);
      const best = earned(sku.list);
      expect(earned(Math.round(sku.list * 1.02))).toBeLessThanOrEqual(best);
      expect(earned(Math.round(sku.list * 0.98))).toBeLessThanOrEqual(best);
    }
  });

  it("mislead who looks at price and demand alone, but for those whose prices are drawn", () => {
    const misled = [...SHOPS.values()].filter(
      (shop) => Math.abs(confounding(createPanel(shop, WORLD))) > 0.75,
    );
    const honest = [...SHOPS.keys()].filter((name) => !misled.some((shop) => shop.name === name));
    expect(honest).toEqual(["control", "rises-0", "restless"]);
  });

  it("leave nothing to the oracle at the optimum, and something where prices are mis-set", () => {
    const shop = shopOf("rises-3");
    const gain = (variant: WorldOptions["variant"]) => {
      const panel = createPanel(shop, { ...WORLD, variant });
      return play(shop, panel, oracle(panel), 20).profit / play(shop, panel, doNothing(panel), 20).profit - 1;
    };
    expect(gain("optimum")).toBeCloseTo(0, 6);
    expect(gain("average")).toBeGreaterThan(0.02);
    expect(gain("misset")).toBeGreaterThan(0.04);
  });

  it("ruin who takes least squares for the truth", () => {
    const shop = shopOf("rises-3");
    const panel = createPanel(shop, WORLD);
    const idle = play(shop, panel, doNothing(panel), 20);
    expect(play(shop, panel, leastSquares(panel), 20).profit).toBeLessThan(0.9 * idle.profit);
  });

  it("are priced by the nights of an install", () => {
    const how = { nights: 3, settings: DEFAULT_SETTINGS };
    const figures = playShop(shopOf("rival"), [WORLD], how);
    expect(figures.oracle).toBeCloseTo(0, 6);
    expect(figures.tried).toBeGreaterThan(0);
    expect(figures.experiments).toBeGreaterThan(0);
    expect(figures.experiments).toBeLessThan(0.01);
    expect(figures.profit).toBeGreaterThan(-0.2);
    expect(figures.coverage95).toBeLessThanOrEqual(1);
  });

  it("refuses an unknown shop", () => {
    expect(() => shopOf("bazaar")).toThrow(RangeError);
  });
});
