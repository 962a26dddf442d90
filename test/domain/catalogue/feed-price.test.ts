import { describe, expect, it } from "vitest";
import { judgeFeedPrice } from "../../../domain/catalogue/feed-price.ts";
import { DEFAULT_SETTINGS, type Settings } from "../../../domain/settings/settings.ts";

const LIMITS = {
  ...{ unitCost: 1000, taxRate: null, feeRate: null, unitFee: null },
  ...{ minPrice: 1500, maxPrice: 3000, mapPrice: null, msrp: null },
};
const BEFORE = { price: 2000, priceSource: "base", basePrice: 2000, status: "active", firstOnSaleAt: 0 };

function judge(
  basePrice: number,
  {
    before = {},
    settings = {},
    mayApprove = true,
    served = [],
    limits = {},
  }: {
    before?: Partial<Omit<typeof BEFORE, "firstOnSaleAt">> & { firstOnSaleAt?: number | null };
    settings?: Partial<Settings>;
    mayApprove?: boolean;
    served?: number[];
    limits?: object;
  } = {},
) {
  const verdict = judgeFeedPrice(
    { ...LIMITS, ...limits, basePrice },
    { ...BEFORE, ...before },
    { settings: { ...DEFAULT_SETTINGS, ...settings }, mayApprove, servedLately: new Set(served) },
  );
  return verdict.kind === "held" ? verdict.code : verdict.kind;
}

describe("a feed's changed price", () => {
  it.each([
    [2100, "accepted"],
    [1500, "accepted"],
    [1499, "min_price"],
    [2600, "accepted"],
    [2601, "feed_max_step"],
    [3001, "max_price"],
    [1052, "margin_floor"],
  ])("of %i is %s", (price, verdict) => {
    const limits = verdict === "margin_floor" ? { minPrice: null } : {};
    expect(judge(price, { limits })).toBe(verdict);
  });

  it("is measured against the price that it replaces, which an override only hides", () => {
    expect(judge(2100, { before: { price: 1550, priceSource: "applied" } })).toBe("feed_max_step");
    expect(judge(2100, { before: { price: 1550, priceSource: "override" } })).toBe("accepted");
  });

  it("is an echo if we served it, even where it would be held", () => {
    expect(judge(2100, { served: [2100] })).toBe("echo");
    expect(judge(2700, { served: [2100, 2700] })).toBe("echo");
    expect(judge(2101, { served: [2100] })).toBe("accepted");
  });

  it("waits when whoever sends it may not set prices, unless the install trusts its feeds", () => {
    expect(judge(2100, { mayApprove: false })).toBe("approval_needed");
    expect(judge(2100, { mayApprove: false, settings: { feedPricesTrusted: true } })).toBe("accepted");
    expect(judge(2601, { mayApprove: false, settings: { feedPricesTrusted: true } })).toBe("feed_max_step");
  });

  it("is accepted for a product that was never on sale: it replaces no price", () => {
    expect(judge(100, { mayApprove: false, before: { status: "inactive", firstOnSaleAt: null } })).toBe(
      "accepted",
    );
    expect(judge(100, { before: { status: "inactive" } })).toBe("margin_floor");
  });

  it("moves as far as the setting says", () => {
    expect(judge(2201, { settings: { feedMaxStep: 0.1 } })).toBe("feed_max_step");
    expect(judge(2200, { settings: { feedMaxStep: 0.1 } })).toBe("accepted");
  });
});
