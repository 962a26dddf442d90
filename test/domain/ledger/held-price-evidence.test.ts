import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AuditFact } from "../../../domain/ledger/facts.ts";
import {
  BY_IMPORT,
  deniesHeldPrice,
  type HeldPriceFact,
  heldDetail,
  heldPriceIds,
  unprovenHeldPrice,
} from "../../../domain/ledger/held-price-evidence.ts";

const FEED = "key:feed";
const ANN = "user:ann@shop.test";
const NONE = new Set<string>();

const held: HeldPriceFact = {
  ...{
    id: "hld_1",
    sku: "A-1",
    from: 2000,
    price: 4000,
    currency: "EUR",
    code: "feed_max_step",
    limit: null,
  },
  ...{ status: "held", actor: FEED, heldAt: 10, reason: null, note: null, decidedBy: null, decidedAt: null },
};
const entry = (over: Partial<AuditFact>): AuditFact => ({
  ...{ seq: 1, at: 10, actor: FEED, action: "products.import", subject: "products", detail: {} },
  ...over,
});
const imported = entry({ detail: heldDetail([held], []) });
const discarded: HeldPriceFact = {
  ...held,
  ...{ status: "discarded", note: "a slip", decidedBy: ANN, decidedAt: 20 },
};
const discard = entry({
  ...{ seq: 2, at: 20, actor: ANN, action: "price.discard", subject: "hld_1" },
  detail: { sku: "A-1", price: 4000, note: "a slip" },
});
const overtaken: HeldPriceFact = { ...held, status: "superseded", decidedBy: BY_IMPORT, decidedAt: 20 };
const overtaking = entry({ seq: 2, at: 20, detail: heldDetail([{ ...held, id: "hld_2" }], ["hld_1"]) });
const asked: HeldPriceFact = { ...held, code: "second_person", actor: ANN, reason: "season" };
const asking = entry({
  ...{ actor: ANN, action: "price.request", subject: "hld_1" },
  detail: { sku: "A-1", from: 2000, price: 4000, currency: "EUR", reason: "season" },
});
const released: HeldPriceFact = { ...asked, status: "released", decidedBy: "user:bob", decidedAt: 20 };
const release = entry({
  ...{ seq: 2, at: 20, actor: "user:bob", action: "price.set", subject: "A-1" },
  detail: { sku: "A-1", from: 2000, to: 4000, reason: `season; asked for by ${ANN}` },
});

/** Rows with the entries that account for them. */
const SOUND: [string, HeldPriceFact, AuditFact[]][] = [
  ["waits", held, [imported]],
  ["was discarded", discarded, [imported, discard]],
  ["was overtaken by the feed", overtaken, [imported, overtaking]],
  ["was asked for", asked, [asking]],
  ["was agreed to by a second person", released, [asking, release]],
];

describe("a held price", () => {
  it.each(SOUND)("that %s is proven by its entries, and by nothing less", (_, row, entries) => {
    expect(unprovenHeldPrice(row, entries, NONE)).toBeNull();
    for (const one of entries)
      expect(
        unprovenHeldPrice(
          row,
          entries.filter((other) => other !== one),
          NONE,
        ),
      ).not.toBeNull();
  });

  it.each(SOUND)("that %s is denied with any other value in any field", (_, row, entries) => {
    const fields = Object.keys(row).filter((name) => name !== "id") as (keyof HeldPriceFact)[];
    fc.assert(
      fc.property(fc.constantFrom(...fields), fc.boolean(), (field, isTaken) => {
        const value = row[field];
        const other = isTaken && value !== null ? null : typeof value === "number" ? value + 1 : `${value}x`;
        expect(unprovenHeldPrice({ ...row, [field]: other } as HeldPriceFact, entries, NONE)).not.toBeNull();
      }),
    );
  });

  it("is known by the SKU that its product had then", () => {
    const renamed = { ...held, sku: "B-1" };
    expect(unprovenHeldPrice(renamed, [imported], NONE)).not.toBeNull();
    expect(unprovenHeldPrice(renamed, [imported], new Set(["A-1"]))).toBeNull();
  });

  it("of an earlier release is known by an import that counted it", () => {
    expect(unprovenHeldPrice(held, [entry({ detail: { held: 1 } })], NONE)).toBeNull();
    expect(unprovenHeldPrice(held, [entry({ detail: { held: 0 } })], NONE)).not.toBeNull();
  });

  it("that is gone, or in another state, is missed by the entries that name it", () => {
    expect(heldPriceIds(overtaking)).toEqual(["hld_2", "hld_1"]);
    expect(deniesHeldPrice(overtaking, undefined, "hld_1")).toContain("gone");
    expect(deniesHeldPrice(overtaking, held, "hld_1")).toContain("superseded");
    expect(deniesHeldPrice(discard, overtaken, "hld_1")).toContain("discarded");
    expect(deniesHeldPrice(discard, discarded, "hld_1")).toBeNull();
  });
});
