import { describe, expect, it } from "vitest";
import { binRows } from "../../../../domain/pricing/challenger/bins.ts";
import type { Feature } from "../../../../domain/pricing/challenger/features.ts";
import { type DemandRows, emptyRows } from "../../../../domain/pricing/challenger/panel.ts";
import {
  isHeldOut,
  rowHashes,
  sampledFeatures,
  sampledRows,
} from "../../../../domain/pricing/challenger/sampling.ts";
import { growTree, treeValue } from "../../../../domain/pricing/challenger/tree.ts";

const RULES = { rowsPerLeaf: 2, pseudoUnits: 1, depth: 1, rate: 1 };

/** One feature; units and a mean of 1 expected per row. */
function column(
  values: readonly number[],
  units: readonly number[],
  monotone: Feature["monotone"],
): DemandRows {
  const rows = emptyRows([{ name: "x", monotone }], values.length);
  rows.features.set(values);
  rows.units.set(units);
  rows.time.set(values.map((_, i) => i));
  return rows;
}

function treeOf(rows: DemandRows, rules = RULES) {
  const count = rows.units.length;
  const targets = { units: rows.units, mean: new Float64Array(count).fill(1) };
  const sample = Uint32Array.from({ length: count }, (_, i) => i);
  return growTree(binRows(rows), targets, sample, [0], { ...rules, schema: rows.schema });
}

const STEP = column([1, 2, 3, 4, 5, 6], [3, 3, 3, 0, 0, 0], -1);

describe("tree", () => {
  it("splits where the likelihood gains most, and fits each leaf by its shrunken ratio", () => {
    const tree = treeOf(STEP);
    expect(tree.threshold[0]).toBe(3.5);
    // 9 units where 3 were expected, and none where 3 were; one pseudo unit each
    expect(treeValue(tree, [3], 0)).toBeCloseTo(Math.log(10 / 4), 12);
    expect(treeValue(tree, [4], 0)).toBeCloseTo(Math.log(1 / 4), 12);
    expect(treeValue(tree, [Number.NaN], 0)).toBe(treeValue(tree, [3], 0));
  });

  it("adds the rate's share of it", () => {
    expect(treeValue(treeOf(STEP, { ...RULES, rate: 0.5 }), [3], 0)).toBeCloseTo(Math.log(10 / 4) / 2, 12);
  });

  it("does not split against the constraint", () => {
    const rising = column([1, 2, 3, 4, 5, 6], [0, 0, 0, 3, 3, 3], -1);
    expect(treeOf(rising).left).toEqual([0]);
    expect(treeOf({ ...rising, schema: [{ name: "x", monotone: 1 }] }).left).toEqual([1, 0, 0]);
  });

  it("leaves enough rows on both sides", () => {
    const last = column([1, 2, 3, 4], [1, 1, 1, 9], 0);
    expect(treeOf(last).threshold[0]).toBe(2.5);
    expect(treeOf(last, { ...RULES, rowsPerLeaf: 3 }).left).toEqual([0]);
  });

  it("keeps what lies below a monotone split below it, however deep", () => {
    const dip = column([1, 2, 3, 4, 5, 6, 7, 8], [9, 9, 1, 1, 4, 4, 0, 0], -1);
    const tree = treeOf(dip, { ...RULES, depth: 4 });
    const values = Array.from(dip.features, (x) => treeValue(tree, [x], 0));
    expect(values).toEqual([...values].sort((a, b) => b - a));
    expect(values[0]).toBeGreaterThan(values[7]!);
  });
});

describe("bins", () => {
  it("are at most 32, about equally full, and agree with the thresholds", () => {
    const values = Array.from({ length: 1000 }, (_, i) => ((i * 7919) % 1000) ** 2);
    const { bins, cuts } = binRows(column(values, values, 0));
    expect(cuts[0]).toHaveLength(31);
    const sizes = new Array<number>(32).fill(0);
    for (const bin of bins) sizes[bin]!++;
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(30);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(33);
    values.forEach((value, i) => {
      cuts[0]!.forEach((cut, b) => {
        expect(value > cut).toBe(bins[i]! > b);
      });
    });
  });

  it("of a constant are a single one", () => {
    expect(binRows(column([4, 4, 4], [1, 2, 3], 0)).cuts).toEqual([[]]);
  });
});

describe("sampling", () => {
  const rows = column(
    Array.from({ length: 5000 }, (_, i) => i),
    new Array<number>(5000).fill(1),
    0,
  );

  it("takes about the share that was asked for, another for each tree", () => {
    const hashes = rowHashes(rows, 1);
    const first = sampledRows(hashes, 0, 0.8);
    expect(Math.abs(first.length / 5000 - 0.8)).toBeLessThan(0.03);
    expect(sampledRows(hashes, 1, 0.8)).not.toEqual(first);
    expect(sampledRows(hashes, 0, 1)).toHaveLength(5000);
  });

  it("draws whole features and whole SKUs by their key", () => {
    expect(sampledFeatures(10, 3, 0.8, 1)).toHaveLength(8);
    expect(sampledFeatures(10, 3, 0.8, 1)).toEqual(sampledFeatures(10, 3, 0.8, 1));
    expect(sampledFeatures(10, 3, 0, 1)).toHaveLength(1);
    const held = Array.from({ length: 2000 }, (_, sku) => isHeldOut(sku, 0.2, 1)).filter(Boolean).length;
    expect(Math.abs(held / 2000 - 0.2)).toBeLessThan(0.03);
  });
});
