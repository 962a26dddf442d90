import type { Env } from "../db/env.ts";
import { MINUTE_MS } from "../domain/base/time.ts";
import { martSources, portsOf, qualityPorts, watchContext } from "../durable/ports.ts";
import { expireAlerts } from "../services/alerts/expire-alerts.ts";
import { tellOfHealth } from "../services/alerts/tell-of-health.ts";
import { settleRenames } from "../services/catalogue/rename/rename-product.ts";
import { keepHeads } from "../services/chains/kept-heads.ts";
import { checkAMinute } from "../services/chains/rolling-check.ts";
import { sealMonths } from "../services/chains/seal-months.ts";
import { wakeStores } from "../services/connectors/wake-stores.ts";
import { type ServiceContext, serviceContext, systemActor } from "../services/context.ts";
import { applyDueCosts } from "../services/costs/apply-due-costs.ts";
import { fetchRates } from "../services/currency/fetch-rates.ts";
import { expireCrawls } from "../services/ingest/crawls.ts";
import { sealPlainSecrets } from "../services/ingest/source-secrets.ts";
import { expireUnmatched } from "../services/ingest/unmatched.ts";
import { scoreWhenDue } from "../services/kvi/score-items.ts";
import { compactLake } from "../services/lake/compact-lake.ts";
import { exportLake } from "../services/lake/export-lake.ts";
import { rollUpMarket } from "../services/market/roll-up-market.ts";
import { rollUpMarts } from "../services/marts/roll-up.ts";
import { expireMatches } from "../services/matching/reviews.ts";
import { measureShards } from "../services/metrics/measure-shards.ts";
import { takeGauges } from "../services/metrics/take-gauges.ts";
import { enterShipped } from "../services/models/shipped-models.ts";
import { drainOutbox } from "../services/operate/drain-outbox.ts";
import { expireDeliveries } from "../services/outgoing/deliveries.ts";
import { dispatchEvents } from "../services/outgoing/dispatch.ts";
import { expireEvents } from "../services/outgoing/expire-events.ts";
import { settleOverrides } from "../services/overrides/settle-overrides.ts";
import { endCampaigns } from "../services/proposals/campaigns.ts";
import { applyDue, applySafe, expireProposals } from "../services/proposals/due.ts";
import { runQualityChecks } from "../services/quality/run-checks.ts";
import { sendRunShards } from "../services/queues.ts";
import { startDueRetention } from "../services/retention/start.ts";
import { resendStuckRuns } from "../services/runs/advance-run.ts";
import { startDueRuns } from "../services/runs/start-run.ts";
import { skuAddresses } from "../services/shards/layout.ts";
import { fetchDue } from "../services/watch/fetch-due.ts";

interface Job {
  name: string;
  run(env: Env, ctx: ServiceContext): Promise<unknown>;
}

/** What each cron trigger of wrangler.toml does, in order. Every job is idempotent: a trigger may fire twice or never. */
const CRON_TABLE: Record<string, readonly Job[]> = {
  "* * * * *": [
    {
      name: "renames",
      run: (env, ctx) => settleRenames({ ...ctx, renames: portsOf(env).renames }),
    },
    { name: "costs", run: (_, ctx) => applyDueCosts(ctx) },
    { name: "overrides", run: (_, ctx) => settleOverrides(ctx) },
    { name: "return", run: (_, ctx) => endCampaigns(ctx) },
    { name: "apply", run: (_, ctx) => applyDue(ctx) },
    { name: "auto", run: (_, ctx) => applySafe(ctx) },
    { name: "expire", run: (_, ctx) => expireProposals(ctx) },
    { name: "resend", run: async (env, ctx) => sendRunShards(env, await resendStuckRuns(ctx)) },
    { name: "outbox", run: (env, ctx) => drainOutbox(env.DB, portsOf(env), ctx.now) },
    { name: "stores", run: (env) => wakeStores(env.DB, portsOf(env).stores) },
    {
      name: "night",
      run: async (env, ctx) => sendRunShards(env, await startDueRuns(ctx, await skuAddresses(env))),
    },
    { name: "retention", run: async (env, ctx) => sendRunShards(env, await startDueRetention(ctx)) },
    { name: "health", run: (env, ctx) => tellOfHealth(env, ctx) },
    { name: "dispatch", run: (env, ctx) => dispatchEvents(env.DB, portsOf(env).couriers, ctx.now) },
    { name: "heads", run: (env, ctx) => keepHeads({ ...ctx, vault: portsOf(env).vault }) },
    { name: "models", run: (_, ctx) => enterShipped(ctx) },
    { name: "gauges", run: (_, ctx) => everyMinutes(5, ctx, () => takeGauges(ctx)) },
    {
      name: "lake",
      run: (env, ctx) => everyMinutes(10, ctx, () => exportLake({ ...ctx, inboxes: portsOf(env).inboxes })),
    },
    { name: "watch", run: (env, ctx) => fetchDue(watchContext(env, ctx)) },
    { name: "proof", run: (env, ctx) => checkAMinute({ ...ctx, vault: portsOf(env).vault }) },
  ],
  "0 * * * *": [
    { name: "sizes", run: (env, ctx) => measureShards(ctx, portsOf(env).shards) },
    {
      name: "quality",
      run: (env, ctx) => everyMinutes(6 * 60, ctx, () => runQualityChecks({ ...ctx, ...qualityPorts(env) })),
    },
    { name: "compact", run: (_, ctx) => compactLake(ctx) },
    { name: "market", run: (_, ctx) => rollUpMarket(ctx) },
    { name: "marts", run: (env, ctx) => rollUpMarts({ ...ctx, sources: martSources(env) }) },
    { name: "secrets", run: (env, ctx) => sealPlainSecrets({ ...ctx, vault: portsOf(env).vault }) },
    { name: "unmatched", run: (_, ctx) => expireUnmatched(ctx) },
    { name: "crawls", run: (_, ctx) => expireCrawls(ctx) },
    { name: "matches", run: (_, ctx) => expireMatches(ctx) },
    { name: "alerts", run: (_, ctx) => expireAlerts(ctx) },
    { name: "deliveries", run: (_, ctx) => expireDeliveries(ctx) },
    { name: "events", run: (_, ctx) => expireEvents(ctx) },
    { name: "kvi", run: (_, ctx) => scoreWhenDue(ctx) },
    { name: "fx", run: (_, ctx) => fetchRates(ctx) },
    { name: "seals", run: (env, ctx) => sealMonths({ ...ctx, vault: portsOf(env).vault }) },
  ],
};

/** Some jobs of the minute tick have time. */
async function everyMinutes(
  minutes: number,
  { now }: ServiceContext,
  run: () => Promise<unknown>,
): Promise<void> {
  if (Math.floor(now / MINUTE_MS) % minutes === 0) await run();
}

/** The names of a trigger's jobs, in their order. */
export function jobsOf(cron: string): string[] {
  return (CRON_TABLE[cron] ?? []).map(({ name }) => name);
}

/** Does a job as of `now`, ms. @throws Error if there is no such job, and whatever the job throws */
export async function doJob(env: Env, cron: string, name: string, now: number): Promise<void> {
  const job = CRON_TABLE[cron]?.find((one) => one.name === name);
  if (!job) throw new Error(`no job ${name} of ${cron}`);
  await job.run(env, serviceContext(env, systemActor(name), now));
}
