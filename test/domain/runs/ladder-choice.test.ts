import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decisionHash } from "../../../domain/pricing/decision/decision.ts";
import { familyBounds, familyTiers } from "../../../domain/pricing/family.ts";
import { restoreLadders } from "../../../domain/runs/ladder-choice.ts";
import type { LadderRow } from "../../../domain/runs/ladder-row.ts";
import type { RunManifest } from "../../../domain/runs/manifest.ts";
import { recomputeProposals } from "../../../domain/runs/replay-run.ts";
import { family, together } from "./family-support.ts";
import { AS_OF, keptShards, manifest } from "./support.ts";

const SINGLE_AND_SIX = [
  { price: 1999, packSize: 1 },
  { price: 11_994, packSize: 6 },
];

describe("a single and its six-pack", () => {
  it.each([
    ["rise together where the pack alone is held down by the single", 1500, 1],
    ["fall together where the single alone is held up by the pack", 600, -1],
  ])("%s", (_, unitCost, direction) => {
    const [single, pack] = SINGLE_AND_SIX;
    const { alone, joint } = together(
      family([
        { ...single!, unitCost },
        { ...pack!, unitCost: 6 * unitCost },
      ]),
    );
    const held = direction > 0 ? alone[1]! : alone[0]!;
    expect(held).toMatchObject({ verdict: "hold", reason: "line" });
    expect(joint.map(({ verdict }) => verdict)).toEqual(["propose", "propose"]);
    expect(joint.map(({ from, to }) => Math.sign(to - from))).toEqual([direction, direction]);
    expect(joint[1]!.to).toBeLessThanOrEqual(6 * joint[0]!.to);
    expect(joint[0]!.sentence).toContain(
      `Chosen together with its family: SKU-001 at ${(joint[1]!.to / 100).toFixed(2)} EUR.`,
    );
  });

  it("earn at least as much together as decided one by one", () => {
    fc.assert(
      fc.property(fc.integer({ min: 600, max: 1700 }), fc.integer({ min: 3600, max: 10_200 }), (one, six) => {
        const [single, pack] = SINGLE_AND_SIX;
        const { alone, joint } = together(
          family([
            { ...single!, unitCost: one },
            { ...pack!, unitCost: six },
          ]),
        );
        expect(joint[1]!.to).toBeLessThanOrEqual(6 * joint[0]!.to);
        const earned = (decisions: typeof joint) =>
          decisions.reduce((sum, { delta }) => sum + (delta?.profit ?? 0), 0);
        const isOrdered = alone[1]!.to <= 6 * alone[0]!.to;
        if (isOrdered) expect(earned(joint)).toBeGreaterThanOrEqual(earned(alone) - 2);
      }),
      { numRuns: 30 },
    );
  });
});

describe("a ladder of variants", () => {
  const LADDER = [
    { price: 1899, unitCost: 1200, lineRank: 1 },
    { price: 1999, unitCost: 600, lineRank: 2 },
    { price: 2099, unitCost: 1700, lineRank: 3 },
  ];

  it("keeps its order whatever each variant would cost alone", () => {
    const { joint } = together(family(LADDER));
    const prices = joint.map(({ to }) => to);
    expect(prices).toEqual(prices.toSorted((a, b) => a - b));
    expect(joint.some(({ verdict }) => verdict === "propose")).toBe(true);
  });

  it("bounds prices by rank, and not those of a product without a rank", () => {
    const [low, middle, high] = family([...LADDER, { price: 500, unitCost: 100 }]).map(({ own }) => own);
    expect(familyBounds(middle!, middle!.siblings)).toEqual({ lo: 1899, hi: 2099 });
    expect(familyBounds(low!, low!.siblings)).toEqual({ lo: null, hi: 1999 });
    expect(familyBounds(high!, high!.siblings)).toEqual({ lo: 1999, hi: null });
    const free = family([...LADDER, { price: 500, unitCost: 100 }])[3]!.own;
    expect(familyBounds(free, free.siblings)).toBeNull();
    expect(familyTiers([{ sku: "a", packSize: 1, lineRank: null }])).toBeNull();
  });

  it("has one hash in any shards, also where the portfolio takes changes back", async () => {
    const snapshots = family(LADDER);
    for (const settings of [{}, { maxPriceChanges: 1 }]) {
      const run = manifest("proposals", settings);
      const hashes = await Promise.all(
        [1, 2, 64].flatMap((size) =>
          [snapshots, snapshots.toReversed()].map(async (rows) =>
            decisionHash(await recomputeProposals(keptShards(rows, size), run, size)),
          ),
        ),
      );
      expect(new Set(hashes).size).toBe(1);
    }
  });
});

describe("a ladder with a fixed member", () => {
  const [single, pack] = SINGLE_AND_SIX;

  it("leaves the price of a sibling outside the run", () => {
    const [one] = family([
      { ...single!, unitCost: 600 },
      { ...pack!, unitCost: 3600 },
    ]);
    const { joint } = together([one!]);
    expect(joint[0]).toMatchObject({ verdict: "hold", reason: "line", to: 1999 });
  });

  it("keeps the order around a frozen member", () => {
    const freeze = {
      id: "o",
      scope: "sku",
      key: "SKU-001",
      kind: "PRICE_FREEZE",
      createdAt: AS_OF - 1,
      expiresAt: null,
    };
    const run = { ...manifest("proposals"), overrides: [freeze] } as RunManifest;
    const { joint } = together(
      family([
        { ...single!, unitCost: 600 },
        { ...pack!, unitCost: 3600 },
      ]),
      run,
    );
    expect(joint.map(({ to }) => to)).toEqual([1999, 11_994]);
    expect(joint[1]!.reason).toBe("frozen");
  });

  it("keeps all its present prices if the portfolio takes back a change that the order needs", () => {
    const siblings = (other: string, price: number, packSize: number) => [
      { sku: other, packSize, lineRank: null, price },
    ];
    const row = { lineRank: null, prices: [], values: [], decided: 0 };
    const rows: LadderRow[] = [
      { ...row, sku: "one", packSize: 1, current: 100, siblings: siblings("six", 600, 6) },
      { ...row, sku: "six", packSize: 6, current: 600, siblings: siblings("one", 100, 1) },
    ];
    const broken = new Map([["one", 100]]);
    restoreLadders(
      broken,
      rows,
      new Map([
        ["one", 100],
        ["six", 630],
      ]),
    );
    expect([...broken]).toEqual([
      ["one", 100],
      ["six", 600],
    ]);
    const kept = new Map([["one", 100]]);
    restoreLadders(
      kept,
      rows,
      new Map([
        ["one", 100],
        ["six", 570],
      ]),
    );
    expect([...kept]).toEqual([["one", 100]]);
  });
});
