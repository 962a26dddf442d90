import { describe, expect, test } from "vitest";
import { warehouseHours } from "../../../domain/analysis/stock-cover.ts";

describe("the hours until each warehouse is empty", () => {
  const rounded = (hours: (number | null)[]) => hours.map((one) => one && Math.round(one * 10) / 10);

  test.each([
    [
      "go by what was sold from each",
      [
        { units: 30, outflow: 9 },
        { units: 10, outflow: 1 },
      ],
      2,
      [16.7, 50],
    ],
    [
      "go by what lies there while nothing was sold",
      [
        { units: 30, outflow: 0 },
        { units: 10, outflow: 0 },
      ],
      2,
      [20, 20],
    ],
    [
      "are none where nothing sells",
      [
        { units: 30, outflow: 5 },
        { units: 10, outflow: 0 },
      ],
      2,
      [15, null],
    ],
    [
      "are 0 on an empty shelf",
      [
        { units: 0, outflow: 4 },
        { units: 10, outflow: 4 },
      ],
      2,
      [0, 10],
    ],
    ["are none without demand", [{ units: 3, outflow: 0 }], 0, [null]],
  ])("%s", (_, warehouses, unitsPerHour, expected) => {
    expect(rounded(warehouseHours(warehouses, unitsPerHour))).toEqual(expected);
  });
});
