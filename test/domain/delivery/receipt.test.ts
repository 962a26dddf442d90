import { describe, expect, it } from "vitest";
import { batchStatus, discardedRows, sumChunks } from "../../../domain/delivery/receipt.ts";

describe("batchStatus", () => {
  it.each([
    [["waiting", "waiting"], "accepted"],
    [["done", "waiting"], "processing"],
    [["done", "done"], "done"],
    [["done", "parked", "waiting"], "parked"],
  ] as const)("%j is %s", (statuses, status) => {
    expect(batchStatus(statuses)).toBe(status);
  });
});

describe("sumChunks", () => {
  it("adds the chunks up, with the problems in row order", () => {
    const counts = { accepted: 1, duplicates: 2, quarantined: 3, rejected: 4 };
    const problem = (row: number) => ({ row, code: "bad_price" as const, message: "no" });
    expect(
      sumChunks([
        { status: "done", received: 10, counts, problems: [problem(7)] },
        { status: "done", received: 10, counts, problems: [problem(3)] },
        { status: "waiting", received: 5, counts: null, problems: [] },
      ]),
    ).toEqual({
      ...{ accepted: 2, duplicates: 4, quarantined: 6, rejected: 8 },
      received: 25,
      status: "processing",
      problems: [problem(3), problem(7)],
    });
  });

  it("counts discarded rows as rejected", () => {
    expect(discardedRows([4, 9]).counts).toEqual({ accepted: 0, duplicates: 0, quarantined: 0, rejected: 2 });
    expect(discardedRows([4, 9]).problems.map(({ row, code }) => [row, code])).toEqual([
      [4, "discarded"],
      [9, "discarded"],
    ]);
  });
});
