import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { DemandDayState, OfferState, SignalState, SkuPresent } from "../../domain/messages/present.ts";
import { commitProjection } from "../../services/ingest/project.ts";

function offer(version: number, price: number): OfferState {
  return {
    ...{ competitor: "acme", price, landedPrice: price, currency: "EUR", availability: "in_stock" },
    ...{ observedAt: version * 1_000, receivedAt: version * 1_000, source: "s", version },
    missingSince: null,
  };
}

function signal(id: string, version: number, status: SignalState["status"]): SignalState {
  return {
    ...{
      id,
      sku: "P",
      competitor: "acme",
      type: "UNDERCUT",
      status,
      priority: 2,
      severity: 0.5,
      confidence: 1,
    },
    ...{ message: `says ${version}`, evidence: { gap: -0.1 }, openedAt: 1, updatedAt: version },
    ...{ resolvedAt: status === "resolved" ? version : null, version },
  };
}

function day(version: number, units: number): DemandDayState {
  return {
    ...{ day: "2026-01-01", units, revenue: units * 100, price: 100, inStockShare: null, promo: true },
    ...{ views: null, carts: 4, version },
  };
}

function present(sku: string, parts: Partial<SkuPresent>): SkuPresent {
  return { sku, offers: [], signals: [], demandDays: [], ...parts };
}

/** A batch of ten rows of which nothing is to be told. */
const QUIET = { rows: 10, rejected: 0, quarantined: 0, zero: 0, outOfStock: 0 };

const project = (...skus: SkuPresent[]) => commitProjection(env.DB, { skus, activity: [], outboxIds: [] });
const signalOf = (id: string) => env.DB.prepare("SELECT * FROM signals WHERE id = ?1").bind(id).first();

describe("a projection", () => {
  it("writes absolute state, whatever the order it comes in", async () => {
    await project(present("O", { offers: [offer(2, 200)], demandDays: [day(2, 7)] }));
    await project(present("O", { offers: [offer(1, 100)], demandDays: [day(1, 3)] }));
    expect(await env.DB.prepare("SELECT price, version FROM offers WHERE sku = 'O'").first()).toEqual({
      ...{ price: 200, version: 2 },
    });
    expect(
      await env.DB.prepare(
        "SELECT sku, day, units, revenue, price, in_stock_share, promo, views, carts, version FROM demand_days WHERE sku = 'O'",
      ).first(),
    ).toEqual({
      ...{ sku: "O", day: "2026-01-01", units: 7, revenue: 700, price: 100, in_stock_share: null, promo: 1 },
      ...{ views: null, carts: 4, version: 2 },
    });
  });

  it("answers the signals that it changed, and only those", async () => {
    const ids = async (...signals: SignalState[]) =>
      (await project(present("P", { signals }))).map(({ id }) => id);
    expect(await ids(signal("a", 1, "open"), signal("b", 1, "open"))).toEqual(["a", "b"]);
    expect(await ids(signal("a", 2, "open"), signal("b", 1, "open"))).toEqual(["a"]);
    expect(await ids(signal("a", 2, "open"), signal("b", 2, "resolved"))).toEqual(["b"]);
    expect(await ids(signal("a", 1, "resolved"))).toEqual([]);
    expect(await signalOf("b")).toMatchObject({ status: "resolved", resolved_at: 2, message: "says 2" });
  });

  it("leaves an acknowledged signal acknowledged until it is resolved, and keeps who did it", async () => {
    await project(present("P", { signals: [signal("k", 1, "open")] }));
    await env.DB.prepare(
      "UPDATE signals SET status = 'acknowledged', acknowledged_by = 'ada' WHERE id = 'k'",
    ).run();
    await project(present("P", { signals: [signal("k", 2, "open")] }));
    expect(await signalOf("k")).toMatchObject({
      status: "acknowledged",
      acknowledged_by: "ada",
      message: "says 2",
    });
    await project(present("P", { signals: [signal("k", 3, "resolved")] }));
    expect(await signalOf("k")).toMatchObject({ status: "resolved", acknowledged_by: "ada" });
    const [back] = await project(present("P", { signals: [signal("k", 4, "open")] }));
    expect(back).toMatchObject({ id: "k", status: "acknowledged" });
    expect(await signalOf("k")).toMatchObject({ status: "acknowledged", resolved_at: null });
  });

  it("takes more rows than one statement holds, all or none", async () => {
    const many = Array.from({ length: 2_500 }, (_, i) => present(`M-${i}`, { offers: [offer(1, 100)] }));
    await project(...many);
    const count = () => env.DB.prepare("SELECT COUNT(*) AS n FROM offers WHERE sku LIKE 'M-%'").first("n");
    expect(await count()).toBe(2_500);
    const broken = present("N-1", { offers: [{ ...offer(1, 100), currency: null as unknown as string }] });
    await expect(project(present("N-0", { offers: [offer(1, 100)] }), broken)).rejects.toThrow(/constraint/i);
    expect(await env.DB.prepare("SELECT COUNT(*) AS n FROM offers WHERE sku LIKE 'N-%'").first("n")).toBe(0);
  });

  it("writes a source's health at most once a minute, and never backwards", async () => {
    await env.DB.prepare(
      "INSERT INTO sources (id, name, format, created_at) VALUES ('h', 'h', 'pricewright', 0)",
    ).run();
    const seen = async (batchAt: number, acceptedAt: number | null) => {
      await commitProjection(env.DB, {
        skus: [],
        outboxIds: [],
        activity: [{ source: "h", batchAt, acceptedAt, ...QUIET }],
      });
      return env.DB.prepare(
        "SELECT last_batch_at AS batch, last_accepted_at AS accepted FROM sources WHERE id = 'h'",
      ).first();
    };
    const t = 1_700_000_000_000;
    expect(await seen(t, null)).toEqual({ batch: t, accepted: null });
    expect(await seen(t + 1_000, t + 1_000)).toEqual({ batch: t + 1_000, accepted: t + 1_000 });
    expect(await seen(t + 30_000, t + 30_000)).toEqual({ batch: t + 1_000, accepted: t + 1_000 });
    expect(await seen(t - 90_000, t - 90_000)).toEqual({ batch: t + 1_000, accepted: t + 1_000 });
    expect(await seen(t + 90_000, null)).toEqual({ batch: t + 90_000, accepted: t + 1_000 });
  });
});
