import { describe, expect, it } from "vitest";
import { digested, type KnownNotices, type NoticeHour } from "../../../domain/delivery/live-digest.ts";
import type { LiveItem, SignalDigest, SignalItem } from "../../../domain/messages/live.ts";

const NOW = Date.UTC(2026, 5, 15, 12);
const MINUTE = 60_000;
const at = (ms: number) => new Date(ms).toISOString();

function signal(id: string, change: Partial<SignalItem> = {}): SignalItem {
  return {
    type: "signal",
    ...{ id, sku: "K", competitor: "alpha", signal: "UNDERCUT", status: "open" },
    ...{ priority: 2, severity: 0.5, confidence: 1, at: at(NOW) },
    notice: { at: at(NOW), why: "opened" },
    ...change,
  };
}

/** A feed with its count of the hour. */
function feed(limit: number) {
  const hour: NoticeHour = { since: 0, count: 0 };
  const notified: KnownNotices = new Map();
  return {
    notified,
    hear: (items: LiveItem[], now = NOW) => digested(items, { hour, notified }, limit, now),
  };
}

const notified = (items: readonly LiveItem[]) =>
  items.flatMap((item) => (item.type === "signal" && item.notice ? [item.id] : []));
const digestIn = (items: readonly LiveItem[]) =>
  items.find((item): item is SignalDigest => item.type === "digest");

describe("single notices", () => {
  it("are sent for everything below the hourly limit", () => {
    const { hear } = feed(3);
    const items: LiveItem[] = [signal("a"), { type: "proposal", id: "p", sku: "K", status: "pending" }];
    expect(hear(items)).toEqual(items);
  });

  it("go to the most urgent signals above the limit; the others are in the digest", () => {
    const { hear } = feed(2);
    hear([signal("a")]);
    const items = hear([
      signal("low", { priority: 3 }),
      signal("high", { priority: 1, signal: "ABRUPT_DROP" }),
    ]);
    expect(notified(items)).toEqual(["high"]);
    expect(items.filter(({ type }) => type === "signal")).toHaveLength(2);
    expect(digestIn(items)).toMatchObject({ signals: 1, byType: { UNDERCUT: 1 }, top: [{ id: "low" }] });
  });

  it("are counted from zero again each hour", () => {
    const { hear } = feed(1);
    hear([signal("a")]);
    expect(notified(hear([signal("b")], NOW + MINUTE))).toEqual([]);
    const later = NOW + 61 * MINUTE;
    const notice = { at: at(later), why: "opened" as const };
    expect(notified(hear([signal("c", { notice })], later))).toEqual(["c"]);
  });

  it("go to the more severe and certain of equal priority", () => {
    const { hear } = feed(1);
    const items = [signal("rash", { severity: 0.9, confidence: 0.3 }), signal("sure")];
    expect(notified(hear([items[0]!]))).toEqual(["rash"]);
    const ranked = feed(2).hear([...items, signal("mild", { severity: 0.1 })]);
    expect(digestIn(ranked)?.top.map(({ id }) => id)).toEqual(["sure", "rash", "mild"]);
  });
});

describe("a notice", () => {
  it("is sent once, though its signal changes again", () => {
    const { hear, notified: known } = feed(9);
    expect(notified(hear([signal("a")]))).toEqual(["a"]);
    expect(notified(hear([signal("a", { severity: 0.6 })], NOW + MINUTE))).toEqual([]);
    expect(
      notified(hear([signal("a", { notice: { at: at(NOW + 1), why: "worse" } })], NOW + MINUTE)),
    ).toEqual(["a"]);
    hear([signal("b", { notice: { at: at(NOW + 20 * MINUTE), why: "opened" } })], NOW + 20 * MINUTE);
    expect([...known.keys()]).toEqual(["b"]);
  });

  it.each<[string, Partial<SignalItem>, boolean]>([
    ["of long ago", { notice: { at: at(NOW - 11 * MINUTE), why: "opened" } }, false],
    ["of one that is resolved", { status: "resolved" }, false],
    [
      "that reminds of one that somebody has seen",
      { status: "acknowledged", notice: { at: at(NOW), why: "reminder" } },
      false,
    ],
    [
      "that one that somebody has seen is worse",
      { status: "acknowledged", notice: { at: at(NOW), why: "worse" } },
      true,
    ],
    ["that it is still open", { notice: { at: at(NOW), why: "reminder" } }, true],
  ])("%s", (_, change, isTold) => {
    expect(notified(feed(9).hear([signal("a", change)]))).toEqual(isTold ? ["a"] : []);
  });
});

describe("a flood", () => {
  it("of more signals than the hourly limit becomes one digest", () => {
    const { hear } = feed(10);
    const flood = Array.from({ length: 30 }, (_, i) =>
      signal(`s${i}`, {
        priority: i === 17 ? 1 : 3,
        status: i < 5 ? "resolved" : "open",
        signal: i % 2 ? "UNDERCUT" : "OVERPRICED",
      }),
    );
    const price: LiveItem = {
      type: "price",
      sku: "K",
      price: "1.00",
      currency: "EUR",
      source: "applied",
      at: at(NOW),
    };
    const items = hear([...flood, price]);
    expect(items.map(({ type }) => type)).toEqual(["price", "digest"]);
    expect(digestIn(items)).toMatchObject({
      ...{ signals: 30, open: 25, resolved: 5, byType: { UNDERCUT: 15, OVERPRICED: 15 }, at: at(NOW) },
    });
    expect(digestIn(items)?.top).toHaveLength(5);
    expect(digestIn(items)?.top[0]?.id).toBe("s17");
  });
});
