import {
  addBacktest,
  type BacktestResult,
  backtestFigures,
  joinResults,
  noResult,
} from "../../domain/runs/backtest.ts";
import { DECISION_DAYS } from "../../domain/runs/snapshot.ts";
import type { ServiceContext } from "../context.ts";
import { readManifest } from "../runs/manifest.ts";
import { readPricedProducts } from "../runs/priced-products.ts";
import { getJson, putJson, resultKey, type ShardJob, type ShardResult } from "../runs/run-record.ts";
import { doneShards } from "../runs/shard-list.ts";
import { readSkus, readStandings } from "../runs/snapshot.ts";

/** Results by category; the empty one is the whole scope. */
type Results = Record<string, BacktestResult>;

/** First phase of a backtest: plays the last weeks of the shard's products again. */
export async function backtestShard(ctx: ServiceContext, job: ShardJob): Promise<ShardResult> {
  const { id, asOf, settings } = job.run;
  const manifest = await readManifest(ctx, id);
  const [products, readings, standings] = await Promise.all([
    readPricedProducts(ctx, job.skus, asOf, settings),
    readSkus(ctx, job, DECISION_DAYS),
    readStandings(ctx),
  ]);
  const results: Results = {};
  for (const { features, competitors } of readings) {
    const own = products.get(features.sku);
    if (!own || own.currency !== settings.currency) continue;
    for (const name of ["", own.category]) {
      const sums = results[name] ?? noResult();
      results[name] = sums;
    }
    const one = noResult();
    addBacktest(one, { snapshot: { features, own }, competitors }, manifest, standings);
    for (const name of ["", own.category]) results[name] = joinResults([results[name]!, one]);
  }
  await putJson(ctx.lake, resultKey(id, "backtested", job.shard), results);
  return { statements: [], counts: { skus: readings.length } };
}

/** Categories that the run's counts name: those with the most revenue. */
const CATEGORIES_MAX = 50;

/** Second phase of a backtest: the comparison, labelled as what it is. */
export async function compareBacktest(ctx: ServiceContext, job: ShardJob): Promise<ShardResult> {
  const { id, settings } = job.run;
  const parts: Results[] = [];
  for (const shard of await doneShards(ctx, id, 0))
    parts.push(await getJson<Results>(ctx.lake, resultKey(id, "backtested", shard)));
  const names = [...new Set(parts.flatMap((part) => Object.keys(part)))].sort();
  const joined = names.map((name) => [name, joinResults(parts.flatMap((part) => part[name] ?? []))] as const);
  const whole = joined.find(([name]) => name === "")?.[1] ?? noResult();
  const categories = joined
    .filter(([name]) => name !== "")
    .sort(([, a], [, b]) => b.freeze.revenue - a.freeze.revenue)
    .slice(0, CATEGORIES_MAX);
  const counts = {
    backtest: {
      basis:
        "model: units follow the elasticity that is believed today, which was learned from the same days",
      currency: settings.currency,
      products: whole.freeze.skus,
      skuDays: whole.freeze.skuDays,
      strategies: backtestFigures(whole),
      categories: Object.fromEntries(categories.map(([name, result]) => [name, backtestFigures(result)])),
    },
  };
  return { statements: [], counts: { shards: parts.length }, run: { counts } };
}
