import { describe, expect, it } from "vitest";
import type { ChallengerFit } from "../../../domain/pricing/challenger/fit.ts";
import {
  challengerOf,
  challengerRows,
  challengerSamples,
  challengerViewOf,
  wantsChallenger,
} from "../../../domain/runs/challenger.ts";
import { finishSkus, poolInput, poolSkus } from "../../../domain/runs/elasticity-run.ts";
import { identifiedFilters } from "../../../domain/runs/identify.ts";
import type { StoredReport } from "../../../domain/runs/learned.ts";
import { decideSkus } from "../../../domain/runs/propose.ts";
import { manifest, pricedProduct, snapshot } from "./support.ts";

const CHOSEN = { strategyByCategory: { lamps: "ml_challenger" } };
const lamps = (threshold: number) =>
  Array.from({ length: 24 }, (_, i) =>
    snapshot(i, "lamps", { days: 150, elasticity: -1.5, level: 8, threshold }),
  );
/** dearer than 20.00 hardly sells: an elasticity cannot say so, trees can */
const LAMPS = lamps(-1.2);
const ELASTICITY = manifest("elasticity", CHOSEN);
const stored = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

function fitOf(snapshots: typeof LAMPS): ChallengerFit {
  return stored(challengerOf(snapshots.map(({ features }) => challengerRows(features, ELASTICITY))));
}

function reports(): StoredReport[] {
  const filtered = identifiedFilters(LAMPS, ELASTICITY);
  const inputs = filtered.map((sku, i) => poolInput(sku!, LAMPS[i]!, ELASTICITY));
  return finishSkus(LAMPS, filtered, poolSkus(inputs, ELASTICITY), ELASTICITY).map(({ report }) => report!);
}

describe("which models a run fits", () => {
  it.each([
    [{}, false],
    [{ strategy: "ml_challenger" }, true],
    [CHOSEN, true],
    [{ strategyBySku: { "SKU-001": "ml_challenger" } }, true],
    [{ strategyBySku: { "SKU-001": "freeze" } }, false],
  ])("fits no model unless the settings choose the challenger: %j", (settings, wanted) => {
    expect(wantsChallenger(manifest("elasticity", settings).settings)).toBe(wanted);
  });

  it("fits one model per category with a challenger SKU, from all SKUs of the category", () => {
    const skus = ["c", "a", "b"].map((sku) => ({ sku, category: sku === "c" ? "mugs" : "lamps" }));
    const samples = challengerSamples(
      skus,
      manifest("elasticity", { strategyBySku: { a: "ml_challenger" } }),
    );
    expect([...samples].map(([category, drawn]) => [category, drawn.toSorted()])).toEqual([
      ["lamps", ["a", "b"]],
    ]);
  });

  it("draws the same sample of very many SKUs in any order", () => {
    const skus = Array.from({ length: 1000 }, (_, i) => ({ sku: `s${i}`, category: `c${i % 2}` }));
    const drawn = challengerSamples(skus, manifest("elasticity", { strategy: "ml_challenger" }));
    expect([...drawn.values()].map(({ length }) => length)).toEqual([75, 75]);
    const turned = challengerSamples(
      skus.toReversed(),
      manifest("elasticity", { strategy: "ml_challenger" }),
    );
    expect([...turned]).toEqual([...drawn]);
  });
});

describe("a category's model", () => {
  it("gives each SKU the same slope in any order of the SKUs", () => {
    const fit = fitOf(LAMPS);
    expect(fit.kind).toBe("fitted");
    const view = challengerViewOf(LAMPS[0]!, fit, ELASTICITY);
    expect(view).toMatchObject({ kind: "fitted" });
    if (view.kind !== "fitted") return;
    expect(view.slope).toBeLessThan(-3);
    expect(view.slope).toBeGreaterThan(-20);
    expect(view.variance).toBeGreaterThan(0);
    expect(fitOf(LAMPS.toReversed())).toEqual(fit);
  });

  it("is refused, with both scores, where it does not beat the elasticity model", () => {
    const plain = lamps(0);
    const fit = fitOf(plain);
    if (fit.kind !== "fitted") throw new Error(fit.why);
    const { promotion } = fit.heldOut;
    expect(promotion).toMatchObject({ promoted: false, why: expect.stringContaining("elasticity model") });
    expect(challengerViewOf(plain[0]!, fit, ELASTICITY)).toEqual({ kind: "none", why: promotion.why });
  });

  it("has to beat a filter that starts from what the last run learned of the category", () => {
    const filtered = identifiedFilters(LAMPS, ELASTICITY);
    const inputs = filtered.map((sku, i) => poolInput(sku!, LAMPS[i]!, ELASTICITY));
    const { pooled } = poolSkus(inputs, ELASTICITY);
    const [first] = LAMPS;
    const known = challengerRows(first!.features, {
      ...ELASTICITY,
      previous: { runId: "before", pooled, shards: [] },
    });
    const unknown = challengerRows(first!.features, ELASTICITY);
    const slope = ({ priceEffect, features, schema }: typeof known) =>
      priceEffect[0]! / features[0 * schema.length]!;
    const { mean } = pooled.daily!.categories.lamps!;
    expect(Math.abs(slope(known) - mean[0]!)).toBeLessThan(Math.abs(slope(unknown) - mean[0]!));
  });

  it("gives a reason where there is too little to learn from", () => {
    const fit = fitOf(LAMPS.slice(0, 3));
    const why = expect.stringMatching(/days of demand to learn from/);
    expect(challengerViewOf(LAMPS[0]!, fit, ELASTICITY)).toEqual({ kind: "none", why });
    expect(challengerOf([])).toMatchObject({ kind: "none", why: "no day of demand to learn from" });
  });
});

describe("a decision by the challenger", () => {
  const proposals = manifest("proposals", CHOSEN);
  const decide = (challenged: boolean) => {
    const fit = fitOf(LAMPS);
    const snapshots = reports().map((report, i) => {
      const challenger = challengerViewOf(LAMPS[i]!, fit, ELASTICITY);
      const elasticity = challenged ? { ...report, challenger } : report;
      return { features: LAMPS[i]!.features, own: pricedProduct(report.sku, "lamps", { elasticity }) };
    });
    return decideSkus(stored(snapshots), proposals);
  };

  it("rests on the blend and shows its parts", () => {
    const [decision] = decide(true);
    expect(decision).toMatchObject({ strategy: "ml_challenger", verdict: "propose" });
    expect(decision!.inputs.find(({ name }) => name === "challenger's elasticity")?.value).toBeLessThan(-1);
    expect(decision!.sentence).toMatch(/Elasticity −\d\.\d\d ± \d\.\d\d.* \(filter −.*, challenger −.*\)/);
  });

  it("falls back on the elasticity, and says so, where no model is stored", () => {
    const [decision] = decide(false);
    expect(decision).toMatchObject({ strategy: "elasticity_optimizer", verdict: "propose" });
    const fact = decision!.inputs.find(({ name }) => name === "challenger's elasticity");
    expect(fact?.value).toBe("no challenger model was fitted: elasticity optimizer");
    expect(decision!.sentence).toContain("as the elasticity optimizer: no challenger model was fitted");
  });
});
