import { describe, expect, it } from "vitest";
import { HOUR_MS, MINUTE_MS } from "../../../domain/base/time.ts";
import { alertSubject } from "../../../domain/outgoing/alerts/alert-item.ts";
import { type AlertState, decideAlert } from "../../../domain/outgoing/alerts/decide-alert.ts";
import { addToDigest, mergeDigests } from "../../../domain/outgoing/alerts/digest.ts";
import { newRouting, routeEvents, routingRows } from "../../../domain/outgoing/alerts/routing.ts";
import type { AlertRule } from "../../../domain/outgoing/alerts/rule.ts";
import { heldUntil, quietEnd } from "../../../domain/outgoing/alerts/when.ts";

const RULE: AlertRule & { activeSince: number } = {
  ...{ id: "r1", name: "rule", enabled: true, types: ["UNDERCUT"], channels: ["c1"], activeSince: 0 },
  ...{ category: null, brand: null, competitor: null, query: null, minPriority: null },
  ...{ direction: "both", minPct: null, minAmount: null, level: null, rearmPct: null },
  ...{ coolDownMinutes: 0, quietHours: null, digest: null },
};
const PRODUCT = { sku: "A-1", title: "Red lamp", category: "lamps", brand: "Lux" };

/** A notice that a competitor's price went from one to another, in euros. */
function notice(from: string | null, to: string, at = 0, more: Record<string, unknown> = {}) {
  const evidence = { oldPrice: from, newPrice: to, ourPrice: "100.00", currency: "EUR" };
  const data = {
    ...{
      signal: "UNDERCUT",
      sku: "A-1",
      competitor: "rival",
      priority: 2,
      severity: 0.5,
      message: "m.",
      evidence,
    },
    ...more,
  };
  const event = { seq: at + 1, type: "signal.opened" as const, at, sku: "A-1", subject: "sig_1", data };
  return alertSubject(event, PRODUCT);
}

const isAlert = (rule: Partial<AlertRule>, subject = notice("100.00", "90.00")) =>
  decideAlert({ ...RULE, ...rule }, subject, null).alert;

describe("a rule", () => {
  it.each([
    [{}, true],
    [{ types: ["ABRUPT_DROP"] }, false],
    [{ types: ["signal.*"] }, true],
    [{ types: ["price.*"] }, false],
    [{ category: "lamps" }, true],
    [{ category: "chairs" }, false],
    [{ brand: "Lux", competitor: "rival" }, true],
    [{ competitor: "other" }, false],
    [{ query: "a-" }, true],
    [{ query: "LAMP" }, true],
    [{ query: "sofa" }, false],
    [{ minPriority: 2 }, true],
    [{ minPriority: 1 }, false],
    [{ direction: "fall" as const }, true],
    [{ direction: "rise" as const }, false],
    [{ minPct: 10 }, true],
    [{ minPct: 10.01 }, false],
    [{ minAmount: 10 }, true],
    [{ minAmount: 10.01 }, false],
    [{ minPct: 50, minAmount: 10 }, true],
    [{ level: 90, direction: "fall" as const }, true],
    [{ level: 89.99, direction: "fall" as const }, false],
    [{ level: 95 }, true],
    [{ level: 100.01 }, false],
  ])("%j takes a fall from 100 to 90: %s", (rule, expected) => {
    expect(isAlert(rule)).toBe(expected);
  });

  it("asks nothing of a price that was not known before, unless it names a change", () => {
    expect(isAlert({}, notice(null, "90.00"))).toBe(true);
    expect(isAlert({ direction: "fall" }, notice(null, "90.00"))).toBe(false);
  });

  it("means prices, proposals, runs and health as well", () => {
    const price = { seq: 1, type: "price.applied" as const, at: 0, sku: "A-1", subject: "A-1" };
    const applied = {
      ...price,
      data: { sku: "A-1", from: 10_000, to: 11_000, currency: "EUR", actor: "user:ada" },
    };
    const subject = alertSubject(applied, PRODUCT);
    expect(isAlert({ types: ["price.*"], direction: "rise", minPct: 10 }, subject)).toBe(true);
    expect(subject).toMatchObject({
      ...{ oldPrice: "100.00", newPrice: "110.00", ownPrice: "110.00", path: "/products/A-1" },
      text: "Our price was set from 100.00 to 110.00 EUR by user:ada.",
    });
    const run = { seq: 2, type: "run.finished" as const, at: 0, sku: null, subject: "run_1" };
    const failed = alertSubject(
      { ...run, data: { kind: "proposals", status: "failed", failures: [{}] } },
      null,
    );
    expect(isAlert({ types: ["run.finished"], minPriority: 1 }, failed)).toBe(true);
    const health = { seq: 3, type: "health.changed" as const, at: 0, sku: null, subject: "jobs" };
    const ill = alertSubject(
      { ...health, data: { part: "jobs", from: "ok", to: "failing", detail: "x" } },
      null,
    );
    expect(ill.text).toBe("Health: jobs was ok and is failing (x).");
  });

  it("waits for its cool-down, and for a price that is far enough from the last one told of", () => {
    const rule = { ...RULE, coolDownMinutes: 30, rearmPct: 5 };
    const steps = [
      [notice("100.00", "90.00", 0), true],
      [notice("90.00", "70.00", 10 * MINUTE_MS), false], // too soon
      [notice("90.00", "89.99", 40 * MINUTE_MS), false], // flapping
      [notice("90.00", "85.50", 50 * MINUTE_MS), true], // 5 % below 90.00
      [notice("85.50", "85.50", 90 * MINUTE_MS), false],
    ] as const;
    let state: AlertState | null = null;
    for (const [subject, expected] of steps) {
      const decided = decideAlert(rule, subject, state);
      expect([subject.at, decided.alert]).toEqual([subject.at, expected]);
      state = decided.state;
    }
    const end = {
      ...notice("85.50", "99.00", 100 * MINUTE_MS),
      event: "signal.resolved" as const,
      isEnd: true,
    };
    const ended = decideAlert(rule, end, state);
    expect(ended).toMatchObject({ alert: false, state: { ended: true } });
    expect(decideAlert(rule, notice("99.00", "85.50", 130 * MINUTE_MS), ended.state).alert).toBe(true);
  });
});

describe("quiet hours and digests", () => {
  const at = (hour: number, minute = 0, day = 1) => Date.UTC(2026, 0, day, hour, minute);

  it("end by the clock of the install", () => {
    const night = { from: "22:00", to: "07:00" };
    expect(quietEnd(night, at(23), "UTC")).toBe(at(7, 0, 2));
    expect(quietEnd(night, at(3), "UTC")).toBe(at(7));
    expect(quietEnd(night, at(7), "UTC")).toBe(at(7));
    expect(quietEnd(night, at(12), "UTC")).toBe(at(12));
    expect(quietEnd(night, at(21, 30), "Europe/Berlin")).toBe(at(6, 0, 2));
    expect(quietEnd({ from: "12:00", to: "13:00" }, at(12, 30), "UTC")).toBe(at(13));
  });

  it("hold an alert until the hour or the morning, and never into quiet hours", () => {
    expect(heldUntil({ quietHours: null, digest: null }, at(5), "UTC")).toBeNull();
    expect(heldUntil({ quietHours: null, digest: "hourly" }, at(5, 10), "UTC")).toBe(at(6));
    expect(heldUntil({ quietHours: null, digest: "daily" }, at(9), "UTC")).toBe(at(8, 0, 2));
    const night = { from: "22:00", to: "09:00" };
    expect(heldUntil({ quietHours: night, digest: "hourly" }, at(21, 50), "UTC")).toBe(at(9, 0, 2));
  });

  it("of 100,000 alerts in an hour send thirty, and one digest that is no larger than one of fifty", () => {
    let hours = {};
    let digest = null as ReturnType<typeof addToDigest> | null;
    let alone = 0;
    const sizes: number[] = [];
    for (let page = 0; page < 400; page++) {
      const routing = newRouting({
        ...{
          rules: [RULE],
          perHour: new Map([["c1", 30]]),
          states: [],
          hours,
          now: 1_000 + page,
          timeZone: "UTC",
        },
      });
      routeEvents(
        routing,
        Array.from({ length: 250 }, (_, i) => ({
          ...notice("100.00", "90.00", page * 250 + i, { priority: 1 + (i % 3) }),
          key: `${page} ${i}`,
          sku: `SKU-${page}-${i}`,
        })),
      );
      const routed = routingRows(routing);
      alone += routed.messages.length;
      for (const { add, dueAt } of routed.digests) {
        expect(dueAt).toBe(1_000 + HOUR_MS);
        digest = add(digest);
      }
      sizes.push(JSON.stringify(digest).length);
      hours = routed.hours;
    }
    expect(alone).toBe(30);
    expect(digest).toMatchObject({ total: 99_970, byType: { UNDERCUT: 99_970 }, byRule: { rule: 99_970 } });
    expect(digest!.top).toHaveLength(10);
    expect(digest!.top.every(({ priority }) => priority === 1)).toBe(true);
    expect(sizes.at(-1)! - sizes[0]!).toBeLessThan(200);
  });

  it("come to the same however they are put together", () => {
    const items = Array.from({ length: 40 }, (_, i) => {
      const { key: _k, event: _e, isEnd: _i, category: _c, brand: _b, ...item } = notice("10.00", "9.00", i);
      return {
        ...item,
        rule: { id: "r", name: `rule ${i % 3}` },
        priority: 1 + (i % 3),
        severity: (i % 7) / 7,
      };
    });
    const whole = addToDigest(null, items);
    expect(mergeDigests(addToDigest(null, items.slice(0, 13)), addToDigest(null, items.slice(13)))).toEqual(
      whole,
    );
    const many = items.map((item, i) => ({ ...item, type: `T${i}-${i}` }));
    const named = addToDigest(
      addToDigest(null, many),
      many.map((item) => ({ ...item, type: `${item.type}x` })),
    );
    expect(Object.keys(named.byType).length).toBeLessThanOrEqual(41);
    expect(named.byType.others).toBe(40);
  });
});
