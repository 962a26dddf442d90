import { expect, it } from "vitest";
import { exposureChart } from "../../../app/src/charts/exposure.ts";

const palette = {
  ...{ text: "#000000", muted: "#111111", grid: "#222222", surface: "#ffffff", ours: "#0000ff" },
  ...{ proposed: "#ff0000", demand: "#333333", demandPromo: "#444444", removed: "#555555" },
  competitors: ["#aa0000", "#00aa00"],
};

it("draws one set a category, and a bubble's area by what the product sells", () => {
  const product = (category: string, gapPct: number, unitsPerDay: number | null) => ({
    ...{ title: "P", category, gapPct, competitors: 3, unitsPerDay },
  });
  const { data } = exposureChart(
    [product("Lamps", 10, 16), product("Lamps", 5, 4), product("Clocks", -2, null)],
    palette,
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
