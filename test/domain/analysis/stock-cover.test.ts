import { describe, expect, test } from "vitest";
import { warehouseHours } from "../../../domain/analysis/stock-cover.ts";

describe("the hours until each warehouse is empty", () => {
  const rounded = (hours: (number | null)[]) => hours.map((one) => one && Math.round(one * 10) / 10);

  const lies = (units: number, outflow: number) => ({ units, outflow });
  test.each([
    ["go by what was sold from each", [lies(30, 9), lies(10, 1)], 2, [17.6, 33.3]],
    ["go by what lies there while nothing was sold", [lies(30, 0), lies(10, 0)], 2, [20, 20]],
    ["hardly go by a single sale", [lies(10, 1), lies(10, 0)], 2, [8.6, 12]],
    ["are 0 on an empty shelf, from which others take over nothing", [lies(0, 5), lies(10, 5)], 2, [0, 7.5]],
    ["are none without demand", [lies(3, 0)], 0, [null]],
  ])("%s", (_, warehouses, unitsPerHour, expected) => {
    expect(rounded(warehouseHours(warehouses, unitsPerHour))).toEqual(expected);
  });
});
