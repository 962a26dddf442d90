import { desc, eq } from "drizzle-orm";
import { evaluations, products } from "../../db/schema.ts";
import { hasHoldOut } from "../../domain/experiments/hold-out.ts";
import type { ServiceContext } from "../context.ts";
import { readSettings } from "../settings/settings.ts";
import type { Findings } from "./assess.ts";

export type EvaluationRecord = Omit<typeof evaluations.$inferSelect, "findings"> & { findings: Findings };

/** The newest evaluations, newest first. */
async function readEvaluations({ db }: Pick<ServiceContext, "db">, limit: number) {
  const rows = await db.select().from(evaluations).orderBy(desc(evaluations.day)).limit(limit);
  return rows as EvaluationRecord[];
}

/** What repricing earned, evaluation by evaluation, and whether there is a hold-out to say it by. */
export async function readReturns(ctx: ServiceContext, limit: number) {
  const { settings } = await readSettings(ctx.d1);
  const catalogue = await ctx.db.$count(products, eq(products.status, "active"));
  return {
    rows: await readEvaluations(ctx, limit),
    ...{ currency: settings.currency, catalogue, hasHoldOut: hasHoldOut(settings.holdOut, catalogue) },
  };
}

/** What has drifted, evaluation by evaluation. */
export async function readDrift(ctx: ServiceContext, limit: number) {
  const { settings } = await readSettings(ctx.d1);
  return {
    rows: await readEvaluations(ctx, limit),
    ...{ currency: settings.currency, react: settings.drift.react },
  };
}
