import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { classOf, SEGMENTS, scoreCustomers, segmentOf } from "../../../domain/analysis/rfm.ts";

const SCORES = [1, 2, 3, 4, 5] as const;

describe("the class of a rank", () => {
  it.each([
    [1, [1]],
    [2, [1, 2]],
    [3, [1, 2, 3]],
    [5, [1, 2, 3, 4, 5]],
    [6, [1, 1, 2, 3, 4, 5]],
    [10, [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]],
    [11, [1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]],
  ])("among %d is by quantiles, as far as there are enough", (count, classes) => {
    expect(Array.from({ length: count }, (_, i) => classOf(i + 1, count))).toEqual(classes);
  });
});

describe("a segment", () => {
  it.each([
    [5, 5, 5, "Champions"],
    [4, 4, 4, "Champions"],
    [4, 4, 3, "Loyal"],
    [3, 5, 5, "Loyal"],
    [5, 2, 5, "Potential Loyalists"],
    [4, 1, 1, "Potential Loyalists"],
    [3, 2, 4, "Big Spenders"],
    [1, 1, 5, "Big Spenders"],
    [2, 3, 1, "At Risk"],
    [1, 5, 5, "At Risk"],
    [1, 2, 3, "Lost"],
    [2, 2, 3, "Needs Attention"],
    [5, 3, 3, "Needs Attention"],
  ] as const)("of R %d, F %d, M %d is %s", (recency, frequency, monetary, segment) => {
    expect(segmentOf({ recency, frequency, monetary })).toBe(segment);
  });

  it("is exactly one of seven for every score, and each of the seven occurs", () => {
    const all = SCORES.flatMap((recency) =>
      SCORES.flatMap((frequency) => SCORES.map((monetary) => segmentOf({ recency, frequency, monetary }))),
    );
    expect(new Set(all)).toEqual(new Set(SEGMENTS));
  });
});

describe("customers", () => {
  const customer = fc.record({
    customer: fc.nat(1e9),
    recencyDays: fc.nat(30),
    orders: fc.integer({ min: 1, max: 4 }),
    spend: fc.nat(500),
  });
  const customers = fc.uniqueArray(customer, { maxLength: 60, selector: (one) => one.customer });

  it("are scored alike in whatever order they come", () => {
    fc.assert(
      fc.property(customers, (some) => {
        const byHash = (scored: ReturnType<typeof scoreCustomers>) =>
          [...scored].sort((a, b) => a.customer - b.customer);
        expect(byHash(scoreCustomers([...some].reverse()))).toEqual(byHash(scoreCustomers(some)));
      }),
    );
  });

  it("fill the classes evenly whatever the ties, and more is never less", () => {
    fc.assert(
      fc.property(customers, (some) => {
        const scored = scoreCustomers(some);
        const classes = Math.min(5, some.length);
        for (let score = 1; score <= classes; score++) {
          const size = scored.filter(({ frequency }) => frequency === score).length;
          expect(Math.abs(size - some.length / classes)).toBeLessThanOrEqual(1);
        }
        for (const a of scored)
          for (const b of scored) {
            if (a.orders > b.orders) expect(a.frequency).toBeGreaterThanOrEqual(b.frequency);
            if (a.spend > b.spend) expect(a.monetary).toBeGreaterThanOrEqual(b.monetary);
            if (a.recencyDays < b.recencyDays) expect(a.recency).toBeGreaterThanOrEqual(b.recency);
          }
      }),
    );
  });
});
