import { describe, expect, it } from "vitest";
import { decisionHash } from "../../../domain/pricing/decision/decision.ts";
import { recomputeProposals } from "../../../domain/runs/replay-run.ts";
import { family, together } from "./family-support.ts";
import { keptShards, manifest } from "./support.ts";

const change = (prices: readonly number[], to: readonly number[]) =>
  to.map((price, i) => price / prices[i]! - 1);

describe("a family at one price", () => {
  const ALIKE = [500, 700, 1_500].map((unitCost) => ({ price: 1999, unitCost, asOne: "price" as const }));

  it("moves to one price, though its members would choose others alone", () => {
    const { alone, joint } = together(family(ALIKE));
    expect(new Set(alone.map(({ to }) => to)).size).toBeGreaterThan(1);
    expect(new Set(joint.map(({ to }) => to)).size).toBe(1);
    expect(joint.map(({ verdict }) => verdict)).toEqual(["propose", "propose", "propose"]);
    expect(joint.map(({ reason }) => reason)).toContain("family");
  });

  it("stays where a member is outside the run", () => {
    const [first, second] = family(ALIKE);
    const { joint } = together([first!, second!]);
    expect(joint.map(({ to }) => to)).toEqual([1999, 1999]);
    expect(joint.every(({ verdict }) => verdict === "hold")).toBe(true);
  });

  it("comes together where its prices differ", () => {
    const { joint } = together(
      family([1999, 2049].map((price) => ({ price, unitCost: 900, asOne: "price" as const }))),
    );
    expect(new Set(joint.map(({ to }) => to)).size).toBe(1);
  });

  it("has one hash in any shards", async () => {
    const snapshots = family(ALIKE);
    for (const settings of [{}, { maxPriceChanges: 1 }]) {
      const run = manifest("proposals", settings);
      const hashes = await Promise.all(
        [1, 2, 64].map(async (size) =>
          decisionHash(await recomputeProposals(keptShards(snapshots, size), run, size)),
        ),
      );
      expect(new Set(hashes).size).toBe(1);
    }
  });
});

describe("a family that changes alike", () => {
  it("keeps the ratios of its prices", () => {
    const prices = [999, 1999, 3999];
    const { joint } = together(
      family(
        prices.map((price, i) => ({ price, unitCost: [250, 600, 1_900][i]!, asOne: "change" as const })),
      ),
    );
    const moved = change(
      prices,
      joint.map(({ to }) => to),
    );
    expect(Math.max(...moved) - Math.min(...moved)).toBeLessThan(0.031);
    expect(joint.some(({ verdict }) => verdict === "propose")).toBe(true);
  });
});
