import { expect, it } from "vitest";
import { exposureChart } from "../../../app/src/charts/exposure.ts";

const palette = {
  ...{ text: "#000000", muted: "#111111", grid: "#222222", surface: "#ffffff", ours: "#0000ff" },
  ...{ proposed: "#ff0000", demand: "#333333", demandPromo: "#444444", removed: "#555555" },
  competitors: ["#aa0000", "#00aa00"],
};

const product = (
  category: string,
  gapPct: number,
  unitsPerDay: number | null,
  recommendation: "raise" | "lower" | "hold" = "hold",
) => ({ title: "P", category, gapPct, competitors: 3, unitsPerDay, recommendation });

it("draws one set a category, and a bubble's area by what the product sells", () => {
  const { data } = exposureChart(
    [product("Lamps", 10, 16), product("Lamps", 5, 4), product("Clocks", -2, null)],
    palette,
    "competitors",
  );
  expect(data.datasets.map(({ label, borderColor }) => [label, borderColor])).toEqual([
    ["Lamps", "#aa0000"],
    ["Clocks", "#00aa00"],
  ]);
  const [lamps, clocks] = data.datasets;
  expect(lamps!.data).toMatchObject([
    { x: 10, y: 3, r: 18 },
    { x: 5, y: 3, r: 10.5 },
  ]);
  expect(clocks!.data).toMatchObject([{ x: -2, y: 3, r: 3 }]);
});

it("draws what is sold upwards, coloured by what is proposed; unknown sales are left out", () => {
  const { data } = exposureChart(
    [product("Lamps", 10, 16, "lower"), product("Clocks", 5, 4, "raise"), product("Clocks", -2, null)],
    palette,
    "sales",
  );
  expect(
    data.datasets.map(({ label, borderColor, data: [first] }) => [label, borderColor, first?.y]),
  ).toEqual([
    ["Raise", "#0000ff", 4],
    ["Lower", "#ff0000", 16],
    ["Keep", "#111111", undefined],
  ]);
});
