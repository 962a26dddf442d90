import { and, eq, inArray, isNull } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { runShards, runs } from "../../db/schema.ts";
import { UPKEEP_RUNS } from "../../domain/messages/names.ts";
import { portsOf } from "../../durable/ports.ts";
import { resendStuckRuns } from "../../services/runs/advance-run.ts";
import { runShard, undoTry } from "../../services/runs/run-shard.ts";
import { startUpkeep } from "../../services/shards/start-upkeep.ts";
import { checkOrder, checkProducts, checkProjections, checkReceipts, checkSessions } from "./checks.ts";
import { checkEventOrder } from "./event-order.ts";
import { freshDatabase, quietAndInOrder, SETTINGS } from "./install.ts";
import { Chance } from "./platform/chance.ts";
import { World } from "./platform/world.ts";
import { Reference } from "./reference.ts";
import { Run } from "./run.ts";
import { forgetTraces, presentRows, TRACED, type Traced } from "./trace.ts";
import { SKUS, START, trafficOf } from "./traffic.ts";

/** Set to play many seeds of each scenario, for some minutes; one of each is played always. */
const WHOLE = process.env.UPKEEP === "on";
const SEEDS = Array.from({ length: WHOLE ? 30 : 1 }, (_, i) => i + 1);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

beforeEach(quietAndInOrder);
afterEach(() => {
  vi.restoreAllMocks();
});

/** Takes a try back; false if a fault came between. */
async function undone(...[ctx, message]: Parameters<typeof undoTry>): Promise<boolean> {
  try {
    await undoTry(ctx, message);
    return true;
  } catch {
    return false;
  }
}

/** Starts a run over the shards, or goes on with the one that is on, and does all of its shards. */
const upkeep =
  (request: Parameters<typeof startUpkeep>[1]): Parameters<Run["now"]>[0] =>
  async (ctx, env) => {
    const isOn = and(inArray(runs.kind, [...UPKEEP_RUNS]), isNull(runs.finishedAt));
    const unfinished = () => ctx.db.select().from(runs).where(isOn);
    if ((await unfinished()).length === 0) {
      const ended = await ctx.db.$count(runs, eq(runs.kind, request.kind));
      if (ended === 0) await startUpkeep({ ...ctx, upkeep: portsOf(env).upkeep }, request);
    }
    for (let [run] = await unfinished(); run; [run] = await unfinished()) {
      // as the minute's tick does: the run of a shard whose last answer was lost goes on
      await resendStuckRuns(ctx);
      const waiting = await ctx.db
        .select()
        .from(runShards)
        .where(
          and(eq(runShards.runId, run.id), eq(runShards.phase, run.phase), eq(runShards.status, "waiting")),
        );
      for (const { runId, phase, shard } of waiting) {
        const message = { type: "run" as const, runId, phase, shard };
        try {
          await runShard(ctx, message, { readHistories: async () => [], ports: portsOf(env) });
        } catch (error) {
          // as the consumer does, whose message is delivered again until it succeeds
          while (!(await undone(ctx, message)));
          throw error;
        }
      }
      const [after] = await unfinished();
      const left = await ctx.db.$count(
        runShards,
        and(eq(runShards.runId, run.id), eq(runShards.phase, run.phase), eq(runShards.status, "waiting")),
      );
      if (after?.phase === run.phase && left > 0 && left === waiting.length)
        throw new Error("an earlier try of a shard is not over yet");
    }
    const [{ status, failures } = { status: "none", failures: [] }] = await ctx.db
      .select()
      .from(runs)
      .where(eq(runs.kind, request.kind));
    if (status !== "done") process.stderr.write(`${request.kind}: ${status} ${JSON.stringify(failures)}\n`);
  };

function begin(seed: number) {
  const chance = new Chance(seed);
  const shards = 1 + chance.below(3);
  const world = new World(seed + 1_000_000, { sqlite: freshDatabase(), startAt: START, shards });
  world.forgetMemory();
  vi.spyOn(Date, "now").mockImplementation(() => world.clock());
  return {
    world,
    traffic: trafficOf(seed, chance),
    run: new Run(world),
    reference: new Reference(),
    shards,
    chance,
  };
}

/** What of a row does not depend on when its object heard of it, and in which order. */
const SAME_AFTER_LOSS = {
  offers: ["price", "availability"],
  demand_days: ["units", "promo"],
  stock: ["units"],
  aggregates: ["min", "max", "observed_at"],
} as const;

type Scene = ReturnType<typeof begin>;

/** All that a run without any accident is checked for. */
async function checkAll({ world, traffic, run, reference }: Scene): Promise<void> {
  reference.catchUp(world);
  checkProjections(world, reference);
  checkProducts(world, reference);
  checkOrder(world);
  await checkReceipts(world, traffic, reference);
  checkSessions(world, reference, SETTINGS.abandonedCarts);
  await run.lookAnew();
  if (traffic.isOrderly) await checkEventOrder(world, reference, SETTINGS);
}

/** The rows of D1 without their versions: two lines that took the same may have counted differently. */
function projectedRows({ world }: Scene) {
  const tables = Object.keys(TRACED) as Traced[];
  return new Map(
    tables.map((table) => [
      table,
      new Map(
        [...presentRows(world.sqlite, table)].map(([key, { version: _, given: __, ...row }]) => [key, row]),
      ),
    ]),
  );
}

describe("a reshard while rows come in and everything fails now and then", () => {
  test.each(SEEDS)("seed %i: nothing is lost or counted twice", async (seed) => {
    const scene = begin(seed);
    const { world, traffic, run, shards } = scene;
    const to = shards === 2 ? 4 : shards + 1;
    const at = START + world.chance.below(traffic.endsAt - START);
    await run.withFaults(traffic, [{ at, act: upkeep({ kind: "reshard", shards: to }) }]);
    await run.toRest();
    await run.wait(HOUR);
    expect(world.sqlite.run("SELECT count, status FROM shard_generations ORDER BY generation").rows).toEqual([
      { count: shards, status: "former" },
      { count: to, status: "current" },
    ]);
    await checkAll(scene);
    for (const [name, { disk }] of world.objects)
      if (/^shard-\d+$/.test(name)) expect(disk.run("SELECT * FROM sku_groups").rows, name).toEqual([]);
  });
});

describe("a reproject", () => {
  test.each(SEEDS)("seed %i: writes every row again, whatever became of D1", async (seed) => {
    const scene = begin(seed);
    const { world, traffic, run, chance } = scene;
    await run.withFaults(traffic);
    await run.toRest();
    await run.wait(HOUR);
    const before = projectedRows(scene);
    for (const table of Object.keys(TRACED))
      world.sqlite.run(
        `DELETE FROM ${table} WHERE random() % 2 = 0${table === "signals" ? " AND status = 'open'" : ""}`,
      );
    world.sqlite.run("UPDATE offers SET price = 1 WHERE competitor = ?", [
      chance.pick(["alpha", "beta", "gamma"]),
    ]);
    world.sqlite.run("UPDATE signals SET status = 'open', resolved_at = NULL");
    await run.now(upkeep({ kind: "reproject" }));
    for (const [table, rows] of projectedRows(scene)) expect(rows, table).toEqual(before.get(table));
  });
});

describe("a restore of D1 to an earlier time", () => {
  test.each(SEEDS)("seed %i: D1 ends as if it had never been set back", async (seed) => {
    const scene = begin(seed);
    const { world, traffic, run } = scene;
    const span = traffic.endsAt - START;
    let copy: ReturnType<typeof world.sqlite.copy> | null = null;
    const backup = async () => {
      copy ??= world.sqlite.copy("trace_");
    };
    await run.withFaults(traffic, [{ at: START + world.chance.below(span), act: backup }]);
    await run.toRest();
    world.sqlite.putBack(copy!);
    forgetTraces(world.sqlite);
    world.forgetMemory();
    await run.now(upkeep({ kind: "restore" }));
    await run.wait(HOUR);
    await checkAll(scene);
  });
});

describe("a restore after an object has lost its storage", () => {
  test.each(SEEDS)("seed %i: the object after it ends like the one before", async (seed) => {
    const scene = begin(seed);
    const { world, traffic, run } = scene;
    await run.withFaults(traffic);
    await run.toRest();
    // what changes by time alone is projected by then, and the next object is made a minute later at least
    await run.wait(HOUR);
    const before = projectedRows(scene);
    world.loseDisk(world.shardHolding(world.chance.pick(SKUS)));
    world.forgetMemory();
    await run.now(upkeep({ kind: "restore" }));
    await run.wait(HOUR);
    const after = projectedRows(scene);
    for (const [table, columns] of Object.entries(SAME_AFTER_LOSS))
      for (const [key, row] of before.get(table as Traced)!) {
        const found = after.get(table as Traced)!.get(key);
        for (const column of columns)
          expect(found?.[column], `${table} ${key}: ${column}`).toEqual(row[column]);
      }
  });
});
