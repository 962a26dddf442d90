import { describe, expect, test } from "vitest";
import { quantity, quantityDelta, unitTitle, unitWord } from "../../../app/src/format/quantity.ts";

const plain = (text: string) => text.replace("\u202f", " ");

describe("a quantity", () => {
  test.each([
    [12, undefined, 0, "12"],
    [12.4, "piece", 1, "12.4"],
    [12, "piece", 1, "12.0"],
    [9.654, "kg", 0, "9.65 kg"],
    [1200, "m2", 0, "1,200 m²"],
  ] as const)("%d of %s is told with its unit", (value, unit, digits, text) => {
    expect(plain(quantity(value, unit, digits))).toBe(text);
  });

  test("has its sign as a difference, and its unit in titles", () => {
    expect(plain(quantityDelta(-2, "kg", 1))).toBe("−2.0 kg");
    expect(quantityDelta(3, undefined)).toBe("+3");
    expect([unitWord(undefined), unitTitle(undefined), unitTitle("l")]).toEqual(["units", "Units", "l"]);
  });
});
