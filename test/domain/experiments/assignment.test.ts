import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArmChange, armOf, type TestInForce, withArm } from "../../../domain/experiments/arms.ts";
import { assignMatched, type Cluster, switchbackArm } from "../../../domain/experiments/assignment.ts";
import { hasHoldOut, isHeldOut } from "../../../domain/experiments/hold-out.ts";
import { TestDefinition } from "../../../domain/experiments/test-definition.ts";
import { DEFAULT_SETTINGS } from "../../../domain/settings/settings.ts";

const clusters = (count: number): Cluster[] =>
  Array.from({ length: count }, (_, i) => ({
    cluster: `C${i}`,
    category: `cat ${i % 3}`,
    pre: (i * 37) % 101,
    preRevenue: (i * 53) % 211,
  }));

describe("matched assignment", () => {
  it("gives each set one cluster of each arm, whatever the order of the clusters", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 80 }),
        fc.integer({ min: 2, max: 4 }),
        fc.nat(),
        (n, arms, salt) => {
          const assigned = assignMatched(clusters(n), arms, salt);
          for (const set of Map.groupBy(assigned, ({ matched }) => matched).values())
            expect(set.map(({ arm }) => arm).toSorted()).toEqual(Array.from({ length: arms }, (_, i) => i));
          expect(n - assigned.length).toBeLessThan(arms);
          const shuffled = assignMatched(clusters(n).reverse(), arms, salt);
          expect(new Map(shuffled.map(({ cluster, arm }) => [cluster, arm]))).toEqual(
            new Map(assigned.map(({ cluster, arm }) => [cluster, arm])),
          );
        },
      ),
    );
  });

  it("depends on chance alone: another salt, another half", () => {
    const armsOf = (salt: number) =>
      assignMatched(clusters(60), 2, salt).map(({ cluster, arm }) => `${cluster}${arm}`);
    expect(armsOf(1)).toEqual(armsOf(1));
    expect(armsOf(2).filter((one) => armsOf(1).includes(one)).length).toBeLessThan(50);
  });
});

describe("a switchback", () => {
  it("gives each cluster both arms in each two periods, in an order of its own", () => {
    const firsts = clusters(200).map(({ cluster }) => {
      const arms = Array.from({ length: 28 }, (_, day) => switchbackArm(cluster, day, { days: 7 }, 5));
      expect(arms.slice(0, 7).every((arm) => arm === arms[0])).toBe(true);
      expect(arms[7]).toBe(1 - arms[0]!);
      expect(arms[21]).toBe(1 - arms[14]!);
      return arms[0]!;
    });
    const ones = firsts.reduce<number>((sum, arm) => sum + arm, 0);
    expect(ones).toBeGreaterThan(75);
    expect(ones).toBeLessThan(125);
  });

  it("is priced by the arm of the day, from its first day on", () => {
    const test: TestInForce = {
      ...{ id: "t", name: "Markup", salt: 5, firstDay: 100, periods: { days: 7, burnIn: 1 } },
      arms: [
        { name: "as now", change: {} },
        { name: "lower", change: { markup: 0.4, strategy: "cost_plus" } },
      ],
      members: { A: ["A", 0] },
    };
    expect(armOf("A", 99, [test])).toBeNull();
    expect(armOf("B", 100, [test])).toBeNull();
    const names = [100, 107].map((day) => armOf("A", day, [test])!.name);
    expect(names.toSorted()).toEqual(["as now", "lower"]);
  });
});

describe("an arm", () => {
  it("changes how a price is chosen and no limit that protects from harm", () => {
    const settings = withArm(DEFAULT_SETTINGS, { markup: 0.4, guardrails: { leftDigit: 0.2 } });
    expect(settings).toMatchObject({ markup: 0.4, guardrails: { leftDigit: 0.2, marginMin: 0.05 } });
    expect(settings.undercut).toBe(DEFAULT_SETTINGS.undercut);
    expect(ArmChange.safeParse({ guardrails: { marginMin: 0 } }).success).toBe(false);
    expect(ArmChange.safeParse({ autoApply: true }).success).toBe(false);
  });

  it("is one of at least two with names of their own, and of two in a switchback", () => {
    const parse = (arms: string[], design = "sku_cluster") =>
      TestDefinition.safeParse({ name: "x", design, arms: arms.map((name) => ({ name })) }).success;
    expect(parse(["a"])).toBe(false);
    expect(parse(["a", "a"])).toBe(false);
    expect(parse(["a", "b", "c"])).toBe(true);
    expect(parse(["a", "b", "c"], "switchback")).toBe(false);
  });
});

describe("the hold-out", () => {
  it("keeps the same share of the products, families together, and none of a small catalogue", () => {
    const rule = { share: 0.05, salt: 1 };
    const held = Array.from({ length: 4_000 }, (_, i) => `SKU-${i}`).filter((sku) =>
      isHeldOut({ sku }, rule),
    );
    expect(held.length).toBeGreaterThan(150);
    expect(held.length).toBeLessThan(250);
    expect(held).not.toEqual(held.filter((sku) => isHeldOut({ sku }, { ...rule, salt: 2 })));
    const family = isHeldOut({ sku: "A", family: "F" }, rule);
    expect(isHeldOut({ sku: "B", family: "F" }, rule)).toBe(family);
    expect([hasHoldOut(rule, 399), hasHoldOut(rule, 400), hasHoldOut({ ...rule, share: 0 }, 9_999)]).toEqual([
      false,
      true,
      false,
    ]);
  });
});
