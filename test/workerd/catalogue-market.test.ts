import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { HOUR_MS, MINUTE_MS } from "../../domain/base/time.ts";
import { auditOf, daysAgo, importProducts, person, postDemand, productRow } from "./back-support.ts";
import { call, observation, postObservations } from "./support.ts";

interface List<Item> {
  items: Item[];
  nextCursor: string | null;
}
interface SignalBody {
  id: string;
  sku: string;
  type: string;
  status: string;
  priority: number;
  acknowledgedBy?: string;
}

async function list<Item = Record<string, unknown>>(path: string): Promise<Item[]> {
  const { status, body } = await call<List<Item>>("GET", path);
  expect(status).toBe(200);
  return body.items;
}

const ago = (ms: number) => new Date(Date.now() - ms).toISOString();

beforeAll(async () => {
  await importProducts(
    ["MKT-1", "MKT-2", "MKT-3", "MKT-4"].map((sku) => productRow(sku, { price: "100.00" })),
  );
});

describe("the offers of a product", () => {
  it("are each competitor's latest, cheapest first, with our gap and how fresh they are", async () => {
    await postObservations("market", "offers", [
      observation("MKT-1", 110, { competitor: "dear", shipping: "10.00" }),
      observation("MKT-1", 85, { competitor: "cheap", observedAt: ago(2 * HOUR_MS) }),
      observation("MKT-1", 80, {
        competitor: "cheap",
        observedAt: ago(HOUR_MS),
        availability: "out_of_stock",
      }),
      observation("MKT-1", 90, { competitor: "old", observedAt: ago(25 * HOUR_MS) }),
    ]);
    expect(await list("/api/products/MKT-1/offers")).toMatchObject([
      { competitor: "cheap", price: "80.00", gapPct: 25, fresh: true, availability: "out_of_stock" },
      { competitor: "old", price: "90.00", fresh: false, status: "stale" },
      { competitor: "dear", price: "110.00", landedPrice: "120.00", gapPct: -16.67, status: "accepted" },
    ]);
    expect(await list("/api/products/MKT-2/offers")).toEqual([]);
    await postObservations("market", "ties", [
      observation("MKT-4", 90, { competitor: "b" }),
      observation("MKT-4", 90, { competitor: "a" }),
    ]);
    const tied = await list<{ competitor: string }>("/api/products/MKT-4/offers");
    expect(tied.map(({ competitor }) => competitor)).toEqual(["a", "b"]);
  });

  it("name competitors that are listed as new", async () => {
    const names = (await list<{ id: string; isNew: boolean }>("/api/competitors")).map(({ id }) => id);
    expect(names).toEqual(expect.arrayContaining(["cheap", "dear", "old"]));
  });
});

describe("the trend of a product", () => {
  it("has the windows asked for, from the price's changes", async () => {
    const hour = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - 3 * HOUR_MS;
    await postObservations("market", "trend", [
      observation("MKT-2", 100, { observedAt: hour }),
      observation("MKT-2", 90, { observedAt: hour + HOUR_MS + 30 * MINUTE_MS }),
    ]);
    const span = `from=${new Date(hour).toISOString()}&to=${new Date(hour + 2 * HOUR_MS).toISOString()}`;
    expect(await list(`/api/products/MKT-2/trend?window=1h&${span}`)).toEqual([
      expect.objectContaining({ avg: "100.00", min: "100.00", direction: "stable", volatility: 0 }),
      expect.objectContaining({ avg: "95.00", min: "90.00", direction: "down" }),
    ]);
  });

  it("takes whole days, the last one included", async () => {
    const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
    const now = Date.now();
    await postObservations("market", "trend-days", [
      observation("MKT-4", 100, { observedAt: now - 2 * HOUR_MS }),
    ]);
    const trend = (from: number, to: number) =>
      list(`/api/products/MKT-4/trend?window=1d&from=${day(from)}&to=${day(to)}`);
    expect(await trend(now - 2 * HOUR_MS, now)).not.toEqual([]);
    expect(await trend(now - 72 * HOUR_MS, now - 48 * HOUR_MS)).toEqual([]);
  });

  it.each([
    "window=2h",
    "from=yesterday",
    "to=2026-13-01",
    "to=2026-01-01T10:00",
  ])("refuses %s", async (query) => {
    expect((await call("GET", `/api/products/MKT-2/trend?${query}`)).status).toBe(422);
  });
});

describe("the demand of a product", () => {
  it("is listed by day, oldest first, within a span", async () => {
    const rows = [5, 3, 1].map((days, i) => ({ sku: "MKT-2", day: daysAgo(days), units: i, price: 100 - i }));
    await postDemand("market-demand", rows);
    const all = await list<{ day: string; units: number; revenue: string }>("/api/products/MKT-2/demand");
    expect(all.map(({ day, units, revenue }) => [day, units, revenue])).toEqual([
      [daysAgo(5), 0, "0.00"],
      [daysAgo(3), 1, "99.00"],
      [daysAgo(1), 2, "196.00"],
    ]);
    const span = `from=${daysAgo(4)}&to=${daysAgo(2)}`;
    expect(await list(`/api/products/MKT-2/demand?${span}`)).toHaveLength(1);
    const instants = `from=${daysAgo(4)}T10:00:00Z&to=${daysAgo(2)}T10:00:00Z`;
    expect(await list(`/api/products/MKT-2/demand?${instants}`)).toHaveLength(1);
  });
});

describe("signals", () => {
  async function openSignal(sku: string): Promise<SignalBody> {
    await postObservations("market", `signal-${sku}-${Date.now()}`, [observation(sku, 70)]);
    const signals = await list<SignalBody>(`/api/signals?sku=${sku}&type=UNDERCUT&status=open`);
    expect(signals).toHaveLength(1);
    return signals[0]!;
  }

  it("are acknowledged once, by name, in the audit", async () => {
    const { id } = await openSignal("MKT-3");
    const ada = await person("market@shop.test", "analyst");
    const answers = await Promise.all([1, 2].map(() => ada.call("PUT", `/api/signals/${id}/acknowledge`)));
    for (const { status, body } of answers) {
      expect(status).toBe(200);
      expect(body).toMatchObject({ status: "acknowledged", acknowledgedBy: "user:market@shop.test" });
    }
    expect((await auditOf(id)).map(({ action }) => action)).toEqual(["signal.acknowledge"]);
    expect((await call("GET", `/api/signals/${id}`)).body).toEqual(answers[0]!.body);
    await env.DB.prepare("UPDATE signals SET status = 'resolved' WHERE id = ?1").bind(id).run();
    const late = await call("PUT", `/api/signals/${id}/acknowledge`);
    expect([late.status, late.body.code]).toEqual([409, "illegal_transition"]);
  });

  it("are not acknowledged by viewers, nor when nobody knows them", async () => {
    const viewer = await person("market-viewer@shop.test", "viewer");
    expect((await viewer.call("PUT", "/api/signals/none/acknowledge")).status).toBe(403);
    expect((await call("PUT", "/api/signals/none/acknowledge")).status).toBe(404);
    expect((await call("GET", "/api/signals/none")).status).toBe(404);
  });

  it("are acknowledged by the list's query, each once, and others are left alone", async () => {
    await importProducts([1, 2, 3].map((n) => productRow(`ACK-${n}`, { price: "100.00" })));
    const rows = [1, 2, 3].map((n) => observation(`ACK-${n}`, 50, { competitor: "many" }));
    await postObservations("market", "signals-many", rows);
    const found = "competitor=many&type=UNDERCUT";
    await vi.waitUntil(async () => (await list(`/api/signals?${found}`)).length === 3);
    const many = (body: unknown) => call("POST", "/api/signals/acknowledge", body);
    const [first] = await list<SignalBody>(`/api/signals?${found}`);
    const none = { done: 0, remaining: 0 };
    expect((await many({ ids: [first!.id] })).body).toEqual({ done: 1, skipped: 0, remaining: 0 });
    expect((await many({ ids: [first!.id, "none"] })).body).toEqual({ ...none, skipped: 2 });
    const filter = { competitor: "many", type: "UNDERCUT", status: "open" };
    expect((await many({ filter })).body).toEqual({ done: 2, skipped: 0, remaining: 0 });
    expect((await many({ filter })).body).toEqual({ ...none, skipped: 0 });
    const after = await list<SignalBody>(`/api/signals?${found}`);
    expect(after.map(({ status }) => status)).toEqual(["acknowledged", "acknowledged", "acknowledged"]);
    expect((await auditOf(first!.id)).map(({ action }) => action)).toEqual(["signal.acknowledge"]);
    expect((await many({})).status).toBe(422);
  });

  it("page newest first, each once", async () => {
    await importProducts([1, 2, 3].map((n) => productRow(`SIG-${n}`, { price: "100.00" })));
    await postObservations(
      "market",
      "signals",
      [1, 2, 3].map((n) => observation(`SIG-${n}`, 50, { competitor: "paged" })),
    );
    const found = "competitor=paged&type=UNDERCUT";
    await vi.waitUntil(async () => (await list(`/api/signals?${found}`)).length === 3);
    const seen: string[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const path: string = `/api/signals?${found}&limit=1${cursor && `&cursor=${cursor}`}`;
      const { body }: { body: List<SignalBody> } = await call("GET", path);
      seen.push(...body.items.map(({ sku }) => sku));
      cursor = body.nextCursor;
    }
    expect(seen.toSorted()).toEqual(["SIG-1", "SIG-2", "SIG-3"]);
  });
});

/** A point of a trend. */
interface Point {
  volatility: number | null;
}

describe("the market of a product", () => {
  it("is in one answer what its parts are by themselves", async () => {
    const from = daysAgo(30);
    const { status, body } = await call<Record<string, unknown> & { trend: Point[] }>(
      "GET",
      `/api/products/MKT-2/market?window=1d&from=${from}`,
    );
    expect(status).toBe(200);
    // the last price counts until now, so that how much prices move changes from one call to the next
    const still = (points: Point[]) =>
      points.map((point) => ({
        ...point,
        volatility: point.volatility && Math.round(point.volatility * 1e3),
      }));
    expect({ ...body, trend: still(body.trend) }).toEqual({
      product: (await call("GET", "/api/products/MKT-2")).body,
      offers: await list("/api/products/MKT-2/offers"),
      trend: still(await list<Point>(`/api/products/MKT-2/trend?window=1d&from=${from}`)),
      // too few days are known to compare the prices with
      standings: [],
      demand: await list(`/api/products/MKT-2/demand?from=${daysAgo(32)}`),
      ledger: await list("/api/products/MKT-2/history"),
      signals: await list("/api/signals?sku=MKT-2&status=open"),
    });
    expect(body).toMatchObject({ demand: [{}, {}, {}], ledger: [{ to: "100.00" }] });
  });
});

describe("what the market says of a SKU nobody knows", () => {
  it.each(["offers", "trend", "demand", "market"])("is not found: %s", async (what) => {
    expect((await call("GET", `/api/products/NOBODY/${what}`)).status).toBe(404);
  });
});
