import { describe, expect, it } from "vitest";
import { type BatchReceipt, batchBody, cutBatches, sumReceipts } from "../../../scripts/client/batches.ts";

const rows = Array.from({ length: 2_001 }, (_, row) => ({ row }));

describe("cutBatches", () => {
  it("cuts at a thousand rows and keeps the order", () => {
    const batches = cutBatches("demand", "shop", rows);
    expect(batches.map((batch) => batch.rows.length)).toEqual([1_000, 1_000, 1]);
    expect(batches.flatMap((batch) => batch.rows)).toEqual(rows);
  });
  it("gives the same rows the same id, and any other rows or order another", () => {
    const [first] = cutBatches("demand", "shop", rows.slice(0, 2));
    expect(cutBatches("demand", "shop", rows.slice(0, 2))[0]?.batchId).toBe(first?.batchId);
    expect(cutBatches("demand", "shop", rows.slice(0, 2).reverse())[0]?.batchId).not.toBe(first?.batchId);
    expect(cutBatches("demand", "shop", rows.slice(0, 3))[0]?.batchId).not.toBe(first?.batchId);
  });
  it("names the list as the endpoint wants it", () => {
    expect(Object.keys(batchBody(cutBatches("demand", "shop", rows)[0]!))).toContain("rows");
    expect(Object.keys(batchBody(cutBatches("observations", "shop", rows)[0]!))).toContain("observations");
  });
});

describe("sumReceipts", () => {
  const receipt: BatchReceipt = {
    batchId: "b",
    status: "done",
    received: 10,
    accepted: 6,
    duplicates: 2,
    quarantined: 1,
    rejected: 1,
    problems: [
      { row: 3, code: "slip", message: "" },
      { row: 4, code: "unknown_sku", message: "" },
    ],
  };
  it("adds up outcomes and codes", () => {
    expect(sumReceipts([receipt, receipt])).toEqual({
      batches: 2,
      received: 20,
      accepted: 12,
      duplicates: 4,
      quarantined: 2,
      rejected: 2,
      codes: { slip: 2, unknown_sku: 2 },
    });
  });
  it("names a receipt whose outcomes are not what it received", () => {
    expect(() => sumReceipts([receipt, { ...receipt, batchId: "short", accepted: 5 }])).toThrow(
      "batch short received 10 rows but counts 9",
    );
  });
});
