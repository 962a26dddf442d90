import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decidePrice } from "../../../domain/pricing/decision/decide.ts";
import type { DecisionDigest, ProposalWorth } from "../../../domain/runs/decision-digest.ts";
import { heldBack, heldBackDigest, proposalsMax, worthOf } from "../../../domain/runs/proposal-cap.ts";
import { DEFAULT_SETTINGS } from "../../../domain/settings/settings.ts";
import { elastic, inputsOf, policyOf } from "../pricing/decision/fixture.ts";

function change(
  sku: string,
  value: number,
  rest: { kind?: ProposalWorth["kind"]; ladder?: string } = {},
): DecisionDigest {
  const { kind = "gain", ladder } = rest;
  const worth = { kind, value, from: 1000 };
  return { sku, digest: sku, verdict: "propose", reason: "x", worth, ...(ladder && { ladder }) };
}

const held = (digests: DecisionDigest[], most: number | null) => [...heldBack(digests, most)].sort();

describe("the cap of a run's proposals", () => {
  it("is the greater of a number and a share of the catalogue", () => {
    expect(proposalsMax(DEFAULT_SETTINGS, 900)).toBe(200);
    expect(proposalsMax(DEFAULT_SETTINGS, 20_000)).toBe(400);
    expect(proposalsMax({ proposalCap: null }, 20_000)).toBeNull();
  });

  it("keeps what is worth most, by SKU on a tie, and nothing is held back while all fit", () => {
    const digests = [change("A", 5), change("B", 9), change("C", 5), change("D", -1)];
    expect(held(digests, 2)).toEqual(["C", "D"]);
    expect(held(digests.toReversed(), 2)).toEqual(["C", "D"]);
    expect(held(digests, 4)).toEqual([]);
    expect(held(digests, null)).toEqual([]);
  });

  it("never holds back what leads back to a limit, even beyond the cap", () => {
    const due = ["L1", "L2", "L3"].map((sku) => change(sku, -100, { kind: "due" }));
    expect(held([change("A", 5), ...due], 2)).toEqual(["A"]);
  });

  it("leaves experiments half of the room while other changes wait, and all that is over", () => {
    const experiments = ["E1", "E2", "E3"].map((sku, i) => change(sku, 1000 - i, { kind: "experiment" }));
    const gains = ["G1", "G2", "G3"].map((sku, i) => change(sku, 9 - i));
    expect(held([...experiments, ...gains], 4)).toEqual(["E3", "G3"]);
    expect(held([...experiments, gains[0]!], 3)).toEqual(["E3"]);
  });

  it("shows the products of a ladder together or not at all", () => {
    const ladder = [change("S", 1, { ladder: "S" }), change("T", 7, { ladder: "S" })];
    expect(held([...ladder, change("A", 9)], 2)).toEqual(["S", "T"]);
    expect(held([...ladder, change("A", 6)], 2)).toEqual(["A"]);
  });

  it("comes to the same when it is done again with its outcome", () => {
    const changes = fc.array(
      fc.tuple(fc.integer({ min: -50, max: 50 }), fc.constantFrom("gain", "experiment", "due")),
      {
        maxLength: 40,
      },
    );
    fc.assert(
      fc.property(changes, fc.integer({ min: 0, max: 40 }), (rows, most) => {
        const digests = rows.map(([value, kind], i) =>
          change(`SKU-${i}`, value, { kind: kind as ProposalWorth["kind"] }),
        );
        const first = heldBack(digests, most);
        const after = digests.map((one) => (first.has(one.sku) ? heldBackDigest(one) : one));
        expect(heldBack(after, most).size).toBe(0);
        const due = digests.filter(({ worth }) => worth!.kind === "due").length;
        const shown = after.filter(({ verdict }) => verdict === "propose").length;
        expect(shown).toBe(Math.max(due, Math.min(most, digests.length)));
      }),
    );
  });
});

describe("what a proposal is worth", () => {
  it("is halfway between its gain and its bad case: the surer of two equal gains comes first", () => {
    const sure = decidePrice(inputsOf({ elasticity: elastic(-4, 0.05) }), policyOf());
    const unsure = decidePrice(inputsOf({ elasticity: elastic(-4, 0.6) }), policyOf());
    expect([sure.to, sure.delta!.profit]).toEqual([unsure.to, unsure.delta!.profit]);
    const { profit, interval80 } = sure.delta!;
    expect(worthOf(sure)).toEqual({
      kind: "gain",
      value: Math.round((profit + interval80[0]) / 2),
      from: 1990,
    });
    expect(worthOf(unsure).value).toBeLessThan(worthOf(sure).value);
  });

  it("is not weighed where a limit is broken", () => {
    const decision = decidePrice(inputsOf({ minPrice: 2050 }), policyOf());
    expect(worthOf(decision).kind).toBe("due");
  });
});
