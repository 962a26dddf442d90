import { priceTests } from "../../db/schema.ts";
import { prepare } from "../../db/write.ts";
import type { TestDefinition } from "../../domain/experiments/test-definition.ts";
import { type PlannedTest, planTest } from "../../domain/experiments/test-plan.ts";
import { actorLabel } from "../../domain/identity/rights.ts";
import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { readSettings } from "../settings/settings.ts";
import { readTest, type TestRecord } from "./read-tests.ts";
import { readTestProducts, type TestProducts } from "./test-products.ts";

/** What a test would be able to find. Plain JSON: kept with the test. */
export type TestPreview = Omit<PlannedTest, "assigned"> & {
  products: number;
  left: TestProducts["left"];
  /** profit of a mean day of all products that take part, minor units */
  dailyProfit: number;
  currency: string;
};

/** The preview of a test, from the history of its products. Nothing is kept. */
export async function previewTest(
  ctx: ServiceContext,
  definition: TestDefinition,
  salt: number,
): Promise<TestPreview> {
  return (await planned(ctx, definition, salt)).preview;
}

export async function planned(ctx: ServiceContext, definition: TestDefinition, salt: number) {
  const { settings } = await readSettings(ctx.d1);
  const { skus, histories, left } = await readTestProducts(ctx, definition, settings);
  const { assigned, ...plan } = planTest(histories, definition, salt);
  const dailyProfit = histories.reduce(
    (sum, { profit }) => sum + profit.reduce((all, one) => all + one, 0) / profit.length,
    0,
  );
  const preview: TestPreview = {
    ...plan,
    ...{ products: skus.length, left, dailyProfit, currency: settings.currency },
  };
  return { skus, assigned, preview, settings };
}

const SALTS = 2 ** 31;

/** Keeps a test as a draft, with its preview. Nothing is priced otherwise until it starts. */
export async function defineTest(ctx: ServiceContext, definition: TestDefinition): Promise<TestRecord> {
  const salt = Math.floor(ctx.random() * SALTS);
  const { preview } = await planned(ctx, definition, salt);
  const id = ctx.newId("tst");
  const { name, design } = definition;
  const row = {
    ...{ id, name, design, definition, salt, status: "draft" as const, plan: preview },
    ...{ createdBy: actorLabel(ctx.actor), createdAt: ctx.now },
  };
  await commitChained(ctx, {
    audit: [{ action: "price_test.create", subject: id, detail: { definition, salt } }],
    statements: () => [prepare(ctx.d1, ctx.db.insert(priceTests).values(row))],
  });
  return readTest(ctx, id);
}
