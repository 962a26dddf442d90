import { asc, eq, sql } from "drizzle-orm";
import { isAmong } from "../../db/bulk.ts";
import { is, type ListQuery, type ListShape, readPage } from "../../db/list.ts";
import { priceTestMembers, priceTests } from "../../db/schema.ts";
import { dayNumber } from "../../domain/base/time.ts";
import { orNotFound } from "../../domain/contract/problem.ts";
import type { TestInForce } from "../../domain/experiments/arms.ts";
import { periodsOf, TestDefinition } from "../../domain/experiments/test-definition.ts";
import type { ServiceContext } from "../context.ts";

export type TestRecord = typeof priceTests.$inferSelect;

export const TEST_LIST = {
  source: sql`${priceTests}`,
  id: priceTests.id,
  sorts: { createdAt: priceTests.createdAt, name: priceTests.name },
  sort: "-createdAt",
  search: [priceTests.name, priceTests.createdBy],
  facets: { status: priceTests.status, design: priceTests.design },
} as const satisfies ListShape;

/** One page of price tests. */
export async function listTests(
  { db }: ServiceContext,
  query: ListQuery,
  {
    status,
    design,
  }: { status?: TestRecord["status"] | undefined; design?: TestRecord["design"] | undefined },
) {
  const filters = [is(priceTests.status, status), is(priceTests.design, design)];
  return readPage(db, TEST_LIST, query, filters, ({ place, cut }) =>
    cut(
      db
        .select({ test: priceTests, ...place })
        .from(priceTests)
        .$dynamic(),
    ),
  );
}

export type MemberRecord = typeof priceTestMembers.$inferSelect;

export const MEMBER_LIST = {
  source: sql`${priceTestMembers}`,
  id: priceTestMembers.sku,
  sorts: { sku: priceTestMembers.sku, matched: priceTestMembers.matched, arm: priceTestMembers.arm },
  sort: "sku",
  search: [priceTestMembers.sku, priceTestMembers.cluster],
  facets: { arm: priceTestMembers.arm, stratum: priceTestMembers.stratum },
} as const satisfies ListShape;

/** One page of the products of a test. */
export async function listMembers({ db }: ServiceContext, query: ListQuery, testId: string) {
  return readPage(db, MEMBER_LIST, query, [eq(priceTestMembers.testId, testId)], ({ place, cut }) =>
    cut(
      db
        .select({ member: priceTestMembers, ...place })
        .from(priceTestMembers)
        .$dynamic(),
    ),
  );
}

/** @throws ProblemError not_found */
export async function readTest({ db }: Pick<ServiceContext, "db">, id: string): Promise<TestRecord> {
  const [row] = await db.select().from(priceTests).where(eq(priceTests.id, id));
  return orNotFound(row, "no such price test");
}

/** The definition of a stored test. */
export function definitionOf({ definition }: TestRecord): TestDefinition {
  return TestDefinition.parse(definition);
}

/** The running tests. */
export function runningTests({ db }: Pick<ServiceContext, "db">): Promise<TestRecord[]> {
  return db.select().from(priceTests).where(eq(priceTests.status, "running")).orderBy(asc(priceTests.id));
}

/** Members of running tests among these SKUs. */
export function membersAmong({ db }: Pick<ServiceContext, "db">, skus: readonly string[]) {
  return db
    .select()
    .from(priceTestMembers)
    .where(isAmong(priceTestMembers.sku, skus))
    .orderBy(asc(priceTestMembers.testId), asc(priceTestMembers.sku));
}

/** The running tests as a run of these SKUs sees them. */
export async function testsInForce(ctx: ServiceContext, skus: readonly string[]): Promise<TestInForce[]> {
  const running = await runningTests(ctx);
  if (running.length === 0) return [];
  const members = Map.groupBy(await membersAmong(ctx, skus), ({ testId }) => testId);
  return running.flatMap((test) => {
    const own = members.get(test.id);
    if (!own || test.firstDay === null) return [];
    const definition = definitionOf(test);
    return [
      {
        ...{ id: test.id, name: test.name, arms: definition.arms, salt: test.salt },
        periods: periodsOf(definition),
        firstDay: dayNumber(test.firstDay),
        members: Object.fromEntries(
          own.map(({ sku, cluster, arm }) => [sku, [cluster, arm] as [string, number]]),
        ),
      },
    ];
  });
}
