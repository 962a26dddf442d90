import { describe, expect, it } from "vitest";
import { poolInput, poolSkus } from "../../../domain/runs/elasticity-run.ts";
import { identifiedFilters } from "../../../domain/runs/identify.ts";
import type { PoolInput } from "../../../domain/runs/learned.ts";
import { PoolInputs } from "../../../domain/runs/pool-inputs.ts";
import { manifest, snapshot } from "./support.ts";

const RUN = manifest("elasticity", { holidays: [{ day: "2026-05-01", name: "may" }] });

function inputsOf(count: number): PoolInput[] {
  const uneven = (k: number) => (k % 7 === 0 ? 6.5 : 0.08);
  const snapshots = Array.from({ length: count }, (_, i) => {
    const bulk = { shock: uneven, level: 900, days: 210 };
    const one = snapshot(i, i % 3 ? "a" : "b", i % 5 === 4 ? bulk : { days: 60 + i });
    if (i % 3 === 0) one.contribution = 100 * i + 0.5;
    if (i % 4 === 0) one.features.days[30]!.promo = true;
    return one;
  });
  return identifiedFilters(snapshots, RUN).map((kept, i) => poolInput(kept!, snapshots[i]!, RUN));
}

const FIELDS = [
  "sku",
  "category",
  "period",
  "observation",
  "names",
  "J",
  "h",
  "n",
  "spells",
  "residualStart",
  "residuals",
  "weekdayUnits",
  "weekdayBase",
  "holidays",
  "endogeneity",
] as const satisfies readonly (keyof PoolInput["sufficient"])[];

/** A plain copy, field by field. */
function plain(input: PoolInput) {
  const { sufficient, identification, meanUnits, dispersion, weekly, currency, contribution, family } = input;
  return {
    sufficient: Object.fromEntries(FIELDS.map((field) => [field, sufficient[field]])),
    identification: { ...identification },
    meanUnits,
    dispersion,
    weekly,
    currency,
    ...(contribution !== undefined && { contribution }),
    ...(family && { family }),
  };
}

describe("the inputs of a pool", () => {
  const inputs = inputsOf(20);
  const packed = new PoolInputs();
  for (let start = 0; start < inputs.length; start += 7) packed.add(inputs.slice(start, start + 7));

  it("are packed without loss", () => {
    expect(FIELDS.toSorted()).toEqual(Object.keys(inputs[0]!.sufficient).sort());
    expect(packed.inputs.map(plain)).toEqual(inputs);
    expect(inputs.some(({ weekly }) => weekly !== null)).toBe(true);
    expect(new Set(inputs.map(({ sufficient }) => sufficient.names.length)).size).toBe(2);
    expect(inputs.some(({ sufficient }) => sufficient.holidays.may)).toBe(true);
  });

  it("pool to the same when packed", () => {
    expect(poolSkus(packed.inputs, RUN)).toEqual(poolSkus(inputs, RUN));
  });

  it("share the texts that SKUs have in common", () => {
    const [one, other] = packed.inputs.filter(({ sufficient }) => sufficient.names.length === 2);
    expect(one!.sufficient.names).toBe(other!.sufficient.names);
  });
});
