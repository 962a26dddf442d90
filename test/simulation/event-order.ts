import { expect } from "vitest";
import type {
  CompetitorHistory,
  ObservationRow,
  OfferState,
  OurSide,
  SkuPresent,
} from "../../domain/messages/shard.ts";
import { changePoints } from "../../domain/observations/change-points.ts";
import type { SignalSettings } from "../../domain/settings/settings.ts";
import { shardOf } from "../../domain/sharding.ts";
import { exactOffers } from "../../domain/sku/present.ts";
import { emptyShard } from "../../domain/sku/shard.ts";
import { takeCall } from "../../domain/sku/take-call.ts";
import type { World } from "./platform/world.ts";
import { type Reference, rowKey } from "./reference.ts";
import { presentRows } from "./trace.ts";

/** What came of a SKU: its rows that count, and what was told of our side. */
interface Heard {
  rows: { source: string; row: ObservationRow }[];
  ours: Map<number, { side: OurSide; now: number }>;
  isDoubted: boolean;
}

/**
 * The offers, the price histories and the signals that are open after a fresh look are those of the same rows in the
 * order in which they were observed. SKUs that the gate has doubted a row of are left out: it judges in order of arrival.
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
    const shard = emptyShard();
    const sides = [...heard.ours.values()].sort((a, b) => a.side.version - b.side.version);
    const start = { now: Math.min(...heard.rows.map(({ row }) => row.observedAt), sides[0]!.now), settings };
    takeCall(shard, { ...start, ours: [sides[0]!.side], chunks: [] });
    const inOrder = heard.rows.sort(
      (a, b) => a.row.observedAt - b.row.observedAt || (a.source < b.source ? -1 : 1),
    );
    for (const [i, { source, row }] of inOrder.entries()) {
      const head = { kind: "observations" as const, chunkId: `${source}/${i}#0`, source };
      const chunks = [{ ...head, receivedAt: row.observedAt, rows: [row] }];
      const { answer } = takeCall(shard, { now: row.observedAt, settings, ours: [], chunks });
      expect(answer.verdicts[0]?.verdicts[0]?.verdict, `${sku} in event order`).toBe("accepted");
    }
    let present: SkuPresent | undefined;
    for (const { side, now } of sides.slice(-2))
      present = takeCall(shard, { now, settings, ours: [side], chunks: [] }).answer.skus[0];
    const state = shard.skus[0]!;
    const object = world.objects.get(`shard-${shardOf(sku, world.shards)}`)!;
    object.evict();
    const offers = (await object.call("offers", [sku])) as OfferState[];
    expect(offers.map(market).sort(byCompetitor), `offers of ${sku}`).toEqual(
      exactOffers(state, shard.sources).map(market).sort(byCompetitor),
    );
    const [history] = (await object.call("history", [[sku], world.clock()])) as {
      competitors: CompetitorHistory[];
    }[];
    const expected = [...state.competitors.values()].map((one) => ({
      competitor: one.competitor,
      points: changePoints(one.history),
    }));
    expect(history!.competitors, `history of ${sku}`).toEqual(expected.sort(byCompetitor));
    expect(openInD1(world, sku), `open signals of ${sku}`).toEqual(
      present!.signals
        .filter(({ status }) => status === "open")
        .map((one) => ({ ...market(one), evidence: JSON.stringify(one.evidence) }))
        .map(({ type, competitor, message, evidence }) => ({ type, competitor, message, evidence }))
        .sort(byKind),
    );
  }
  return compared;
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
    for (const side of call.ours)
      if (!of(side.sku).ours.has(side.version)) of(side.sku).ours.set(side.version, { side, now: call.now });
    for (const chunk of call.chunks) {
      if (chunk.kind !== "observations") continue;
      for (const row of chunk.rows) {
        const key = rowKey(chunk.chunkId, row.row);
        if (seen.has(key)) continue;
        seen.add(key);
        const verdict = reference.verdicts.get(key)?.verdict;
        if (verdict === "accepted") of(row.sku).rows.push({ source: chunk.source, row });
        if (verdict === "quarantined") of(row.sku).isDoubted = true;
      }
    }
  }
  return bySku;
}

/** What does not depend on when it was told. */
function market<T extends object>(state: T): T {
  const { version: _, receivedAt: __, ...rest } = state as T & { version?: number; receivedAt?: number };
  return rest as T;
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
