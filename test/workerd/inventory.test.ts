import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { addProducts, call, observation, postObservations, receiptOf } from "./support.ts";

const MINUTE = 60_000;
let ids = 0;

beforeAll(async () => {
  await addProducts(...["S-1", "S-2", "S-3", "S-4", "S-5"].map((sku) => ({ sku, price: 2_000 })));
});

/** A stock event so many minutes ago. */
function stock(type: string, quantity: number, minutes: number, more: Record<string, unknown> = {}) {
  const at = new Date(Date.now() - minutes * MINUTE).toISOString();
  return { id: `stock-${ids++}`, sku: "S-1", warehouse: "north", type, quantity, at, ...more };
}

async function postStock(batchId: string, events: unknown[]) {
  const { status } = await call("POST", "/api/ingest/inventory", { source: "erp", batchId, events });
  expect(status).toBe(202);
  return receiptOf(batchId, "done", "erp");
}

const stockOf = async (sku: string) => (await call("GET", `/api/products/${sku}/stock`)).body;
const columnsOf = (sku: string) =>
  env.DB.prepare("SELECT stock, version FROM products WHERE sku = ?1").bind(sku).first();

describe("stock events", () => {
  it("set and change the level of their warehouse and the product's stock", async () => {
    const events = [
      stock("snapshot", 50, 10),
      stock("sale", 3, 9),
      stock("stock_damaged", -2, 8),
      stock("stock_received", 5, 7, { warehouse: "south" }),
      stock("manual_adjustment", -1, 6),
    ];
    expect(await postStock("i-1", events)).toMatchObject({ accepted: 5 });
    expect(await stockOf("S-1")).toMatchObject({
      total: 49,
      warehouses: [
        { warehouse: "north", units: 44, refused: [] },
        { warehouse: "south", units: 5, refused: [] },
      ],
    });
    // the compare-and-set of an approval is left alone
    expect(await columnsOf("S-1")).toEqual({ stock: 49, version: 1 });
    expect(await postStock("i-2", [events[1]])).toMatchObject({ duplicates: 1 });
    expect(await stockOf("S-1")).toMatchObject({ total: 49 });
  });

  it("never take a level below zero: such an event is kept and shown, but not applied", async () => {
    const of = { sku: "S-2" };
    const receipt = await postStock("i-3", [
      stock("snapshot", 2, 5, of),
      stock("sale", 5, 4, { ...of, id: "too-many" }),
    ]);
    expect(receipt).toMatchObject({ accepted: 2, problems: [] });
    expect(await stockOf("S-2")).toMatchObject({
      total: 2,
      warehouses: [{ units: 2, refused: [{ id: "too-many", type: "sale", quantity: -5 }] }],
    });
    // what came late was there in time
    await postStock("i-4", [stock("stock_received", 10, 4.5, of)]);
    expect(await stockOf("S-2")).toMatchObject({ total: 7, warehouses: [{ refused: [] }] });
  });

  it("come in any order", async () => {
    const of = { sku: "S-3" };
    await postStock("i-5", [stock("sale", 1, 2, of)]);
    await postStock("i-6", [stock("snapshot", 9, 3, of)]);
    expect(await stockOf("S-3")).toMatchObject({ total: 8 });
  });

  it("are judged one by one", async () => {
    const rows: [unknown, string, string][] = [
      [stock("gift", 1, 1), "wrong_type", "type"],
      [stock("sale", 0.5, 1), "wrong_type", "quantity"],
      [stock("snapshot", -1, 1), "wrong_type", "quantity"],
      [stock("sale", 1, 1, { warehouse: undefined }), "missing_field", "warehouse"],
      [stock("sale", 1, 1, { sku: "nobody" }), "unknown_sku", "sku"],
      [stock("sale", 1, -10), "future_time", "at"],
      [stock("sale", 1, 74 * 60), "too_late", "at"],
    ];
    const receipt = await postStock(
      "i-7",
      rows.map(([row]) => row),
    );
    expect(receipt.problems.map(({ code, path }) => [code, path])).toEqual(
      rows.map(([, code, path]) => [code, path]),
    );
  });

  it("warn of low stock, and take us out of the market without stock and back with it", async () => {
    const of = { sku: "S-4" };
    await postStock("i-8", [stock("snapshot", 30, 5, of)]);
    await postObservations("crawler", "i-9", [observation("S-4", 15)]);
    const open = async () =>
      (await call<{ items: { type: string }[] }>("GET", "/api/signals?sku=S-4&status=open")).body.items
        .map(({ type }) => type)
        .sort();
    expect(await open()).toEqual(["ABOVE_MARKET", "UNDERCUT"]);
    await postStock("i-10", [stock("snapshot", 4, 4, of)]);
    expect(await open()).toEqual(["ABOVE_MARKET", "LOW_INVENTORY", "UNDERCUT"]);
    await postStock("i-11", [stock("sale", 4, 3, of)]);
    expect(await open()).toEqual(["LOW_INVENTORY"]);
    await postStock("i-12", [stock("stock_received", 100, 2, of)]);
    expect(await open()).toEqual(["ABOVE_MARKET", "LOW_INVENTORY", "UNDERCUT"]);
  });
});
