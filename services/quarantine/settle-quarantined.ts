import { ProblemError } from "../../domain/contract/problem.ts";
import type { QuarantineDecision } from "../../domain/messages/shard.ts";
import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { loadIngestContext, shardSettings } from "../ingest/load-context.ts";
import { markProjected } from "../ingest/observe-shards.ts";
import { commitProjection } from "../ingest/project.ts";
import { publishSignals } from "../ingest/publish-signals.ts";
import type { Ports } from "../ports.ts";
import { findQuarantined, type QuarantineRecord } from "./read-quarantine.ts";

/** The status that each action leads to. */
const STATUS_AFTER = { release: "released", discard: "discarded" } as const;

/**
 * Releases or discards a quarantined row. It is audited first, then decided in the shard, which alone corrects the
 * history, and projected; repeated after a failure in between it ends in the same state.
 *
 * @throws ProblemError `not_found`; `illegal_transition` if it has been settled otherwise
 */
export async function settleQuarantined(
  ctx: ServiceContext,
  { shards, live }: Pick<Ports, "shards" | "live">,
  id: string,
  action: QuarantineDecision["action"],
): Promise<QuarantineRecord> {
  const before = await existing(ctx, id);
  if (isDone(before, action)) return before;
  if (before.settledBy === "person" || before.status === "confirmed") throw settledAlready(before);
  const { sku, competitor, price, code } = before;
  const detail = { sku, competitor, price, code };
  await commitChained(ctx, {
    audit: [{ action: `quarantine.${action}`, subject: `quarantine:${id}`, detail }],
    statements: () => [],
  });
  const context = await loadIngestContext(ctx.d1, { skus: new Set([sku]), gtins: new Set() }, ctx.now);
  const { skus } = await shards.observe((await shards.addresses())(sku), {
    now: ctx.now,
    settings: shardSettings(context),
    products: [...context.products.values()],
    chunks: [],
    decisions: [{ sku, id, action }],
  });
  const changed = await commitProjection(ctx.d1, {
    ...{ skus, activity: [], outboxIds: [] },
    changed: { days: [], isObserved: true, now: ctx.now },
  });
  await markProjected(shards, skus);
  await publishSignals(live, changed, context.settings.signals.digestPerHour);
  const after = await existing(ctx, id);
  if (!isDone(after, action)) throw settledAlready(after);
  return after;
}

function isDone({ status, settledBy }: QuarantineRecord, action: QuarantineDecision["action"]): boolean {
  return status === STATUS_AFTER[action] && settledBy === "person";
}

function settledAlready({ status }: QuarantineRecord): ProblemError {
  return new ProblemError("illegal_transition", `the row is ${status}`);
}

async function existing({ db }: ServiceContext, id: string): Promise<QuarantineRecord> {
  const row = await findQuarantined(db, id);
  if (!row) throw new ProblemError("not_found", `no quarantined row ${id}`);
  return row;
}
