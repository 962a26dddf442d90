import { describe, expect, it } from "vitest";
import { readImportLines } from "../../../services/catalogue/read-import-lines.ts";

const csv = (text: string) => readImportLines(text, "text/csv", "keep");
const lines = (text: string) => readImportLines(text, "application/x-ndjson", "keep");

describe("a file that is no table of ours is refused before it is read for long", () => {
  it("with 60,000 columns", () => {
    const names = (count: number) => Array.from({ length: count }, (_, i) => `c${i}`).join(",");
    expect(() => csv(`${names(60_000)}\n1,2\n`)).toThrow("line 1 has more than 200000 characters");
    expect(() => csv(`${names(20_000)}\n1,2\n`)).toThrow("it has 20000 columns, and at most 500 can be read");
  });

  it("with a cell of ten megabytes", () => {
    expect(() => csv(`sku,title\nA,${"x".repeat(10_000_000)}\n`)).toThrow(
      "line 2 has more than 200000 characters",
    );
  });

  it("with a quotation mark that is never closed", () => {
    expect(() => csv(`sku,title\n"A,${"b\n".repeat(150_000)}`)).toThrow("not readable as CSV");
  });

  it("with more lines than a catalogue has", () => {
    expect(() => lines("{\n".repeat(500_000))).toThrow("at most 200000 lines");
    expect(() => csv(`sku\n${"A\n".repeat(500_000)}`)).toThrow("at most 200000 lines");
  });

  it.each([
    ["JSON lines", () => lines("{ no\n".repeat(150_000))],
    ["rows of the header's length", () => csv(`sku,price\n${"A\n".repeat(150_000)}`)],
  ])("whose lines are not %s", (_, read) => {
    expect(read).toThrow("of the first 1001 lines 1001 cannot be read as what the file says it is");
  });
});

it("a thousand bad lines among more good ones cost only themselves", () => {
  const text = Array.from({ length: 3_000 }, (_, i) => (i % 3 === 2 ? "{" : `{"sku":"A-${i}"}`)).join("\n");
  const read = lines(text);
  expect([read.lines.length, read.rejected.length]).toEqual([2_000, 1_000]);
  expect(read.rejected[0]).toEqual({ line: 3, code: "bad_json", message: "not valid JSON" });
});
