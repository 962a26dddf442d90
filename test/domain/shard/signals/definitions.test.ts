import { describe, expect, test } from "vitest";
import { formatMoney } from "../../../../domain/base/money.ts";
import { DEFAULT_SETTINGS } from "../../../../domain/settings/settings.ts";
import { emptyHistory, insertObservation } from "../../../../domain/shard/competitors/history.ts";
import {
  isClear,
  isMet,
  type SignalDefinition,
  severityOf,
} from "../../../../domain/shard/signals/definition.ts";
import { type MarketView, type OfferView, offerView } from "../../../../domain/shard/signals/market-view.ts";
import { signalId } from "../../../../domain/shard/signals/notice.ts";
import { SIGNALS } from "../../../../domain/shard/signals/table.ts";

const NOW = Date.UTC(2026, 5, 15, 12);
const HOUR = 3_600_000;
const settings = DEFAULT_SETTINGS.signals;

/** A competitor's offer from its prices, the last at NOW, an hour apart. */
function offerOf(competitor: string, ...prices: number[]): OfferView {
  const history = emptyHistory();
  for (const [i, price] of prices.entries()) {
    const observedAt = NOW - (prices.length - 1 - i) * HOUR;
    const level = { price, landedPrice: price, availability: "in_stock" as const };
    insertObservation(history, { ...level, observedAt, source: 0, tag: i }, ["crawler"]);
  }
  return offerView(competitor, history, NOW, settings)!;
}

function viewOf(price: number, ...offers: OfferView[]): MarketView {
  const product = { sku: "K", title: "Kettle", currency: "EUR", price, active: true, stock: 5, version: 1 };
  return { product: { ...product, sensitivity: null }, settings, clock: NOW, offers };
}

function named(type: string): SignalDefinition {
  return SIGNALS.find((definition) => definition.type === type)!;
}

function look(type: string, view: MarketView) {
  const definition = named(type);
  if (definition.scope === "sku") {
    const reading = definition.read(view);
    return reading && { met: isMet(reading), ...definition.describe(view, reading) };
  }
  const offer = view.offers[0]!;
  const reading = definition.read(view, offer);
  return reading && { met: isMet(reading), ...definition.describe(view, offer, reading) };
}

describe("every signal", () => {
  test("has its own name, three priorities that do not fall, and advice for each", () => {
    expect(new Set(SIGNALS.map((one) => one.type)).size).toBe(SIGNALS.length);
    for (const { priorities, advice } of SIGNALS) {
      expect([...priorities].sort()).toEqual(priorities);
      expect(advice.every((text) => text.endsWith("."))).toBe(true);
    }
  });

  test("has a severity and a confidence within 0..1 at any prices", () => {
    for (const ourPrice of [1, 5000, 10_000, 1_000_000])
      for (const theirs of [1, 4999, 10_000, 99_999_999])
        for (const { type } of SIGNALS) {
          const told = look(
            type,
            viewOf(ourPrice, offerOf("alpha", 10_000, theirs), offerOf("beta", theirs)),
          );
          if (!told) continue;
          expect(told.severity).toBeGreaterThanOrEqual(0);
          expect(told.severity).toBeLessThanOrEqual(1);
          expect(told.confidence).toBeGreaterThan(0);
          expect(told.confidence).toBeLessThanOrEqual(1);
        }
  });

  test("names the competitor and the prices in its message", () => {
    const view = viewOf(10_000, offerOf("alpha", 9500, 9400, 9600, 9500, 9450, 8800));
    for (const definition of SIGNALS)
      if (definition.scope === "competitor") {
        const message = look(definition.type, view)?.message ?? "";
        expect(message).toContain("alpha");
        expect(message).toContain(formatMoney(8800, "EUR"));
        expect(message).toContain(formatMoney(10_000, "EUR"));
      }
  });
});

describe("the measures", () => {
  test.each([
    ["UNDERCUT", 10_000, [9000], 0.1, 0.3333],
    ["OVERPRICED", 10_000, [13_000], 0.3, 1],
    ["ABRUPT_INCREASE", 10_000, [10_000, 11_500], 0.15, 0.5],
    ["ABRUPT_DROP", 10_000, [10_000, 8000], 0.2, 0.6667],
  ] as const)("%s at our %d with %j", (type, ourPrice, prices, value, severity) => {
    const view = viewOf(ourPrice, offerOf("alpha", ...prices));
    const definition = named(type);
    if (definition.scope !== "competitor") throw new Error("not about a competitor");
    expect(definition.read(view, view.offers[0]!)?.value).toBeCloseTo(value, 10);
    expect(look(type, view)?.severity).toBeCloseTo(severity, 3);
  });

  test.each([
    ["the median of three", 11_000, [9000, 10_000, 20_000], "ABOVE_MARKET", true, 1],
    ["of two", 10_999, [9000, 11_000], "ABOVE_MARKET", false, 0.85],
    ["one has to be exceeded by more", 11_499, [10_000], "ABOVE_MARKET", false, 0.7],
    ["and is", 11_500, [10_000], "ABOVE_MARKET", true, 0.7],
    ["below the cheapest", 9000, [10_000, 20_000], "BELOW_MARKET", true, 0.85],
    ["not quite", 9001, [10_000, 20_000], "BELOW_MARKET", false, 0.85],
  ] as const)("%s", (_, ourPrice, prices, type, met, confidence) => {
    const offers = prices.map((price, i) => offerOf(`c${i}`, price));
    expect(look(type, viewOf(ourPrice, ...offers))).toMatchObject({ met, confidence });
  });

  test("compare with thresholds up to rounding errors", () => {
    expect(isMet({ value: 1.1 - 1, threshold: 0.1, inclusive: true })).toBe(true);
    expect(isMet({ value: 0.3 - 0.2, threshold: 0.1, inclusive: true })).toBe(true);
    expect(isMet({ value: 1.1 - 1, threshold: 0.1 })).toBe(false);
    expect(isClear({ value: 0.025, threshold: 0.05 }, 0.5)).toBe(false);
    expect(isClear({ value: 0.0249, threshold: 0.05 }, 0.5)).toBe(true);
    expect([0.25, 0.5, 9].map((value) => severityOf({ value, threshold: 0.25 }, 0.5))).toEqual([0, 0.5, 1]);
  });
});

describe("a signal's id", () => {
  test("is the same for the same opening and different for any other", () => {
    const id = signalId("K", "UNDERCUT", "alpha", NOW);
    expect(signalId("K", "UNDERCUT", "alpha", NOW)).toBe(id);
    const others = [
      signalId("K", "UNDERCUT", "alpha", NOW + 1),
      signalId("K", "UNDERCUT", null, NOW),
      signalId("K", "OVERPRICED", "alpha", NOW),
      signalId("K/UNDERCUT", "", "alpha", NOW),
    ];
    expect(new Set([id, ...others]).size).toBe(5);
    expect(encodeURIComponent(id)).toBe(id);
  });
});
