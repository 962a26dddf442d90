import { eq, sql } from "drizzle-orm";
import { bulkInsert } from "../../db/bulk.ts";
import type { Database } from "../../db/database.ts";
import { type ListQuery, type ListShape, readPage } from "../../db/list.ts";
import { alertRules, alertStates } from "../../db/schema.ts";
import { prepare } from "../../db/write.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { actorLabel } from "../../domain/identity/rights.ts";
import { changedFields } from "../../domain/ledger/changed-fields.ts";
import type { AlertRule } from "../../domain/outgoing/alerts/rule.ts";
import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { readEnds } from "../outgoing/read-events.ts";
import { assertChannels } from "./read-channels.ts";
import { beginRouting } from "./router-state.ts";

export type RuleRecord = typeof alertRules.$inferSelect;

export const RULE_LIST = {
  source: sql`${alertRules}`,
  id: alertRules.id,
  sorts: { name: alertRules.name, createdAt: alertRules.createdAt },
  sort: "name",
  search: [alertRules.name],
  facets: { enabled: alertRules.enabled },
} as const satisfies ListShape;

/** One page of rules. */
export async function listRules(db: Database, query: ListQuery) {
  return readPage(db, RULE_LIST, query, [], ({ place, cut }) =>
    cut(
      db
        .select({ rule: alertRules, ...place })
        .from(alertRules)
        .$dynamic(),
    ),
  );
}

/** @throws ProblemError `not_found` */
export async function existingRule({ db }: { db: Database }, id: string): Promise<RuleRecord> {
  const [found] = await db.select().from(alertRules).where(eq(alertRules.id, id));
  if (!found) throw new ProblemError("not_found", "no such rule");
  return found;
}

export type RuleInput = Omit<AlertRule, "id">;

/** Makes a rule; it looks at what happens from now on. @throws ProblemError `invalid` with a channel that there is not */
export async function createRule(ctx: ServiceContext, input: RuleInput): Promise<RuleRecord> {
  await assertChannels(ctx.db, input.channels);
  const { newest } = await readEnds(ctx.db);
  const rule: RuleRecord = {
    ...{ id: ctx.newId("rul"), ...input, activeSince: ctx.now },
    ...{ createdBy: actorLabel(ctx.actor), createdAt: ctx.now },
  };
  await commitChained(ctx, {
    audit: [
      { action: "alert_rule.create", subject: `rule:${rule.id}`, detail: { before: null, after: input } },
    ],
    statements: () => [...bulkInsert(ctx.d1, alertRules, [rule]), ...beginRouting(ctx.d1, newest)],
  });
  return rule;
}

/**
 * Changes a rule. One that is enabled again looks at what happens from then on.
 *
 * @throws ProblemError `not_found`; `invalid` with a channel that there is not
 */
export async function changeRule(
  ctx: ServiceContext,
  id: string,
  asked: { [Name in keyof RuleInput]?: RuleInput[Name] | undefined },
): Promise<RuleRecord> {
  const known = await existingRule(ctx, id);
  const change = Object.fromEntries(
    Object.entries(asked).filter(([, value]) => value !== undefined),
  ) as Partial<RuleInput>;
  if (change.channels) await assertChannels(ctx.db, change.channels);
  const isBack = change.enabled === true && !known.enabled;
  const next = { ...known, ...change, ...(isBack && { activeSince: ctx.now }) };
  await commitChained(ctx, {
    audit: [
      {
        action: "alert_rule.change",
        subject: `rule:${id}`,
        detail: changedFields({ ...known }, { ...next }),
      },
    ],
    statements: () => [prepare(ctx.d1, ctx.db.update(alertRules).set(next).where(eq(alertRules.id, id)))],
  });
  return next;
}

/** Deletes a rule and what it remembers; what already waits to be sent is sent. @throws ProblemError `not_found` */
export async function deleteRule(ctx: ServiceContext, id: string): Promise<void> {
  const known = await existingRule(ctx, id);
  await commitChained(ctx, {
    audit: [{ action: "alert_rule.delete", subject: `rule:${id}`, detail: { before: known, after: null } }],
    statements: () => [
      prepare(ctx.d1, ctx.db.delete(alertStates).where(eq(alertStates.ruleId, id))),
      prepare(ctx.d1, ctx.db.delete(alertRules).where(eq(alertRules.id, id))),
    ],
  });
}
