import { beforeAll, describe, expect, it } from "vitest";
import { addProducts, call, offersOf, receiptOf } from "./support.ts";

beforeAll(async () => {
  await addProducts({ sku: "A-1" }, { sku: "A-2" });
});

function aggregate(more: Record<string, unknown> = {}) {
  const prices = { min: "89.00", avg: 95.5, max: { minor: 12_000, currency: "EUR" } };
  const observedAt = new Date(Date.now() - 60_000).toISOString();
  return {
    sku: "A-1",
    aggregator: "comparo",
    available: true,
    ...prices,
    storesTracked: 14,
    observedAt,
    ...more,
  };
}

async function postAggregates(batchId: string, rows: unknown[]) {
  const { status } = await call("POST", "/api/ingest/aggregates", { source: "feed", batchId, rows });
  expect(status).toBe(202);
  return receiptOf(batchId, "done", "feed");
}

const aggregatesOf = async (sku: string) =>
  (await call<{ items: unknown[] }>("GET", `/api/products/${sku}/aggregates`)).body.items;

describe("the figures of a comparison site", () => {
  it("are shown beside the offers and are no offer", async () => {
    expect(await postAggregates("a-1", [aggregate()])).toMatchObject({ accepted: 1 });
    expect(await aggregatesOf("A-1")).toMatchObject([
      {
        aggregator: "comparo",
        available: true,
        min: "89.00",
        avg: "95.50",
        max: "120.00",
        storesTracked: 14,
      },
    ]);
    expect(await offersOf("A-1")).toEqual([]);
  });

  it("are the newest, in whatever order they come", async () => {
    const at = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
    const newer = aggregate({ sku: "A-2", min: 90, observedAt: at(1) });
    await postAggregates("a-2", [newer]);
    expect(
      await postAggregates("a-3", [aggregate({ sku: "A-2", min: 10, observedAt: at(9) })]),
    ).toMatchObject({
      accepted: 1,
    });
    expect(await aggregatesOf("A-2")).toMatchObject([{ min: "90.00" }]);
    expect(await postAggregates("a-4", [newer])).toMatchObject({ duplicates: 1 });
  });

  it("are judged row by row", async () => {
    const rows: [unknown, string, string][] = [
      [aggregate({ sku: "nobody" }), "unknown_sku", "sku"],
      [aggregate({ min: 96 }), "bad_price", "avg"],
      [aggregate({ max: "abc" }), "bad_price", "max"],
      [aggregate({ available: "yes" }), "wrong_type", "available"],
      [aggregate({ aggregator: undefined }), "missing_field", "aggregator"],
      [aggregate({ stores: 3 }), "unknown_field", "stores"],
      [aggregate({ observedAt: "2099-01-01T00:00:00Z" }), "future_time", "observedAt"],
    ];
    const receipt = await postAggregates(
      "a-5",
      rows.map(([row]) => row),
    );
    expect(receipt.problems.map(({ code, path }) => [code, path])).toEqual(
      rows.map(([, code, path]) => [code, path]),
    );
  });
});
