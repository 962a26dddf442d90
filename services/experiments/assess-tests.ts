import { eq } from "drizzle-orm";
import { priceTests } from "../../db/schema.ts";
import { type ClusterFigures, type TestResult, testResult } from "../../domain/experiments/test-result.ts";
import { inTurn } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import type { TestPreview } from "./define-test.ts";
import { definitionOf, runningTests } from "./read-tests.ts";
import { endTest } from "./start-test.ts";

/** Compares the arms of every running test, keeps the result, and ends the tests that are decided; answers how many ran. */
export async function assessTests(
  ctx: ServiceContext,
  figuresOf: (testId: string) => ClusterFigures[],
): Promise<number> {
  const running = await runningTests(ctx);
  for (const test of running) {
    const figures = figuresOf(test.id);
    if (figures.length === 0) continue;
    const plan = test.plan as TestPreview;
    const result: TestResult = testResult(figures, definitionOf(test), plan, test.salt);
    await ctx.db.update(priceTests).set({ result, evaluatedAt: ctx.now }).where(eq(priceTests.id, test.id));
    const { stop } = result;
    if (stop === null) continue;
    const status = stop === "winner" || stop === "loser" || stop === "planned_end" ? "done" : "stopped";
    await inTurn(ctx, [], (inside) => endTest(inside, test, status, stop));
  }
  return running.length;
}
