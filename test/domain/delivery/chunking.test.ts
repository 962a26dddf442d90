import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CHUNK_BYTES_MAX, packRows, ROW_BYTES_MAX, utf8Length } from "../../../domain/delivery/chunking.ts";

describe("utf8Length", () => {
  it.each([
    ["", 0],
    ["abc", 3],
    ["é", 2],
    ["€", 3],
    ["😀", 4],
    ["a😀é", 7],
    ["\ud800", 3],
    ["\ud800x", 4],
  ])("%j takes %i bytes", (text, bytes) => {
    expect(utf8Length(text)).toBe(bytes);
  });

  it("agrees with the encoder on any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(utf8Length(text)).toBe(new TextEncoder().encode(text).length);
      }),
    );
  });
});

describe("packRows", () => {
  it("keeps small batches together", () => {
    const chunks = packRows([{ sku: "A" }, { sku: "B" }]);
    expect(chunks).toHaveLength(1);
    expect(chunks[0]?.rows).toEqual([
      { row: 0, value: { sku: "A" } },
      { row: 1, value: { sku: "B" } },
    ]);
  });

  it("cuts by bytes, not by characters", () => {
    const euros = "€".repeat(10_000); // 30,002 bytes as JSON
    expect(packRows([euros, euros, euros]).map((chunk) => chunk.rows.length)).toEqual([2, 1]);
  });

  it("lets a large row go alone, and one that cannot travel without its value", () => {
    const large = "x".repeat(80_000);
    const huge = "x".repeat(ROW_BYTES_MAX);
    expect(packRows(["a", large, "b"]).map((chunk) => chunk.rows.length)).toEqual([1, 1, 1]);
    expect(packRows(["a", huge, "b"])).toMatchObject([
      {
        rows: [
          { row: 0, value: "a" },
          { row: 1, bytes: ROW_BYTES_MAX + 2 },
          { row: 2, value: "b" },
        ],
      },
    ]);
  });

  it("puts every row into exactly one chunk, in order, and no shared chunk above the limit", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 40_000 }), { maxLength: 30 }), (sizes) => {
        const chunks = packRows(sizes.map((size) => "x".repeat(size)));
        expect(chunks.flatMap((chunk) => chunk.rows.map(({ row }) => row))).toEqual(
          sizes.map((_, row) => row),
        );
        for (const { rows, bytes } of chunks) {
          expect(bytes).toBeGreaterThanOrEqual(utf8Length(JSON.stringify(rows)) - 2);
          if (rows.length > 1) expect(bytes).toBeLessThanOrEqual(CHUNK_BYTES_MAX);
        }
      }),
    );
  });
});
