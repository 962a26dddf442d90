import { and, eq } from "drizzle-orm";
import { bulkInsert } from "../../db/bulk.ts";
import { priceTestMembers, priceTests } from "../../db/schema.ts";
import { BatchConflict, guardCount, prepare } from "../../db/write.ts";
import { civilDay, dayNumber, dayOfNumber } from "../../domain/base/time.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { meanDay } from "../../domain/evaluation/sku-days.ts";
import { PRE_DAYS } from "../../domain/experiments/test-plan.ts";
import { actorLabel } from "../../domain/identity/rights.ts";
import { commitChained, inTurn } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { planned } from "./define-test.ts";
import { definitionOf, readTest, type TestRecord } from "./read-tests.ts";

/**
 * Starts a test: assigns its products for good, and prices them by their arms from the next civil day on.
 *
 * @throws ProblemError not_found; illegal_transition unless it is a draft; invalid if too few clusters are left
 */
export async function startTest(ctx: ServiceContext, id: string): Promise<TestRecord> {
  const test = await readTest(ctx, id);
  if (test.status !== "draft") throw new ProblemError("illegal_transition", `the test is ${test.status}`);
  const { skus, assigned, preview, settings } = await planned(ctx, definitionOf(test), test.salt);
  if (preview.tooFew)
    throw new ProblemError(
      "invalid",
      "too few clusters: take a wider scope, more days, or a switchback, which compares each cluster with itself",
      { errors: [{ path: "scope", code: "too_few", message: `${preview.clusters} clusters take part` }] },
    );
  const today = dayNumber(civilDay(ctx.now, settings.timeZone));
  const clusterOf = new Map(assigned.map((one) => [one.cluster, one]));
  const members = skus.flatMap(({ sku, cluster, days }) => {
    const place = clusterOf.get(cluster);
    if (!place) return [];
    const before = (values: readonly number[]) => meanDay(values, days.first, today - PRE_DAYS, today - 1);
    return [
      {
        ...{ testId: id, sku, cluster, stratum: place.stratum, matched: place.matched, arm: place.arm },
        ...{ preProfit: before(days.profit), preUnits: before(days.units) },
      },
    ];
  });
  const start = {
    ...{ status: "running" as const, startedBy: actorLabel(ctx.actor), startedAt: ctx.now },
    ...{ firstDay: dayOfNumber(today + 1), plan: preview },
  };
  return inTurn(ctx, [], (inside) =>
    change(inside, test, {
      ...{ action: "price_test.start", detail: { firstDay: start.firstDay, products: members.length } },
      ...{ set: start, more: bulkInsert(ctx.d1, priceTestMembers, members) },
    }),
  );
}

/**
 * Ends a test before its time: its products are priced like the others again, within the usual steps.
 *
 * @throws ProblemError not_found; illegal_transition if it has ended
 */
export async function stopTest(ctx: ServiceContext, id: string, reason: string): Promise<TestRecord> {
  const test = await readTest(ctx, id);
  if (test.status !== "running" && test.status !== "draft")
    throw new ProblemError("illegal_transition", `the test is ${test.status}`);
  return inTurn(ctx, [], (inside) => endTest(inside, test, "stopped", reason));
}

/** Ends a test as decided or stopped; inside a turn. */
export function endTest(
  ctx: ServiceContext,
  test: TestRecord,
  status: "done" | "stopped",
  reason: string,
): Promise<TestRecord> {
  const set = { status, endedBy: actorLabel(ctx.actor), endedAt: ctx.now, endReason: reason };
  return change(ctx, test, { action: "price_test.end", detail: { status, reason }, set, more: [] });
}

async function change(
  ctx: ServiceContext,
  { id, status }: TestRecord,
  {
    action,
    detail,
    set,
    more,
  }: {
    action: string;
    detail: unknown;
    set: Partial<TestRecord>;
    more: D1PreparedStatement[];
  },
): Promise<TestRecord> {
  const isAsRead = and(eq(priceTests.id, id), eq(priceTests.status, status));
  try {
    await commitChained(ctx, {
      audit: [{ action, subject: id, detail }],
      statements: () => [
        guardCount(ctx.d1, ctx.db.$count(priceTests, isAsRead), 1),
        prepare(ctx.d1, ctx.db.update(priceTests).set(set).where(isAsRead)),
        ...more,
      ],
    });
  } catch (error) {
    if (!(error instanceof BatchConflict)) throw error;
    throw new ProblemError("illegal_transition", "somebody else changed the test first");
  }
  return readTest(ctx, id);
}
