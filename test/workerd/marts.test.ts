import { env } from "cloudflare:workers";
import { getViewSelectedFields } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import type { Env } from "../../db/env.ts";
import { dailyFunnel } from "../../db/schema.ts";
import { martSources } from "../../durable/ports.ts";
import { serviceContext, systemActor } from "../../services/context.ts";
import { rollUpMarts } from "../../services/marts/roll-up.ts";
import { importProducts, productRow } from "./back-support.ts";
import {
  DAY,
  dayOf,
  drawEvents,
  HOUR,
  martRows,
  type PostedEvent,
  postDemand,
  postEvents,
  rollUp,
  sessionsFrom,
  sorted,
} from "./marts-support.ts";
import { call, observation, postObservations } from "./support.ts";

const NOW = Date.now();
const SKUS = ["MA-1", "MA-2", "MA-3"];
const categoryOf = (sku: string) => (sku === "MA-3" ? "desks" : "lamps");
const events = drawEvents(20_261, 260, SKUS, NOW - 60_000);
const late = drawEvents(20_262, 60, SKUS, NOW - 60_000);
const accepted: PostedEvent[] = [...events];
const SPAN = `?from=${dayOf(NOW - 4 * DAY)}&to=${dayOf(NOW)}`;

beforeAll(async () => {
  await importProducts(SKUS.map((sku) => productRow(sku, { category: categoryOf(sku), price: "20.00" })));
  expect(await postEvents("first", events)).toMatchObject({ accepted: events.length });
  await rollUp(SKUS);
}, 90_000);

/** Every mart of sessions and demand as the accepted events say. */
async function expectAsAccepted() {
  const expected = sessionsFrom(accepted, categoryOf);
  const funnel = expected.flatMap(({ day, funnel }) => funnel.map((row) => ({ day, ...row })));
  expect(sorted(await martRows("daily-funnel", SPAN))).toEqual(sorted(funnel));
  const sessions = expected.flatMap(({ day, sessions }) => sessions.map((row) => ({ day, ...row })));
  expect(sorted(await martRows("daily-sessions", SPAN))).toEqual(sorted(sessions));
  const hours = await martRows<{
    day: string;
    category: string;
    hour: number;
    purchases: number;
    units: number;
    views: number;
  }>("hourly-demand", SPAN);
  const isOf = (one: PostedEvent, day: string, hour: number) =>
    dayOf(one.at) === day && new Date(one.at).getUTCHours() === hour;
  const cells = new Set(
    accepted.map(
      ({ at, sku }) =>
        `${dayOf(at)} ${new Date(at).getUTCHours()} ${sku === undefined ? "" : categoryOf(sku)}`,
    ),
  );
  expect(hours.length).toBe(cells.size);
  for (const { day, category, hour, purchases, units, views } of hours) {
    const own = accepted.filter(
      (one) => isOf(one, day, hour) && category === (one.sku === undefined ? "" : categoryOf(one.sku)),
    );
    const bought = own.filter(({ type }) => type === "purchase");
    expect(purchases).toBe(bought.length);
    expect(units).toBe(bought.reduce((sum, one) => sum + (one.quantity ?? 1), 0));
    expect(views).toBe(own.filter(({ type }) => type === "page_view" || type === "product_view").length);
  }
}

/** A device that there is none of, and more carts after a view than carts. */
async function breakFunnel() {
  const ofFunnel = "FROM mart_parts WHERE mart = 'daily_funnel'";
  const parts = await env.DB.prepare(`SELECT day, body ${ofFunnel}`).all<{ day: string; body: string }>();
  const columns = Object.keys(getViewSelectedFields(dailyFunnel)).slice(1);
  const [device, after, carts] = ["device", "cartAfterView", "cartSessions"].map((one) =>
    columns.indexOf(one),
  );
  for (const { day, body } of parts.results) {
    const rows = (JSON.parse(body) as (string | number)[][]).map((row) => {
      if (row[0] === "") row[after!] = Number(row[carts!]) + 5;
      else if (row[0] === "desks" && row[device!] === "mobile") row[device!] = "fridge";
      return row;
    });
    const written = env.DB.prepare("UPDATE mart_parts SET body = ? WHERE mart = 'daily_funnel' AND day = ?");
    await written.bind(JSON.stringify(rows), day).run();
  }
}

describe("the marts of events", () => {
  it("equal what the accepted events add up to", expectAsAccepted);

  it("stay so after late, repeated and refused events", async () => {
    const tooLate = { ...late[0]!, id: "too-late", at: NOW - 80 * HOUR };
    const repeated = events.slice(0, 40);
    expect(await postEvents("second", [...late, ...repeated, tooLate])).toMatchObject({
      ...{ accepted: late.length, rejected: 1, duplicates: repeated.length },
    });
    accepted.push(...late);
    // the same chunks once more, as a queue may deliver them
    expect(await postEvents("second", [...late, ...repeated, tooLate])).toMatchObject({
      accepted: late.length,
    });
    await rollUp(SKUS);
    await expectAsAccepted();
  });

  it("write nothing where nothing has changed", async () => {
    await rollUp(SKUS);
    const written = await rollUp(SKUS);
    const noted = await env.DB.prepare(
      "SELECT COUNT(*) AS n FROM mart_days WHERE rolled_at = (SELECT MAX(rolled_at) FROM mart_days)",
    ).first<{ n: number }>();
    expect(written).toBe(noted!.n);
  });

  it("are rolled up again on request, and a mart says what must hold of its rows", async () => {
    const from = dayOf(NOW - 2 * DAY);
    await breakFunnel();
    const broken = await call<{
      items: { name: string; lastDay: string | null; checks: { name: string; failing: number }[] }[];
    }>("GET", "/api/marts?checks=true");
    const funnel = (body: typeof broken.body) =>
      body.items.find(({ name }) => name === "daily_funnel")!.checks.filter(({ failing }) => failing > 0);
    expect(funnel(broken.body).map(({ name }) => name)).toEqual([
      "device",
      "cart_after_view within cart_sessions",
    ]);
    const { status, body } = await call("POST", "/api/marts/rebuild", { from, to: dayOf(NOW) });
    expect({ status, body }).toEqual({ status: 202, body: { days: 3 } });
    const failing = async () => {
      const { items } = (await call<typeof broken.body>("GET", "/api/marts?checks=true")).body;
      const rolled = items.find(({ name }) => name === "product_performance")!;
      return rolled.lastDay === dayOf(NOW)
        ? items.flatMap(({ checks }) => checks.filter((one) => one.failing > 0))
        : null;
    };
    await expect.poll(failing, { timeout: 20_000 }).toEqual([]);
    await expectAsAccepted();
  });
});

describe("a new version of a roll-up", () => {
  it("makes every day that it had due again", async () => {
    await env.DB.prepare("UPDATE mart_days SET version = 0 WHERE mart = 'hourly_demand'").run();
    await rollUp(SKUS);
    const old = await env.DB.prepare("SELECT COUNT(*) AS n FROM mart_days WHERE version = 0").first<{
      n: number;
    }>();
    expect(old!.n).toBe(0);
    await expectAsAccepted();
  });
});

describe("the mart of a day's demand", () => {
  it("follows posted days and their corrections, however old", async () => {
    const day = dayOf(NOW - 20 * DAY);
    const row = { sku: "MA-1", day, units: 7, price: "20.00" };
    await postDemand("posted", [row, { ...row, sku: "MA-2", units: 2 }, { ...row, sku: "MA-3", units: 0 }]);
    await rollUp(SKUS);
    const read = () => martRows("daily-demand", `?from=${day}&to=${day}`);
    const lamps = {
      day,
      category: "lamps",
      products: 2,
      sellers: 2,
      units: 9,
      revenue: "180.00",
      views: 0,
      carts: 0,
    };
    expect(await read()).toEqual([
      { ...lamps, category: "desks", products: 1, sellers: 0, units: 0, revenue: "0.00" },
      lamps,
    ]);
    await postDemand("corrected", [{ ...row, units: 5, revenue: "90.00" }]);
    await rollUp(SKUS);
    expect((await read())[1]).toEqual({ ...lamps, units: 7, revenue: "130.00" });
  });
});

describe("the marts of the market", () => {
  it("say where prices stand, which signals opened and how competitors moved", async () => {
    const at = (hours: number) => new Date(NOW - hours * HOUR).toISOString();
    const seen = (price: string, hours: number) => observation("MA-1", price, { observedAt: at(hours) });
    await postObservations("scraper", "market", [seen("18.00", 3), seen("17.00", 2)]);
    await rollUp(SKUS);
    const { body } = await call<{ items: object[] }>("GET", "/api/marts/pricing-analysis?q=MA-1");
    expect(body.items).toEqual([
      expect.objectContaining({
        minCompetitor: "17.00",
        competitors: 1,
        gapPct: 17.65,
        recommendation: "hold",
      }),
    ]);
    const moves = await martRows<{ up: number; down: number; change: number }>("daily-movements");
    expect(moves).toEqual([
      expect.objectContaining({
        competitor: "acme",
        category: "lamps",
        up: 0,
        down: 1,
        change: expect.closeTo(-1 / 18),
      }),
    ]);
    const signals = await martRows<{ type: string; opened: number }>("daily-signals");
    expect(signals).toContainEqual(
      expect.objectContaining({ type: "UNDERCUT", competitor: "acme", category: "lamps", opened: 1 }),
    );
  });

  it("show who moved, one competitor over time, and demand beside signals", async () => {
    const movers = await call<{ items: object[] }>("GET", "/api/market/movers?days=1&kind=down");
    const fell = { sku: "MA-1", competitor: "acme", from: "18.00", to: "17.00", changePct: -5.56, moves: 1 };
    expect(movers.body.items).toEqual([expect.objectContaining(fell)]);
    const { body } = await call<{ days: { up: number; down: number }[] }>("GET", "/api/market/volatility");
    expect(body.days.map(({ up, down }) => [up, down])).toEqual([[0, 1]]);
    const fallen = { prices: 1, up: 0, down: 1, still: 0, upPct: 0, downPct: 100, stillPct: 0 };
    expect((await call("GET", "/api/market/directions?days=1")).body).toEqual({
      ...{ days: 1, all: fallen, competitors: [{ competitor: "acme", ...fallen }] },
    });
    const acme = await call<{ spread: object; history: object[]; movements: object[] }>(
      "GET",
      "/api/market/competitors/acme",
    );
    expect(acme.body).toMatchObject({
      position: { offers: 1, undercuts: 1, avgGapPct: -15 },
      spread: { medianPct: -15, deviationPct: 0, cuts: [{ sku: "MA-1", gapPct: -15 }] },
    });
    const lamps = { category: "lamps", meanGapPct: -15, meanOurs: "20.00", meanTheirs: "17.00" };
    expect(acme.body.spread).toMatchObject({ categories: [lamps] });
    expect([acme.body.history.length, acme.body.movements.length]).toEqual([1, 1]);
    expect((await call("GET", "/api/market/competitors/nobody")).status).toBe(404);
    const beside = await call<Beside>("GET", "/api/analysis/demand-signals");
    expect(beside.body.positions.map(({ position, products }) => [position, products])).toEqual([
      ["competitor_cheaper", 1],
      ["unknown", 2],
    ]);
    expect(beside.body.types.map(({ type }) => type)).toContain("UNDERCUT");
    expect(beside.body.categories.map(({ category }) => category)).toEqual(["desks", "lamps"]);
  });
});

describe("what is about days", () => {
  it("follows late and corrected rows within four hours", async () => {
    const later = 4 * HOUR;
    await rollUp(SKUS, later);
    const { body } = await call<{ items: { sku: string; units: number }[] }>(
      "GET",
      "/api/marts/product-performance?category=lamps&sort=-units",
    );
    const sold = (sku: string) =>
      accepted
        .filter((one) => one.sku === sku && one.type === "purchase" && dayOf(one.at) < dayOf(NOW + later))
        .reduce((sum, one) => sum + (one.quantity ?? 1), 0);
    const units = [sold("MA-1") + 5, sold("MA-2") + 2].sort((a, b) => b - a);
    expect(body.items.map((one) => one.units)).toEqual(units);
  });

  it("asks no shard where nothing has come", async () => {
    const asked: string[] = [];
    const sources = martSources(env as unknown as Env);
    const noting = new Proxy(sources, {
      get: (target, name) => {
        asked.push(String(name));
        return Reflect.get(target, name);
      },
    });
    const ctx = serviceContext(env, systemActor("test"), Date.now() + 8 * HOUR);
    await rollUpMarts({ ...ctx, sources: noting });
    expect(asked).toContain("customers");
    asked.length = 0;
    await rollUpMarts({ ...ctx, sources: noting });
    expect(asked).toEqual([]);
  });
});

interface Beside {
  types: { type: string }[];
  categories: { category: string }[];
  positions: { position: string; products: number }[];
}
