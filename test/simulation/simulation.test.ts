import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  checkFlapping,
  checkOrder,
  checkProducts,
  checkProjections,
  checkReceipts,
  checkSessions,
} from "./checks.ts";
import { checkEventOrder } from "./event-order.ts";
import { freshDatabase, quietAndInOrder, SETTINGS } from "./install.ts";
import { Chance } from "./platform/chance.ts";
import { World } from "./platform/world.ts";
import { Reference } from "./reference.ts";
import { Run } from "./run.ts";
import { START, type Traffic, trafficOf } from "./traffic.ts";

const SEEDS = 200;
const HOUR = 3_600_000;

async function simulate(
  seed: number,
  live = (run: Run, traffic: Traffic) => run.withFaults(traffic),
): Promise<{ faults: Map<string, number>; compared: number; isFolded: boolean }> {
  const chance = new Chance(seed);
  const world = new World(seed + 1_000_000, {
    sqlite: freshDatabase(),
    startAt: START,
    shards: 1 + chance.below(3),
  });
  world.forgetMemory();
  vi.spyOn(Date, "now").mockImplementation(() => world.clock());
  const traffic = trafficOf(seed, chance);
  const run = new Run(world);
  const reference = new Reference();
  await live(run, traffic);
  await run.toRest();
  await run.wait(HOUR);
  check();
  await checkReceipts(world, traffic, reference);
  checkSessions(world, reference, SETTINGS.abandonedCarts);
  await run.lookAnew();
  check();
  const compared = traffic.isOrderly ? await checkEventOrder(world, reference, SETTINGS) : 0;
  const isFolded = [...world.objects.values()].some(
    ({ name, disk }) => name.startsWith("shard") && disk.run("SELECT 1 FROM summary").rows.length > 0,
  );
  return { faults: world.scheduler.faults, compared, isFolded };

  function check(): void {
    reference.catchUp(world);
    checkProjections(world, reference);
    checkProducts(world, reference);
    checkOrder(world);
    checkFlapping(world, reference, SETTINGS.coolDownHours * HOUR);
  }
}

beforeEach(quietAndInOrder);
afterEach(() => {
  vi.restoreAllMocks();
});

describe("with messages duplicated, reordered, delayed and lost, writes and calls failing, objects evicted and the process killed", () => {
  const only = Number(process.env.SEED);
  const seeds = only ? [only] : Array.from({ length: SEEDS }, (_, i) => i + 1);
  const happened = new Map<string, number>();
  let compared = 0;
  let folded = 0;

  test.each(seeds)("seed %i: every row counts once, and D1 ends as if nothing had happened", async (seed) => {
    try {
      const outcome = await simulate(seed);
      for (const [fault, times] of outcome.faults) happened.set(fault, (happened.get(fault) ?? 0) + times);
      compared += outcome.compared;
      folded += outcome.isFolded ? 1 : 0;
    } catch (error) {
      process.stderr.write(`to see it again: SEED=${seed} npx vitest run --project simulation\n`);
      throw error;
    }
  });

  test.skipIf(only)("all kinds of faults happened", () => {
    process.stderr.write(`${JSON.stringify({ ...Object.fromEntries(happened), compared, folded })}\n`);
    expect([...happened.keys()].sort()).toEqual(
      [
        ...["D1 read", "D1 write", "inbox call", "queue send", "shard call", "visitor call"].flatMap(
          (call) => [`${call}: answer lost`, `${call}: request lost`],
        ),
        ...["consumer crashed", "inbox evicted", "letters replayed", "message dropped", "message duplicated"],
        ...["decision given up", "process killed", "shard evicted", "slow", "visitor evicted"],
      ].sort(),
    );
    expect(compared).toBeGreaterThan(SEEDS);
    expect(folded).toBeGreaterThan(SEEDS / 20);
  });
});

describe("with a database that is down for ten minutes", () => {
  test.each(
    Array.from({ length: 15 }, (_, i) => 1_000 + i),
  )("seed %i: nothing is lost, counted twice or given up", async (seed) => {
    const { faults } = await simulate(seed, async (run, traffic) => {
      // rows wait longer here than a new day needs to be opened: their order is compared above
      traffic.isOrderly = false;
      await run.withOutage(traffic, 10);
      await run.toRest();
      const { rows } = run.world.sqlite.run("SELECT * FROM dead_letters");
      expect(rows).toEqual([]);
    });
    expect(faults.get("database down")).toBeGreaterThan(20);
  });
});
