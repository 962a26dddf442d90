import { and, isNull, sql } from "drizzle-orm";
import { bulkInsert, bulkUpsert, excluded, isAmong } from "../../db/bulk.ts";
import { database } from "../../db/database.ts";
import { mapViolations } from "../../db/schema.ts";
import { commitBatch } from "../../db/write.ts";
import { formatMinor, formatMoney } from "../../domain/base/money.ts";
import { wideHash } from "../../domain/base/sharding.ts";
import { iso } from "../../domain/contract/answers.ts";
import {
  dealerKey,
  followSightings,
  type MapSighting,
  type OpenViolation,
} from "../../domain/market/minimum-advertised.ts";
import type { SignalState } from "../../domain/messages/present.ts";
import type { ShardProduct } from "../../domain/messages/shard.ts";
import { type Delivery, isChunk, isGood } from "../ingest/delivery.ts";
import { signalStatements } from "../ingest/project-signals.ts";
import { publishSignals } from "../ingest/publish-signals.ts";
import type { LivePort } from "../ports.ts";
import { resolveSignals } from "../signals/resolve-signals.ts";

/**
 * Follows the offers of products with a minimum advertised price: opens, goes on with and ends violations, each with its
 * evidence and its signal. Done again it comes to the same. Costs nothing where no product of the batch has such a price.
 */
export async function followOffers(
  { d1, ports, now }: { d1: D1Database; ports: { live: LivePort }; now: number },
  deliveries: readonly Delivery[],
  products: ReadonlyMap<string, ShardProduct>,
): Promise<void> {
  const sightings = deliveries.flatMap((delivery) => sightingsOf(delivery, products));
  if (sightings.length === 0) return;
  const known = await openViolations(d1, sightings);
  const { opened, changed } = followSightings(known, sightings, idOf);
  if (opened.length + changed.length === 0) return;
  const raised = opened.filter(({ endedAt }) => endedAt === null).map((one) => signalOf(one, now));
  await commitBatch(d1, [
    ...bulkUpsert(d1, mapViolations, changed.map(rowOf), ON_KNOWN),
    ...bulkInsert(d1, mapViolations, opened.map(rowOf)),
    ...signalStatements(d1, raised),
    ...resolve(d1, changed, now),
  ]);
  await publishSignals(ports.live, raised);
}

function sightingsOf(delivery: Delivery, products: ReadonlyMap<string, ShardProduct>): MapSighting[] {
  const { body, shares, verdicts } = delivery;
  if (!isChunk(body) || body.type !== "observations" || !isGood(delivery)) return [];
  const wanted = shares.flatMap(({ chunk }) => (chunk?.kind === "observations" ? chunk.rows : []));
  const watched = wanted.filter(({ sku, price }) => price > 0 && products.get(sku)?.mapPrice !== undefined);
  if (watched.length === 0) return [];
  const accepted = new Set(verdicts.flatMap(({ row, verdict }) => (verdict === "accepted" ? [row] : [])));
  const posted = new Map(body.rows.map(({ row, value }) => [row, value]));
  const { source, batchKey } = body;
  return watched.flatMap(({ row, sku, competitor, seller = "", price, observedAt }): MapSighting[] => {
    if (!accepted.has(row)) return [];
    const { currency, mapPrice } = products.get(sku)!;
    const url = (posted.get(row) as { url?: unknown } | null)?.url;
    return [
      {
        ...{ sku, competitor, seller, currency, price, mapPrice: mapPrice!, observedAt, source, row },
        batchId: batchKey.split("/").slice(2).join("/"),
        url: typeof url === "string" ? url : null,
      },
    ];
  });
}

async function openViolations(d1: D1Database, sightings: readonly MapSighting[]): Promise<OpenViolation[]> {
  const skus = [...new Set(sightings.map(({ sku }) => sku))];
  const rows = await database(d1)
    .select()
    .from(mapViolations)
    .where(and(isAmong(mapViolations.sku, skus), isNull(mapViolations.endedAt)));
  const keys = new Set(sightings.map(dealerKey));
  return rows.filter((row) => keys.has(dealerKey(row)));
}

function idOf(sighting: MapSighting): string {
  return `map_${wideHash(`${dealerKey(sighting)} ${sighting.observedAt}`).toString(36)}`;
}

function rowOf(one: OpenViolation): typeof mapViolations.$inferInsert {
  return { ...one, status: one.endedAt === null ? "open" : "ended" };
}

/** A violation that somebody has dismissed stays so until it ends. */
const ON_KNOWN = {
  update: [
    "price",
    "lowestPrice",
    "lastSeenAt",
    "endedAt",
    "source",
    "batchId",
    "row",
    "url",
    "mapPrice",
  ] as const,
  set: {
    status: sql`CASE WHEN ${excluded(mapViolations.endedAt)} IS NOT NULL THEN 'ended' ELSE ${mapViolations.status} END`,
  },
};

function signalId(violation: Pick<OpenViolation, "id">): string {
  return `sig_${violation.id}`;
}

/** A price so far below the minimum is as serious as one can be. */
const SEVERE_SHARE = 0.3;

function signalOf(violation: OpenViolation, now: number): SignalState {
  const { sku, competitor, seller, currency, price, mapPrice, url, lastSeenAt } = violation;
  const severity = Math.min(1, (1 - price / mapPrice) / SEVERE_SHARE);
  const who = seller === "" ? competitor : `${seller} at ${competitor}`;
  return {
    ...{ id: signalId(violation), sku, competitor, type: "MAP_VIOLATION", status: "open", priority: 2 },
    ...{ severity, confidence: 1 },
    message: `${who} asks ${formatMoney(price, currency)}, below the minimum advertised price of ${formatMoney(mapPrice, currency)}.`,
    evidence: {
      ...{
        violation: violation.id,
        price: formatMinor(price, currency),
        mapPrice: formatMinor(mapPrice, currency),
      },
      ...{ currency, url, observedAt: iso(lastSeenAt) },
    },
    ...{ openedAt: now, updatedAt: now, resolvedAt: null, version: now },
    notice: { at: now, why: "opened", severity },
  };
}

function resolve(d1: D1Database, changed: readonly OpenViolation[], now: number): D1PreparedStatement[] {
  const ended = changed.filter(({ endedAt }) => endedAt !== null);
  return ended.length === 0 ? [] : [resolveSignals({ d1, db: database(d1) }, ended.map(signalId), now)];
}
