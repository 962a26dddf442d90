import { and, eq, type InferInsertModel, inArray, lt, sql, type Table } from "drizzle-orm";
import { bulkUpsert, excluded, overRows } from "../../db/bulk.ts";
import {
  aggregates,
  competitors,
  demandDays,
  newestData,
  offers,
  outbox,
  products,
  quarantine,
  stock,
  unmatched,
} from "../../db/schema.ts";
import { commitBatch } from "../../db/write.ts";
import type { SkuPresent } from "../../domain/messages/present.ts";
import { noteChanges } from "../marts/changed-days.ts";
import { activityStatements, type SourceActivity } from "./project-activity.ts";
import { type ProjectedSignal, type SignalChange, signalStatements } from "./project-signals.ts";
import { SEEN_AGAIN, type UnmatchedRow, unmatchedInsert } from "./unmatched.ts";

/** Everything that a delivery writes into D1, in one commit. */
export interface Projection {
  skus: readonly SkuPresent[];
  activity: readonly SourceActivity[];
  /** outbox rows whose message has done its work */
  outboxIds: readonly number[];
  /** observations whose product is not known */
  unmatched?: readonly UnmatchedRow[];
  /** civil days of which something changed, whether competitors' prices were observed, and the clock (ms) */
  changed?: { days: readonly string[]; isObserved: boolean; now: number };
}

type Row<T extends Table> = InferInsertModel<T>;

/** An older version never overwrites. */
const NEWER = { newer: "version" } as const;

const LATER = { newer: "at" } as const;

/** What shoppers did on a day is known here longer than in its shard. */
const NEWER_DAY = {
  ...NEWER,
  set: { behaviour: sql`COALESCE(${excluded(demandDays.behaviour)}, ${demandDays.behaviour})` },
};

const KEEP_KNOWN = { update: [] };

/**
 * Lays absolute, versioned state over D1 in one commit: a replay and a reordering end in the same rows, and a replay
 * writes none. Answers the signals that this commit changed, as they are now.
 */
export async function commitProjection(d1: D1Database, projection: Projection): Promise<ProjectedSignal[]> {
  const { skus } = projection;
  const signals = new Map(skus.flatMap((sku) => sku.signals.map((signal) => [signal.id, signal] as const)));
  const ofSignals = signalStatements(d1, [...signals.values()]);
  const others = [
    ...bulkUpsert(d1, offers, skus.flatMap(offerRows), NEWER),
    ...bulkUpsert(d1, demandDays, skus.flatMap(demandRows), NEWER_DAY),
    ...bulkUpsert(d1, newestData, newestDemand(skus), LATER),
    ...bulkUpsert(d1, stock, skus.flatMap(stockRows), NEWER),
    ...setTotalStock(d1, skus.flatMap(totalStock)),
    ...bulkUpsert(d1, aggregates, skus.flatMap(aggregateRows), NEWER),
    ...bulkUpsert(d1, quarantine, skus.flatMap(quarantineRows), NEWER),
    ...bulkUpsert(d1, competitors, firstSeen(skus), KEEP_KNOWN),
    ...bulkUpsert(d1, unmatched, (projection.unmatched ?? []).map(unmatchedInsert), SEEN_AGAIN),
    ...(projection.changed ? noteChanges(d1, projection.changed) : []),
    ...activityStatements(d1, projection.activity),
    ...settleOutbox(
      d1,
      projection.outboxIds.map((id) => ({ id })),
    ),
  ];
  if (ofSignals.length + others.length === 0) return [];
  const results = await commitBatch(d1, [...ofSignals, ...others]);
  const changed = results.slice(0, ofSignals.length).flatMap(({ results }) => results as SignalChange[]);
  return changed.flatMap(({ id, status }) => {
    const signal = signals.get(id);
    return signal === undefined ? [] : [{ ...signal, status }];
  });
}

function offerRows(state: SkuPresent): Row<typeof offers>[] {
  return state.offers.map((offer) => ({ sku: state.sku, ...offer }));
}

function demandRows(state: SkuPresent): Row<typeof demandDays>[] {
  return state.demandDays.map(({ behaviour = null, period = null, promotions = null, ...day }) => ({
    ...{ sku: state.sku, ...day, behaviour, period, promotions },
  }));
}

/** The newest day of demand that these SKUs have. */
function newestDemand(skus: readonly SkuPresent[]): Row<typeof newestData>[] {
  const days = skus.flatMap(({ demandDays }) => demandDays.map(({ day }) => day));
  const newest = days.reduce((latest, day) => (day > latest ? day : latest), "");
  return newest === "" ? [] : [{ part: "demand", at: Date.parse(newest) }];
}

function stockRows(state: SkuPresent): Row<typeof stock>[] {
  const levels = state.stock?.warehouses ?? [];
  return levels.map((level) => ({
    sku: state.sku,
    ...level,
    refused: level.refused.length > 0 ? level.refused : null,
  }));
}

function aggregateRows(state: SkuPresent): Row<typeof aggregates>[] {
  return (state.aggregates ?? []).map((aggregate) => ({ sku: state.sku, ...aggregate }));
}

function quarantineRows(state: SkuPresent): Row<typeof quarantine>[] {
  return (state.quarantine ?? []).map((row) => ({ sku: state.sku, ...row }));
}

/** Each competitor once, with the earliest time that an offer of it was received. */
function firstSeen(skus: readonly SkuPresent[]): Row<typeof competitors>[] {
  const earliest = new Map<string, number>();
  for (const { offers } of skus)
    for (const { competitor, receivedAt } of offers)
      earliest.set(competitor, Math.min(receivedAt, earliest.get(competitor) ?? receivedAt));
  return [...earliest].map(([id, firstSeenAt]) => ({
    ...{ id, name: id, include: true, weight: 1, isNew: true, firstSeenAt },
  }));
}

/**
 * A product's stock, kept beside its price for whoever decides. The shard that sent it knows it already, so it is no
 * change of the product's version, and nothing is sent back.
 */
const setTotalStock = overRows(["sku", "total", "version"], (db, seen) =>
  db
    .update(products)
    .set({ stock: seen.total, stockVersion: seen.version })
    .from(seen.table)
    .where(and(eq(products.sku, seen.sku), lt(sql`COALESCE(${products.stockVersion}, 0)`, seen.version))),
);

function totalStock({ sku, stock }: SkuPresent) {
  return stock ? [{ sku, total: stock.total, version: stock.version }] : [];
}

const settleOutbox = overRows(["id"], (db, seen) =>
  db.delete(outbox).where(inArray(outbox.id, sql`(SELECT ${seen.id} FROM ${seen.table})`)),
);
