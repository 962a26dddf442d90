import { expect } from "vitest";
import { DAY_MS } from "../../domain/base/time.ts";
import type { OfferState, SkuPresent } from "../../domain/messages/present.ts";
import type { CompetitorHistory, ShardChunk, ShardProduct } from "../../domain/messages/shard.ts";
import type { SignalSettings } from "../../domain/settings/signals.ts";
import { changePoints } from "../../domain/shard/competitors/change-points.ts";
import { exactOffers } from "../../domain/shard/present.ts";
import { emptyShard, type ShardState } from "../../domain/shard/shard.ts";
import { demandDayState, isPosted, stockOf } from "../../domain/shard/shop-state.ts";
import type { SkuState } from "../../domain/shard/state.ts";
import { takeCall } from "../../domain/shard/take-call.ts";
import type { World } from "./platform/world.ts";
import { type Reference, rowKey } from "./reference.ts";
import { aggregateRow, dayRow, stockRow } from "./rows.ts";
import { presentRows, type Traced } from "./trace.ts";

/** A row that counts, with where it came from. */
interface Counted {
  /** its event time; of a day of demand the time of its receipt, ms */
  at: number;
  chunk: Omit<ShardChunk, "rows">;
  row: ShardChunk["rows"][number];
}

/** What came of a SKU: its rows that count, and what was told of our side. */
interface Heard {
  rows: Counted[];
  ours: Map<number, { side: ShardProduct; now: number }>;
  isDoubted: boolean;
}

/** A SKU as it would be had all of it come in order. */
interface InOrder {
  sku: string;
  shard: ShardState;
  state: SkuState;
  present: SkuPresent;
}

/**
 * The offers, the price histories, the days, the stock, the aggregates and the signals that are open after a fresh look are
 * those of the same rows in the order in which they happened. SKUs that the gate has doubted a row of are left out: it
 * judges in order of arrival.
 */
export async function checkEventOrder(
  world: World,
  reference: Reference,
  settings: SignalSettings,
): Promise<number> {
  let compared = 0;
  for (const [sku, heard] of heardOf(world, reference)) {
    if (heard.isDoubted) continue;
    compared++;
    const inOrder = takeInOrder(sku, heard, settings);
    await checkMarket(world, inOrder);
    checkShop(world, inOrder);
    expect(openInD1(world, sku), `open signals of ${sku}`).toEqual(openIn(inOrder.present));
  }
  return compared;
}

function takeInOrder(sku: string, heard: Heard, settings: SignalSettings): InOrder {
  const shard = emptyShard();
  const sides = [...heard.ours.values()].sort((a, b) => a.side.version - b.side.version);
  const start = { now: Math.min(...heard.rows.map(({ at }) => at), sides[0]!.now), settings };
  takeCall(shard, { ...start, products: [sides[0]!.side], chunks: [] });
  const inOrder = heard.rows.sort(
    (a, b) => a.at - b.at || (a.chunk.source < b.chunk.source ? -1 : 1) || a.row.row - b.row.row,
  );
  for (const { at, chunk, row } of inOrder) {
    const chunks = [{ ...chunk, receivedAt: at, rows: [row] } as ShardChunk];
    const { answer } = takeCall(shard, { now: at, settings, products: [], chunks });
    // a correction that repeats what is there is a duplicate in one order and none in another
    if (chunk.kind !== "demand")
      expect(answer.verdicts[0]?.verdicts[0]?.verdict, `${sku} in event order`).toBe("accepted");
  }
  let present: SkuPresent | undefined;
  for (const { side, now } of sides.slice(-2))
    present = takeCall(shard, { now, settings, products: [side], chunks: [] }).answer.skus[0];
  return { sku, shard, state: shard.skus[0]!, present: present! };
}

async function checkMarket(world: World, { sku, shard, state }: InOrder): Promise<void> {
  const object = world.shardHolding(sku);
  object.evict();
  const offers = (await object.call("offers", [sku])) as OfferState[];
  expect(offers.map(market).sort(byCompetitor), `offers of ${sku}`).toEqual(
    exactOffers(state, shard.sources, shard.settings).map(market).sort(byCompetitor),
  );
  const [history] = (await object.call("history", [[sku], world.clock()])) as {
    competitors: CompetitorHistory[];
  }[];
  const expected = [...state.competitors.values()].map((one) => ({
    competitor: one.competitor,
    points: changePoints(one.history),
  }));
  expect(history!.competitors, `history of ${sku}`).toEqual(expected.sort(byCompetitor));
}

/** What D1 says of a SKU's days, stock and aggregates. */
function checkShop(world: World, { sku, state }: InOrder): void {
  const rowsOf = (table: Traced) =>
    [...presentRows(world.sqlite, table).values()].filter((row) => row.sku === sku);
  const days = new Map(rowsOf("demand_days").map((row) => [String(row.day), row]));
  expect([...days.keys()].sort(), `days of ${sku}`).toEqual([...state.demand.keys()].sort());
  for (const [day, row] of days) {
    const { version: _, ...expected } = dayRow(demandDayState(state, day)!);
    if (!isPosted(state.demand.get(day))) {
      // a day without a sale has the price that was known when it was first heard of
      if (expected.units === 0) delete expected.price;
      // a day that is not over has the share up to when it was last told
      if (Date.parse(day) + DAY_MS > world.clock()) delete expected.in_stock_share;
    }
    expect(row, `${day} of ${sku}`).toMatchObject(expected);
  }
  const levels = new Map(rowsOf("stock").map((row) => [row.warehouse, row]));
  const warehouses = stockOf(state.shop)?.warehouses ?? [];
  expect(levels.size, `warehouses of ${sku}`).toBe(warehouses.length);
  for (const level of warehouses)
    expect(levels.get(level.warehouse), `stock of ${sku}`).toMatchObject(market(stockRow(level)));
  const sites = new Map(rowsOf("aggregates").map((row) => [row.aggregator, row]));
  for (const { state: figures } of state.shop?.aggregates.values() ?? []) {
    const { received_at: _, ...expected } = market(aggregateRow(figures));
    expect(sites.get(figures.aggregator), `aggregates of ${sku}`).toMatchObject(expected);
  }
}

function heardOf({ committed }: World, reference: Reference): Map<string, Heard> {
  const bySku = new Map<string, Heard>();
  const of = (sku: string): Heard => {
    const heard: Heard = bySku.get(sku) ?? { rows: [], ours: new Map(), isDoubted: false };
    bySku.set(sku, heard);
    return heard;
  };
  const seen = new Set<string>();
  for (const { call } of committed) {
    for (const side of call.products)
      if (!of(side.sku).ours.has(side.version)) of(side.sku).ours.set(side.version, { side, now: call.now });
    for (const { rows, ...chunk } of call.chunks) {
      if (chunk.kind === "carts") continue;
      for (const row of rows) {
        const key = rowKey(chunk.chunkId, row.row);
        if (seen.has(key)) continue;
        seen.add(key);
        const verdict = reference.verdicts.get(key)?.verdict;
        if (verdict === "accepted" || chunk.kind === "demand")
          of(row.sku).rows.push({ at: timeOf(row) ?? chunk.receivedAt, chunk, row });
        if (verdict === "quarantined") of(row.sku).isDoubted = true;
      }
    }
  }
  return bySku;
}

/** When it happened, ms; of a day of demand undefined. */
function timeOf(row: ShardChunk["rows"][number]): number | undefined {
  if ("observedAt" in row) return row.observedAt;
  return "at" in row ? row.at : undefined;
}

/** What does not depend on when it was told. */
function market<T extends object>(state: T): T {
  const { version: _, receivedAt: __, ...rest } = state as T & { version?: number; receivedAt?: number };
  return rest as T;
}

function openIn(present: SkuPresent) {
  return present.signals
    .filter(({ status }) => status === "open")
    .map(({ type, competitor, message, evidence }) => ({
      ...{ type, competitor, message },
      evidence: JSON.stringify(evidence),
    }))
    .sort(byKind);
}

function openInD1({ sqlite }: World, sku: string) {
  return [...presentRows(sqlite, "signals").values()]
    .filter((row) => row.sku === sku && row.status === "open")
    .map(({ type, competitor, message, evidence }) => ({ type, competitor, message, evidence }))
    .sort(byKind);
}

function byCompetitor(a: { competitor: string }, b: { competitor: string }): number {
  return a.competitor < b.competitor ? -1 : 1;
}

function byKind(
  a: { type: unknown; competitor: unknown },
  b: { type: unknown; competitor: unknown },
): number {
  return `${a.type} ${a.competitor}` < `${b.type} ${b.competitor}` ? -1 : 1;
}
