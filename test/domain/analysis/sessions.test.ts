import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { funnelSteps, wilsonInterval } from "../../../domain/analysis/funnel.ts";
import { addVisit, funnelOf, sessionRowsOf, type Visit } from "../../../domain/analysis/sessions.ts";
import { windowVisitors } from "../../../domain/analysis/window-visitors.ts";
import { DEVICES, EVENT_TYPES } from "../../../domain/messages/rows.ts";

const MINUTE = 60_000;

function sessionsOf(visits: readonly Partial<Visit>[]) {
  const sessions = new Map();
  for (const visit of visits)
    addVisit(sessions, {
      visitor: 1,
      at: 0,
      type: "product_view",
      device: "mobile",
      category: "lamps",
      ...visit,
    });
  return sessions;
}

describe("a funnel", () => {
  it("counts each session once a step, and page views without a product apart", () => {
    const sessions = sessionsOf([
      { type: "page_view", category: null },
      {},
      { at: MINUTE },
      { type: "add_to_cart", at: 2 * MINUTE },
      { type: "purchase", category: "desks", at: 3 * MINUTE },
      { visitor: 2, type: "page_view" },
      { visitor: 3, type: "search", category: null },
    ]);
    const rows = funnelOf(sessions);
    const row = (category: string) => rows.find((one) => one.category === category);
    expect(row("")).toMatchObject({
      ...{ pageViews: 2, shopPageViews: 1, productViews: 2, carts: 1, purchases: 1 },
      ...{ pageViewSessions: 2, productViewSessions: 1, cartSessions: 1, purchaseSessions: 1 },
      ...{ cartAfterView: 1, purchaseAfterCart: 1 },
    });
    expect(row("lamps")).toMatchObject({
      pageViews: 1,
      productViews: 2,
      purchaseSessions: 0,
      purchaseAfterCart: 0,
    });
    // it was bought without a look at it
    expect(row("desks")).toMatchObject({ productViewSessions: 0, purchaseSessions: 1, purchaseAfterCart: 0 });
  });

  it("gives a session the device of its first event that names one", () => {
    const visits = [
      { device: "unknown", at: 0 },
      { device: "tablet", at: 5 },
      { device: "mobile", at: 9 },
    ] as const;
    for (const some of [visits, [...visits].reverse()])
      expect(funnelOf(sessionsOf(some)).map(({ device }) => device)).toEqual(["tablet", "tablet"]);
  });

  it("is the same in whatever order events come", () => {
    const visit = fc.record({
      visitor: fc.nat(4),
      at: fc.nat(5),
      type: fc.constantFrom(...EVENT_TYPES),
      device: fc.constantFrom(...DEVICES),
      category: fc.constantFrom(null, "lamps", "desks"),
    });
    fc.assert(
      fc.property(fc.array(visit, { maxLength: 40 }), (visits) => {
        const inOrder = (rows: object[]) => rows.map((one) => JSON.stringify(one)).sort();
        const [one, other] = [sessionsOf(visits), sessionsOf([...visits].reverse())];
        expect(inOrder(funnelOf(one))).toEqual(inOrder(funnelOf(other)));
        expect(inOrder(sessionRowsOf(one))).toEqual(inOrder(sessionRowsOf(other)));
        const sessions = sessionRowsOf(one).reduce((sum, row) => sum + row.sessions, 0);
        expect(sessions).toBe(new Set(visits.map(({ visitor }) => visitor)).size);
      }),
    );
  });

  it("has no share of nothing: a category without product views, a shop without page views", () => {
    const [lamps] = funnelOf(sessionsOf([{ type: "purchase" }])).filter(
      ({ category }) => category === "lamps",
    );
    expect(funnelSteps([lamps!], "product_view").map(({ ofBase }) => ofBase)).toEqual([
      null,
      null,
      null,
      null,
    ]);
    const shop = funnelOf(sessionsOf([{}, { type: "add_to_cart" }])).filter(
      ({ category }) => category === "",
    );
    const steps = funnelSteps(shop, "page_view");
    expect(steps.map(({ ofBase }) => ofBase)).toEqual([null, 1, 1, 0]);
    expect(steps[3]).toMatchObject({ ofStepBefore: 0, sessions: 0 });
  });

  it("has intervals by Wilson", () => {
    const [low, high] = wilsonInterval(10, 100)!;
    expect([low, high]).toEqual([expect.closeTo(0.0552, 4), expect.closeTo(0.1744, 4)]);
    expect(wilsonInterval(0, 0)).toBeNull();
  });
});

describe("the sessions of a day", () => {
  it("are classed by their events, with and without a purchase", () => {
    const many = Array.from({ length: 12 }, (_, i) => ({ visitor: 7, at: i * MINUTE }));
    const rows = sessionRowsOf(sessionsOf([{}, { type: "purchase", at: 90_000 }, ...many]));
    expect(rows).toEqual([
      {
        device: "mobile",
        converted: true,
        eventsFrom: 2,
        sessions: 1,
        events: 2,
        seconds: 90,
        eventTypes: 2,
      },
      {
        device: "mobile",
        converted: false,
        eventsFrom: 11,
        sessions: 1,
        events: 12,
        seconds: 660,
        eventTypes: 1,
      },
    ]);
  });
});

describe("the visitors of windows", () => {
  const visit = (visitor: number, at: number, device: "mobile" | "desktop" = "mobile") => ({
    ...{ visitor, at, device },
  });

  it("are counted once each, and for each device that they used", () => {
    const visits = [
      visit(1, 10),
      visit(1, 19),
      visit(2, 20, "desktop"),
      visit(1, 25, "desktop"),
      visit(3, 5),
    ];
    expect(windowVisitors([10, 20], visits)).toEqual([
      { visitors: 1, devices: { mobile: 1, desktop: 0, tablet: 0, unknown: 0 } },
      { visitors: 2, devices: { mobile: 0, desktop: 2, tablet: 0, unknown: 0 } },
    ]);
    expect(windowVisitors([], visits)).toEqual([]);
  });
});
