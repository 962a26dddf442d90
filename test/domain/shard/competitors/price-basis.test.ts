import { describe, expect, test } from "vitest";
import { rateTable } from "../../../../domain/base/exchange-rates.ts";
import { ObservationInput, typeObservation } from "../../../../domain/intake/observation-row.ts";
import { isOwnOffer } from "../../../../domain/intake/own-offer.ts";
import type { ProductRef } from "../../../../domain/intake/row-fields.ts";

const NOW = Date.parse("2026-06-12T12:00:00Z");
const rates = rateTable([{ base: "EUR", quote: "USD", day: "2026-06-12", rate: "1.25" }]);
const product = { sku: "K", currency: "EUR", taxRate: 0.19 };

function typed(change: Record<string, unknown>, pricesIncludeTax = true, ref: ProductRef = product) {
  const input = ObservationInput.parse({
    sku: "K",
    competitor: "acme",
    observedAt: NOW,
    price: "119.00",
    ...change,
  });
  const result = typeObservation(input, ref, 0, { now: NOW, source: "feed" }, { rates, pricesIncludeTax });
  return result.ok ? result.value : result.verdict.code;
}

describe("the conversion of a price to our basis", () => {
  test.each([
    [{}, true, 11_900],
    [{ taxIncluded: true }, true, 11_900],
    [{ taxIncluded: false, price: "100.00" }, true, 11_900],
    [{ taxIncluded: true }, false, 10_000],
    [{ taxIncluded: false, price: "100.00" }, false, 10_000],
  ])("%o where ours include tax: %s", (change, include, landedPrice) => {
    expect(typed(change, include)).toMatchObject({ price: landedPrice, landedPrice });
  });

  test("that of a pack with several of ours is divided after the tax and before the exchange rate", () => {
    const six = { ...product, packFactor: 6 };
    const usd = { price: "750.00", currency: "usd", shipping: "7.50" };
    expect(typed(usd, true, six)).toMatchObject({
      ...{ price: 10_000, landedPrice: 10_100, packFactor: 6 },
      listed: { currency: "USD", landedPrice: 12_625 },
    });
    expect(typed({ price: "600.00", taxIncluded: false }, true, six)).toMatchObject({ price: 11_900 });
    // 1.005 and 1.015 go to the even cent; half a pack doubles
    expect(typed({ price: "6.03" }, true, six)).toMatchObject({ price: 100 });
    expect(typed({ price: "6.09" }, true, six)).toMatchObject({ price: 102 });
    expect(typed({ price: "5.00" }, true, { ...product, packFactor: 0.5 })).toMatchObject({ price: 1000 });
    expect(typed({ price: "0.03" }, true, six)).toBe("non_positive_price");
    expect(typed({})).not.toHaveProperty("packFactor");
  });

  test("shipping is added and a coupon subtracted before", () => {
    expect(typed({ price: "90", shipping: "20", coupon: "10", taxIncluded: false })).toMatchObject({
      price: 10_710,
      landedPrice: 11_900,
    });
  });

  test("another currency is converted at the day's rate, and the price asked is kept", () => {
    expect(typed({ price: "125.00", shipping: "12.50", currency: "usd" })).toMatchObject({
      price: 10_000,
      landedPrice: 11_000,
      listed: { currency: "USD", landedPrice: 13_750, stale: false },
    });
    expect(typed({ price: "125.00", currency: "CHF" })).toBe("currency_mismatch");
    expect(typed({ price: "125.00", currency: "XXQ" })).toBe("unknown_currency");
  });
});

test.each([
  [{ competitor: "Our Shop " }, true],
  [{ competitor: "market", seller: "OUR SHOP" }, true],
  [{ competitor: "market", url: "https://www.ourshop.example/p/1" }, true],
  [{ competitor: "market", url: "https://notourshop.example/p/1" }, false],
  [{ competitor: "market", url: "nonsense" }, false],
])("%o is our own: %s", (offer, expected) => {
  expect(isOwnOffer(offer, ["our shop", "ourshop.example"])).toBe(expected);
  expect(isOwnOffer(offer, [])).toBe(false);
});
