import { DEFAULT_SETTINGS } from "../../domain/settings/settings.ts";
import { RARE_OBSERVATIONS_MAX } from "../../domain/shard/competitors/history.ts";
import { DAYS_IN_MEMORY_MAX } from "../../domain/shard/older.ts";

/** What a store may hold, bytes. https://developers.cloudflare.com/d1/platform/limits/ and /durable-objects/ */
const LIMITS = { d1: 10e9, shard: 10e9, memory: 128e6 } as const;
const CATALOGUES = [1_000, 10_000, 100_000, 1_000_000] as const;
const SHARDS = 128;
const FAR_DAYS = 30 * 365;
/** What a SKU takes in the memory of its shard, bytes: by observation, day of demand, and otherwise (`npm run bench:memory`). */
const MEMORY = { observation: 16, day: 53, otherwise: 25_000 } as const;

const { retention, eventKeepDays } = DEFAULT_SETTINGS;
const CHAIN_DAYS = retention.chainMonths * 30.5;

/** A proposal waits for so long at most before it expires. */
const PENDING_DAYS = Math.ceil(DEFAULT_SETTINGS.proposalExpiryHours / 24);
/** See docs/operations.md. */
const QUALITY_DAYS = 90;

/** How long a table goes on growing as it did in the bench, and at what part of that afterwards. */
const LIVES: Readonly<Record<string, { days: number; after: number }>> = {
  elasticity_history: { days: retention.dailyElasticityDays, after: 1 / 7 },
  price_ledger: { days: CHAIN_DAYS, after: 0 },
  audit: { days: CHAIN_DAYS, after: 0 },
  audit_skus: { days: CHAIN_DAYS, after: 0 },
  events: { days: eventKeepDays, after: 0 },
  // nobody acknowledges one in the bench
  signals: { days: retention.unseenSignalDays, after: 0 },
  demand_days: { days: retention.demandDays, after: 0 },
  proposals: { days: retention.proposalDays + PENDING_DAYS, after: 0 },
  quality_history: { days: QUALITY_DAYS, after: 0 },
  quarantine: { days: retention.quarantineDays, after: 0 },
  outcomes: { days: retention.outcomeDays, after: 0 },
  runs: { days: retention.runDays, after: 0 },
  hourly_demand: { days: retention.martHourDays, after: 0 },
  daily_movements: { days: retention.martHourDays, after: 0 },
  ...ofMarts("daily_demand", "daily_funnel", "daily_sessions", "daily_signals", "daily_forecasts"),
  ...ofMarts("customer_scores", "mart_parts", "market_days", "mart_days", "changed_days"),
};

function ofMarts(...tables: string[]) {
  return Object.fromEntries(tables.map((table) => [table, { days: retention.martDays, after: 0 }]));
}

/** Tables by run, category, competitor or hour: they are as large in a shop with more products. */
const OF_THE_SHOP = new Set([
  ...["runs", "run_shards", "hourly_demand", "daily_movements", "daily_demand", "daily_funnel"],
  ...["daily_sessions", "daily_signals", "daily_forecasts", "customer_scores", "market_days", "mart_days"],
  ...["changed_days", "mart_parts", "metrics", "quality_history", "quality_checks", "lake_parts", "models"],
  ...["evaluations", "price_movers"],
]);

/** Products of the shop that the gates are about. */
const GATE_SKUS = 1_000;

/** By how many bytes a SKU and day the tables would grow in a shop of a thousand products. `measured`: SKUs of the bench. */
export function growthAtThousand(parts: readonly Growth[], measured: number): number {
  return parts.reduce(
    (sum, { part, perSkuAndDay }) =>
      sum + (OF_THE_SHOP.has(part) ? (perSkuAndDay * measured) / GATE_SKUS : perSkuAndDay),
    0,
  );
}

/** What a table holds of a SKU on the last day, bytes, and by how many that grows a day. */
export interface Growth {
  part: string;
  perSku: number;
  perSkuAndDay: number;
}

/** Days until a table no longer grows as it did, at default settings; null = it goes on. */
export function daysOfGrowth(part: string): number | null {
  return LIVES[part]?.days ?? null;
}

/** The day on which each limit is met by catalogue size; null = not within thirty years. `measured`: SKUs of the bench. */
export function limitDays(
  stores: { d1: readonly Growth[]; shards: readonly Growth[] },
  lastDay: number,
  measured: number,
  seen: { competitors: number; looksADay: number },
): Record<string, { d1: number | null; shardStorage: number | null; shardMemory: number | null }> {
  return Object.fromEntries(
    CATALOGUES.map((skus) => [
      String(skus),
      {
        d1: dayOfLimit(stores.d1, lastDay, LIMITS.d1, ({ part }) =>
          OF_THE_SHOP.has(part) ? measured : skus,
        ),
        shardStorage: dayOfLimit(stores.shards, lastDay, LIMITS.shard, () => skus / SHARDS),
        shardMemory: firstDay((day) => memoryOn(day, seen) * (skus / SHARDS) > LIMITS.memory),
      },
    ]),
  );
}

function dayOfLimit(
  parts: readonly Growth[],
  lastDay: number,
  bytes: number,
  skusOf: (part: Growth) => number,
): number | null {
  return firstDay(
    (day) => parts.reduce((sum, part) => sum + sizeOn(part, day, lastDay) * skusOf(part), 0) > bytes,
  );
}

function firstDay(isMet: (day: number) => boolean): number | null {
  for (let day = 1; day <= FAR_DAYS; day++) if (isMet(day)) return day;
  return null;
}

function memoryOn(
  day: number,
  { competitors, looksADay }: { competitors: number; looksADay: number },
): number {
  const observations = competitors * Math.min(RARE_OBSERVATIONS_MAX, day * looksADay);
  return (
    observations * MEMORY.observation + Math.min(day, DAYS_IN_MEMORY_MAX) * MEMORY.day + MEMORY.otherwise
  );
}

/** Of a SKU, bytes. Before the last day of the bench a table is taken to have filled evenly. */
function sizeOn({ part, perSku, perSkuAndDay }: Growth, day: number, lastDay: number): number {
  if (day <= lastDay) return (perSku * day) / lastDay;
  const life = LIVES[part] ?? { days: Number.POSITIVE_INFINITY, after: 1 };
  const growing = Math.max(0, perSkuAndDay);
  const full = Math.max(0, Math.min(day, life.days) - lastDay);
  const slower = Math.max(0, day - Math.max(lastDay, life.days));
  return perSku + growing * (full + slower * life.after);
}
