/** What an install may hold, bytes. https://developers.cloudflare.com/d1/platform/limits/ and /durable-objects/ */
const LIMITS = { d1: 10e9, shard: 10e9 } as const;
const CATALOGUES = [1_000, 10_000, 100_000, 1_000_000] as const;
const SHARDS = 128;
const FAR_DAYS = 100 * 365;

/** Bytes that a SKU takes in a store on the last day, and by how many that grows a day. */
export interface Growth {
  perSku: number;
  perSkuAndDay: number;
}

/** The day on which each limit is met by catalogue size; null = not within a hundred years. */
export function limitDays(
  growth: { d1: Growth; shards: Growth },
  lastDay: number,
): Record<string, Record<string, number | null>> {
  const dayOf = ({ perSku, perSkuAndDay }: Growth, limit: number, skus: number) => {
    const left = limit - perSku * skus;
    if (left <= 0) return Math.min(lastDay, Math.round(limit / ((perSku / lastDay) * skus)));
    if (perSkuAndDay <= 0) return null;
    const day = lastDay + Math.round(left / (perSkuAndDay * skus));
    return day > FAR_DAYS ? null : day;
  };
  return Object.fromEntries(
    CATALOGUES.map((skus) => [
      String(skus),
      {
        d1: dayOf(growth.d1, LIMITS.d1, skus),
        shardStorage: dayOf(growth.shards, LIMITS.shard, skus / SHARDS),
      },
    ]),
  );
}
