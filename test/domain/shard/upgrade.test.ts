import { describe, expect, test } from "vitest";
import { failureKind } from "../../../domain/delivery/failure.ts";
import {
  BUNDLE_VERSION,
  isOfNewerRelease,
  MESSAGE_VERSION,
  RunShardMessage,
} from "../../../domain/messages/queue.ts";
import { changePoints } from "../../../domain/shard/competitors/change-points.ts";
import { DemandDays } from "../../../domain/shard/demand/demand-days.ts";
import type { JournalEntry } from "../../../domain/shard/journal.ts";
import { emptyShard, type ShardState } from "../../../domain/shard/shard.ts";
import { replayEntry } from "../../../domain/shard/take-call.ts";
import { readCall, writeCall } from "../../../durable/sku-shard/call-text.ts";
import { packSkus, unpackSkus } from "../../../durable/sku-shard/pack.ts";
import first from "./first-release.json" with { type: "json" };
import { Bench, chunkOf, SETTINGS, seen, shardProduct } from "./fixtures.ts";

/** What the first release had on its disk, as it wrote it: never to be made again. */
const journal = first.journal as unknown as JournalEntry[];
const group = new Uint8Array(Buffer.from(first.group, "base64"));

function replayed(entries: readonly JournalEntry[]): ShardState {
  const shard = emptyShard();
  for (const [i, entry] of entries.entries())
    replayEntry(shard, i === 0 ? { ...entry, settings: SETTINGS } : entry);
  return shard;
}

function expectKettle([kettle]: ShardState["skus"]): void {
  expect(kettle!.sku).toBe("KETTLE-1");
  const [alpha] = [...kettle!.competitors.values()];
  expect(changePoints(alpha!.history).map(({ price }) => price)).toEqual([9_900, 9_000]);
  expect(kettle!.signals.map(({ state }) => state.type)).toContain("UNDERCUT");
}

describe("what the first release stored", () => {
  test("is read: a group of SKUs, and the journal behind it", () => {
    expectKettle(unpackSkus(group));
    expectKettle(replayed(journal).skus);
    expect(packSkus(replayed(journal).skus)).toEqual(packSkus(unpackSkus(group)));
  });

  test("is not half understood when a newer release wrote it", () => {
    expect(() => replayed([{ ...journal[0]!, v: 3 }])).toThrow(/version 3/);
    expect(() => unpackSkus(new Uint8Array([9, ...group.slice(1)]))).toThrow(/version 9/);
  });
});

test("units with decimals are stored, and only groups that have some bear another version", () => {
  const [kettle] = unpackSkus(group);
  expect(packSkus([kettle!])[0]).toBe(1);
  const day = { revenue: 100, price: 100, inStockShare: null, promo: false, views: null, carts: null };
  const kept = { ...day, version: 1, post: null, repeats: [] };
  kettle!.demand = new DemandDays();
  kettle!.demand.set("2026-06-01", { ...kept, units: 2 });
  kettle!.demand.set("2026-06-02", { ...kept, units: 0.125 });
  const packed = packSkus([kettle!]);
  expect(packed[0]).toBe(2);
  expect(
    unpackSkus(packed)[0]!
      .demand.values()
      .map(({ units }) => units),
  ).toEqual([2, 0.125]);
});

describe("while a deployment goes round", () => {
  const call = () => ({
    ...{ now: new Bench().now, settings: SETTINGS, products: [shardProduct()] },
    chunks: [chunkOf([seen()])],
  });
  const withVersion = (v: number | undefined) => {
    const [settings, rest] = writeCall(call()).split("\n") as [string, string];
    return `${settings}\n${JSON.stringify({ ...JSON.parse(rest), v })}`;
  };

  test("an object takes the call of an older Worker", () => {
    expect(readCall(withVersion(undefined)).chunks[0]!.rows).toHaveLength(1);
  });

  test("the call of a newer Worker is tried again, not parked", () => {
    const refused = () => readCall(withVersion(2));
    expect(refused).toThrow(/version 2/);
    try {
      refused();
    } catch (error) {
      expect(failureKind(error)).toBe("transient");
    }
  });

  test("messages without a version are of the first form, those of a later one wait", () => {
    const message = { type: "run", runId: "run_1", phase: 0, shard: 0 };
    expect(RunShardMessage.safeParse(message).success).toBe(true);
    expect(isOfNewerRelease(message)).toBe(false);
    expect(isOfNewerRelease({ ...message, v: MESSAGE_VERSION })).toBe(false);
    expect(isOfNewerRelease({ ...message, v: BUNDLE_VERSION + 1 })).toBe(true);
  });
});
