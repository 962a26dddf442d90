import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { holdScheduledRuns, runToEnd } from "./back-support.ts";
import { addProducts, call, offersOf } from "./support.ts";

beforeAll(async () => {
  await holdScheduledRuns();
  await addProducts({ sku: "I-1" }, { sku: "I-2" });
});

const CSV = { "content-type": "text/csv" };
const LINES = { "content-type": "application/x-ndjson" };
const hour = (ago: number) => new Date(Date.now() - ago * 3_600_000).toISOString();
const day = (ago: number) => hour(ago * 24).slice(0, 10);

async function imported(kind: string, text: string, headers = CSV, dryRun = false) {
  const { status, body } = await call("POST", `/api/import/${kind}?dryRun=${dryRun}`, text, headers);
  expect(status).toBe(200);
  return body;
}

describe("a packed file", () => {
  it("is unpacked, and no further than a file may be long", async () => {
    const packed = async (text: string) => {
      const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
      return new Uint8Array(await new Response(stream).arrayBuffer());
    };
    const post = async (text: string) =>
      call("POST", "/api/import/competitors", await packed(text), { ...CSV, "content-encoding": "gzip" });
    expect((await post("id,name,include\ngz,Packed,true\n")).body).toMatchObject({ inserted: 1 });
    const { status, body } = await post("x".repeat(10_000_001));
    expect([status, body.code]).toEqual([413, "too_large"]);
  });
});

describe("an import of competitors", () => {
  const file =
    "include,weight,id,name,domain\ntrue,2,zed,Zed Store,zed.example\nno,,yap,Yap,\nmaybe,1,xen,Xen,\n";

  it("says what it would do, does it, and does nothing the second time", async () => {
    const rejected = [{ line: 4, code: "wrong_type" }];
    expect(await imported("competitors", file, CSV, true)).toMatchObject({ inserted: 2, rejected });
    expect(await env.DB.prepare("SELECT count(*) AS n FROM competitors WHERE id = 'zed'").first("n")).toBe(0);
    expect(await imported("competitors", file)).toMatchObject({
      inserted: 2,
      updated: 0,
      unchanged: 0,
      rejected,
    });
    expect(await imported("competitors", file)).toMatchObject({
      inserted: 0,
      updated: 0,
      unchanged: 2,
      rejected,
    });
    // columns that the file does not have stay as they are
    const columns = "SELECT domain, weight FROM competitors WHERE id = 'zed'";
    const before = await env.DB.prepare(columns).first();
    await imported("competitors", "id,name,include\nzed,Zed Store,yes\n");
    expect(await env.DB.prepare(columns).first()).toEqual(before);
    expect(await imported("competitors", file.replace("Zed Store", "Zed"))).toMatchObject({
      updated: 1,
      unchanged: 1,
    });
    const stored = await env.DB.prepare(
      "SELECT name, include, weight, is_new FROM competitors WHERE id = 'yap'",
    ).first();
    expect(stored).toEqual({ name: "Yap", include: 0, weight: 1, is_new: 0 });
  });
});

describe("an import of offers", () => {
  it("says what it would do, does it, and does nothing the second time", async () => {
    const rows = [
      { sku: "I-1", competitor: "imp", price: "95.00", observedAt: hour(3) },
      { sku: "I-1", competitor: "imp", price: "94.00", observedAt: hour(2) },
      { sku: "no-such", competitor: "imp", price: "94.00", observedAt: hour(2) },
    ];
    const file = `${rows.map((row) => JSON.stringify(row)).join("\n")}\n{broken\n`;
    const expected = {
      ...{ inserted: 1, updated: 1, unchanged: 0 },
      rejected: [
        { line: 3, code: "unknown_sku" },
        { line: 4, code: "bad_json" },
      ],
    };
    expect(await imported("offers", file, LINES, true)).toMatchObject(expected);
    expect(await offersOf("I-1")).toEqual([]);
    expect(await imported("offers", file, LINES)).toMatchObject(expected);
    expect(await offersOf("I-1")).toMatchObject([{ price: 9_400 }]);
    for (const dryRun of [true, false])
      expect(await imported("offers", file, LINES, dryRun)).toMatchObject({
        inserted: 0,
        updated: 0,
        unchanged: 2,
      });
  });
});

describe("an import of demand", () => {
  it("reads numbers and flags from cells, and tells the days apart", async () => {
    const file = `sku,day,units,price,promo,inStockShare\nI-2,${day(2)},4,99.00,true,0.5\nI-2,${day(1)},x,99.00,,\n`;
    const rejected = [{ line: 3, code: "wrong_type" }];
    expect(await imported("demand", file, CSV, true)).toMatchObject({ inserted: 1, rejected });
    expect(await imported("demand", file)).toMatchObject({ inserted: 1, updated: 0, unchanged: 0, rejected });
    expect(await imported("demand", file)).toMatchObject({ inserted: 0, updated: 0, unchanged: 1, rejected });
    expect(await imported("demand", file.replace(",4,", ",5,"))).toMatchObject({ updated: 1 });
    const stored = "SELECT units, price, promo, in_stock_share FROM demand_days WHERE sku = 'I-2'";
    expect((await env.DB.prepare(stored).all()).results).toEqual([
      { units: 5, price: 9_900, promo: 1, in_stock_share: 0.5 },
    ]);
  });
});

describe("an import of weeks", () => {
  const WEEKS = 30;
  const units = (week: number) =>
    Math.round(
      360_000 * (19 + (week % 4)) ** -2 * (week % 5 === 0 ? 1.5 : 1) * (1 + 0.02 * ((7 * week) % 5)),
    );
  const weeks = Array.from({ length: WEEKS }, (_, week) => ({
    sku: "I-1",
    day: day(7 * (WEEKS - week)),
    period: "week",
    units: units(week),
    price: (19 + (week % 4)).toFixed(2),
    promo: week % 5 === 0 ? { leaflet: 1, shelf: 0.5 } : {},
  }));
  const lines = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).join("\n");

  it("keeps them as such, with their promotions by name", async () => {
    const counts = { inserted: WEEKS, updated: 0, unchanged: 0, rejected: [] };
    expect(await imported("demand", lines(weeks), LINES)).toMatchObject(counts);
    expect(await imported("demand", lines(weeks), LINES)).toMatchObject({ inserted: 0, unchanged: WEEKS });
    const { body } = await call<{ items: object[] }>("GET", "/api/products/I-1/demand");
    expect(body.items[0]).toMatchObject({
      ...{ day: weeks[0]!.day, period: "week", promo: true, promotions: { leaflet: 1, shelf: 0.5 } },
    });
    expect(body.items[1]).toMatchObject({ period: "week", promo: false });
    expect(body.items[1]).not.toHaveProperty("promotions");
  });

  it("refuses other periods, and leaves out promotions that are too many or no strengths", async () => {
    const row = { sku: "I-2", day: day(30), units: 4, price: "9.00" };
    const many = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`p${i}`, 1]));
    const bad = [
      { ...row, period: "year" },
      { ...row, promo: many },
      { ...row, promo: { a: -1 } },
    ];
    const file = lines([...bad, row].map((one, i) => ({ ...one, day: day(30 + i) })));
    const { inserted, rejected } = await imported("demand", file, LINES);
    expect([inserted, (rejected as { line: number }[]).map(({ line }) => line)]).toEqual([3, [1]]);
    const stored = "SELECT count(*) AS n FROM demand_days WHERE sku = 'I-2' AND promo = 1 AND day < ?1";
    expect(await env.DB.prepare(stored).bind(day(29)).first("n")).toBe(0);
  });

  it("teaches an elasticity of weeks, and a forecast of days", async () => {
    const run = await runToEnd({ kind: "elasticity", scope: { skus: ["I-1"] } });
    expect(run).toMatchObject({ status: "done", counts: { weekly: { skus: 1 } } });
    const learned = await call<{ mean: number }>("GET", "/api/products/I-1/elasticity");
    expect(learned.body).toMatchObject({ period: "week" });
    expect(Math.abs(learned.body.mean + 2)).toBeLessThan(0.6);
    const { body } = await call<{ daily: { mean: number }[] }>("GET", "/api/products/I-1/forecast");
    // a seventh of a week's, at the price that is served
    const expected = (units(WEEKS - 1) / 7) * (100 / 20) ** learned.body.mean;
    expect(Math.abs(Math.log(body.daily[3]!.mean / expected))).toBeLessThan(0.3);
  });
});

describe("an import", () => {
  it("of anything else is nothing", async () => {
    expect(await call("POST", "/api/import/dreams", "a\n1\n", CSV)).toMatchObject({ status: 422 });
  });
});
