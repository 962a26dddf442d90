import type { Env } from "../db/env.ts";
import { ProblemError } from "../domain/contract/problem.ts";
import type { SkuPresent } from "../domain/messages/present.ts";
import type { QuarantineDecision } from "../domain/messages/shard.ts";
import { skuShard, skuShardIndex } from "../durable/stubs.ts";
import { commitChained } from "../services/chains/commit-chained.ts";
import type { ServiceContext } from "../services/context.ts";
import { loadIngestContext, shardSettings } from "../services/ingest/load-context.ts";
import { commitProjection } from "../services/ingest/project.ts";
import { findQuarantined, type QuarantineRecord } from "../services/quarantine/read-quarantine.ts";
import { publishSignals } from "./publish-signals.ts";

/** What an action leaves behind. */
const STATUS_AFTER = { release: "released", discard: "discarded" } as const;

/**
 * Releases or discards a quarantined row. It is audited first, then decided in the shard, which alone corrects the
 * history, and projected; repeated after a failure in between it ends in the same state.
 *
 * @throws ProblemError `not_found`; `illegal_transition` if it has been settled otherwise
 */
export async function settleQuarantined(
  env: Env,
  ctx: ServiceContext,
  id: string,
  action: QuarantineDecision["action"],
): Promise<QuarantineRecord> {
  const before = await existing(ctx, id);
  if (isDone(before, action)) return before;
  if (before.settledBy === "person" || before.status === "confirmed") throw settledAlready(before);
  await commitChained(ctx, {
    audit: [
      {
        action: `quarantine.${action}`,
        subject: `quarantine:${id}`,
        detail: { sku: before.sku, competitor: before.competitor, price: before.price, code: before.code },
      },
    ],
    statements: () => [],
  });
  const context = await loadIngestContext(ctx.d1, { skus: new Set([before.sku]), gtins: new Set() }, ctx.now);
  const shard = skuShard(env, skuShardIndex(env, before.sku));
  const answer = await shard.observe({
    now: ctx.now,
    settings: shardSettings(context),
    products: [...context.ours.values()],
    chunks: [],
    decisions: [{ sku: before.sku, id, action }],
  });
  const changed = await commitProjection(ctx.d1, { skus: answer.skus, activity: [], outboxIds: [] });
  await tellProjected(shard, answer.skus);
  await publishSignals(env, changed, context.settings.signals.digestPerHour);
  const after = await existing(ctx, id);
  if (!isDone(after, action)) throw settledAlready(after);
  return after;
}

/** Best effort: a shard that does not hear of it has the same projected once more. */
async function tellProjected(shard: ReturnType<typeof skuShard>, skus: readonly SkuPresent[]): Promise<void> {
  try {
    await shard.markProjected(
      skus.flatMap(({ sku, unprojected }) => (unprojected === undefined ? [] : [[sku, unprojected]])),
    );
  } catch (error) {
    console.warn({ event: "quarantine.tell_failed", error: String(error) });
  }
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
