import { beforeAll, describe, expect, it } from "vitest";
import { importProducts, productRow } from "./back-support.ts";
import { call, observation, postObservations } from "./support.ts";

beforeAll(async () => {
  await importProducts([
    productRow("M1", { category: "lamps", price: "110.00" }),
    productRow("M2", { category: "lamps", price: "100.00" }),
    productRow("M3", { category: "desks", price: "100.00" }),
  ]);
  const receipt = await postObservations("scraper", "market", [
    observation("M1", "100.00", { competitor: "acme" }),
    observation("M1", "120.00", { competitor: "bolt" }),
    observation("M2", "100.00", { competitor: "acme" }),
  ]);
  expect(receipt).toMatchObject({ accepted: 3 });
});

describe("the market", () => {
  it("is summed up over the catalogue, by category and by competitor", async () => {
    const { status, body } = await call("GET", "/api/market/summary");
    expect(status).toBe(200);
    expect(body).toMatchObject({
      market: {
        ...{ products: 3, compared: 2, coveragePct: 66.7, index: 104.88 },
        position: { lowest: 1, middle: 1, highest: 0 },
      },
      competitors: expect.arrayContaining([
        expect.objectContaining({ competitor: "acme", offers: 2, undercuts: 1, cheaperPct: 50 }),
      ]),
    });
    expect(body.categories).toContainEqual(
      expect.objectContaining({ key: "desks", compared: 0, index: null }),
    );
  });

  it("has an index by day, of all products or by category", async () => {
    const all = await call<{ items: object[] }>("GET", "/api/market/index");
    expect(all.body.items).toEqual([expect.objectContaining({ index: 104.88, day: expect.any(String) })]);
    const lamps = await call<{ items: object[] }>("GET", "/api/market/index?by=category&key=lamps");
    expect(lamps.body.items).toEqual([expect.objectContaining({ key: "lamps", index: 104.88 })]);
    const rivals = await call<{ items: object[] }>("GET", "/api/market/index?by=competitor");
    expect(rivals.body.items).toEqual([
      expect.objectContaining({ key: "acme", index: 104.88, compared: 2 }),
      expect.objectContaining({ key: "bolt", index: 91.67, compared: 1 }),
    ]);
  });
});
