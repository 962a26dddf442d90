import { describe, expect, it } from "vitest";
import type { Palette } from "../../../app/src/charts/options.ts";
import { type PlainChart, plainChart } from "../../../app/src/charts/plain.ts";
import { movementSizes } from "../../../app/src/pages/analysis/movement-sizes.ts";

const palette: Palette = {
  ...{ text: "#000000", muted: "#555555", grid: "#dddddd", surface: "#ffffff", ours: "#1f4fb5" },
  ...{ proposed: "#c2410c", demand: "#78889e57", demandPromo: "#ca8a0480", removed: "#b0261d" },
  competitors: ["#0f8b8d", "#8a4fbf"],
};

function chart(more: Partial<PlainChart>) {
  const series = [{ name: "Sold", values: [1, 2, 3], kind: "bar", colour: "ours" }] as const;
  return plainChart({ labels: ["a", "b", "c"], series, xTitle: "Day", yTitle: "Units", ...more }, palette);
}

describe("a plain chart", () => {
  it("shows the last bar pale and the last line dashed while its day goes on", () => {
    const [bars] = chart({ unfinished: true }).data.datasets;
    expect(bars!.backgroundColor).toEqual(["#1f4fb5", "#1f4fb5", "#1f4fb573"]);
    const translucent = chart({
      unfinished: true,
      series: [{ name: "S", values: [1, 2], kind: "bar", colour: "demand" }],
    });
    expect(translucent.data.datasets[0]!.backgroundColor).toEqual(["#78889e57", "#78889e57"]);
    const line = chart({ unfinished: true, series: [{ name: "Index", values: [1, 2, 3], kind: "step" }] })
      .data.datasets[0];
    const { segment, stepped } = line as unknown as {
      segment: { borderDash: (of: { p1DataIndex: number }) => number[] | undefined };
      stepped: string;
    };
    expect([segment.borderDash({ p1DataIndex: 1 }), segment.borderDash({ p1DataIndex: 2 })]).toEqual([
      undefined,
      [3, 3],
    ]);
    expect(stepped).toBe("before");
  });

  it("names its axes, has a right one only where it is used, and a legend only for several series", () => {
    const plain = chart({}).options!;
    expect(Object.keys(plain.scales!)).toEqual(["x", "y"]);
    expect(plain.plugins!.legend!.display).toBe(false);
    const two = chart({
      series: [
        { name: "Views", values: [1], kind: "bar" },
        { name: "Carts", values: [1], right: true },
      ],
    }).options!;
    expect(Object.keys(two.scales!)).toEqual(["x", "y", "right"]);
    expect(two.plugins!.legend!.display).toBe(true);
  });

  it("leaves out a series of which nothing is known yet, and lays no label of many aslant", () => {
    const known = { name: "Sold", values: [1, 2], kind: "bar" } as const;
    const unknown = { name: "Forecast", values: [null, null], right: true } as const;
    const { data, options } = chart({ series: [known, unknown] });
    expect(data.datasets.map(({ label }) => label)).toEqual(["Sold"]);
    expect(options!.plugins!.legend!.display).toBe(false);
    expect(Object.keys(options!.scales!)).toEqual(["x", "y"]);
    const rotation = (labels: readonly string[]) =>
      (chart({ labels }).options!.scales!.x as { ticks: { maxRotation: number } }).ticks.maxRotation;
    expect([rotation(["a", "b"]), rotation(Array.from({ length: 28 }, String))]).toEqual([45, 0]);
  });

  it("lies down with its classes on the left", () => {
    const { scales, indexAxis } = chart({ lying: true }).options!;
    expect([indexAxis, scales!.x!.type, scales!.y!.type]).toEqual(["y", "linear", "category"]);
  });

  it("shows a line of one or two points as points", () => {
    const [one] = chart({ series: [{ name: "Index", values: [null, 2, null] }] }).data.datasets;
    expect((one as { pointRadius: number }).pointRadius).toBe(4);
  });
});

describe("the sizes of movements", () => {
  it("are counted by class, up and down", () => {
    const counted = movementSizes([3, -4, 40, -5]).filter(({ up, down }) => up + down > 0);
    expect(counted).toEqual([
      { label: "2 to 5", up: 1, down: 1 },
      { label: "5 to 10", up: 0, down: 1 },
      { label: "over 30", up: 1, down: 0 },
    ]);
  });
});
