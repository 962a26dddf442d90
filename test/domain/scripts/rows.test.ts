import { describe, expect, it } from "vitest";
import { dayNumber } from "../../../scripts/replay/dates.ts";
import { Mapping } from "../../../scripts/replay/mapping.ts";
import {
  demandLines,
  lastDay,
  observationLines,
  productLines,
  readMonths,
} from "../../../scripts/replay/rows.ts";
import { shuffled } from "../../../scripts/replay/shuffle.ts";

const mapping = Mapping.parse({
  name: "two shops",
  file: "sales.csv",
  source: "replay-two-shops",
  currency: "EUR",
  product: { sku: "id", title: "name", category: "group" },
  month: { column: "month", format: "yyyy-mm" },
  price: "price",
  quantity: "sold",
  costShareOfFirstPrice: 0.65,
  competitors: [
    { id: "one", price: "one_price" },
    { id: "two", price: "two_price" },
  ],
});

const record = {
  id: "A",
  name: "Lamp",
  group: "light",
  month: "2024-02",
  price: "20",
  sold: "3",
  one_price: "19.005",
  two_price: "",
};
const later = { ...record, month: "2024-03", price: "21.996", sold: "0", one_price: "18", two_price: "25" };

describe("readMonths", () => {
  it("reads the mapped columns and rounds means to whole cents", () => {
    expect(readMonths([record], mapping)).toEqual([
      {
        sku: "A",
        title: "Lamp",
        category: "light",
        month: { first: dayNumber("2024-02-01"), days: 29 },
        price: 2000,
        quantity: 3,
        competitors: [{ id: "one", price: 1900 }],
      },
    ]);
    expect(readMonths([later], mapping)[0]?.price).toBe(2200);
  });
  it.each([
    [{ price: "" }, "line 2: price is missing"],
    [{ price: "cheap" }, "line 2: price is no price: cheap"],
    [{ one_price: "-1" }, "line 2: one_price is no price: -1"],
  ])("names line and column of %j", (change, message) => {
    expect(() => readMonths([{ ...record, ...change }], mapping)).toThrow(message);
  });
});

describe("the rows that are posted", () => {
  const months = readMonths([later, record], mapping);

  it("have the last price as base price and a share of the first as cost, in whatever order the months come", () => {
    const line = {
      sku: "A",
      title: "Lamp",
      category: "light",
      currency: "EUR",
      price: "22.00",
      unitCost: "13.00",
    };
    expect(productLines(months, mapping)).toEqual([line]);
    expect(productLines([...months].reverse(), mapping)).toEqual([line]);
  });
  it("hold one day of demand per day of a month, shifted", () => {
    const demand = demandLines(months, "EUR", 7);
    expect(demand).toHaveLength(31 + 29);
    expect(demand.find(({ day }) => day === "2024-02-08")).toEqual({
      sku: "A",
      day: "2024-02-08",
      units: 0,
      price: "20.00",
    });
    expect(demand.reduce((sum, { units }) => sum + units, 0)).toBe(3);
  });
  it("hold one observation per competitor with a price and day", () => {
    const observations = observationLines(months, "EUR", 7);
    expect(observations).toHaveLength(2 * 31 + 29);
    expect(observations.at(-1)).toEqual({
      sku: "A",
      competitor: "one",
      price: "19.00",
      currency: "EUR",
      observedAt: "2024-03-07T12:00:00Z",
    });
  });
  it("end with the last day of the last month", () => {
    expect(lastDay(months)).toBe(dayNumber("2024-03-31"));
    expect(() => lastDay([])).toThrow("no rows");
  });
});

describe("shuffled", () => {
  const items = Array.from({ length: 50 }, (_, k) => k);
  it("holds the same items in another order, the same one for the same seed", () => {
    const once = shuffled(items, 1);
    expect(once).not.toEqual(items);
    expect([...once].sort((a, b) => a - b)).toEqual(items);
    expect(shuffled(items, 1)).toEqual(once);
    expect(shuffled(items, 2)).not.toEqual(once);
  });
});
