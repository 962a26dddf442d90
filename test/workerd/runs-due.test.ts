import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../domain/base/time.ts";
import { serviceContext, systemActor } from "../../services/context.ts";
import { startDueRuns, startRun } from "../../services/runs/start-run.ts";
import { importProducts, postDemand, productRow, runToEnd, seedShop } from "./back-support.ts";
import { call, observation, postObservations } from "./support.ts";

const SKUS = ["DUE-1", "DUE-2", "DUE-3"];
const objectOf = () => 0;

beforeAll(async () => {
  await seedShop(SKUS);
  await importProducts([productRow("DUE-NEW")]); // no demand, so no elasticity
  await call("PUT", "/api/settings", { nightAt: "00:00", timeZone: zoneWhereItIsNoon() });
});

/** No test crosses the midnight of this zone, whenever it runs: a new civil day would begin a new night. */
function zoneWhereItIsNoon(): string {
  const east = 12 - new Date().getUTCHours();
  return `Etc/GMT${east > 0 ? "-" : "+"}${Math.abs(east)}`; // POSIX: minus lies in the east
}

// each test has its own past; what the shop did was done an hour ago
beforeEach(async () => {
  const hourAgo = Date.now() - HOUR_MS;
  await env.DB.batch([
    env.DB.prepare("DELETE FROM runs WHERE kind = 'proposals' OR actor = 'system:night'"),
    env.DB.prepare("DELETE FROM run_shards"),
    env.DB.prepare("UPDATE products SET updated_at = ?1").bind(hourAgo),
    env.DB.prepare("UPDATE runs SET finished_at = ?1").bind(hourAgo),
    env.DB.prepare("UPDATE offers SET received_at = ?1").bind(hourAgo),
  ]);
});

interface Started {
  kind: string;
  skus: string[];
}

/** What the tick at this instant starts, as the job of the cron table does. */
async function due(now: number): Promise<Started[]> {
  const before = new Set((await runs()).map(({ id }) => id));
  await startDueRuns(serviceContext(env, systemActor("night"), now), objectOf);
  return (await runs())
    .filter(({ id }) => !before.has(id))
    .map(({ kind, skus }) => ({ kind, skus: JSON.parse(skus ?? "[]") as string[] }));
}

async function runs() {
  const { results } = await env.DB.prepare(
    "SELECT id, kind, s.skus FROM runs r LEFT JOIN run_shards s ON s.run_id = r.id AND s.phase = 0 ORDER BY r.created_at, id",
  ).all<{ id: string; kind: string; skus: string | null }>();
  return results;
}

async function finish(at: number): Promise<void> {
  await env.DB.prepare("UPDATE runs SET status = 'done', finished_at = ?1 WHERE finished_at IS NULL")
    .bind(at)
    .run();
}

const proposalsIn = (started: Started[]) => started.find(({ kind }) => kind === "proposals")?.skus ?? [];

describe("the scheduled proposals", () => {
  it("take every SKU that has an elasticity at first, then none without a change", async () => {
    const now = Date.now();
    expect(proposalsIn(await due(now - 30 * MINUTE_MS))).toEqual(SKUS);
    await finish(now - 29 * MINUTE_MS);
    await env.DB.prepare("UPDATE runs SET finished_at = ?1 WHERE kind = 'elasticity'")
      .bind(now - HOUR_MS)
      .run();
    expect(proposalsIn(await due(now))).toEqual([]);
  });

  it("take the SKUs whose offers changed, whose catalogue row changed, or that have a new elasticity", async () => {
    const now = Date.now();
    await due(now - 30 * MINUTE_MS);
    await finish(now - 29 * MINUTE_MS);
    await env.DB.prepare("UPDATE runs SET finished_at = ?1 WHERE kind = 'elasticity'")
      .bind(now - HOUR_MS)
      .run();
    await postObservations("due", `due-${now}`, [observation("DUE-2", 17)]);
    expect(proposalsIn(await due(Date.now()))).toEqual(["DUE-2"]);
    await finish(Date.now());
    await importProducts([productRow("DUE-3", { title: "Renamed", unitCost: "10.00" })]);
    await runToEnd({ kind: "elasticity", scope: { skus: ["DUE-1"] } });
    expect(proposalsIn(await due(Date.now() + 15 * MINUTE_MS))).toEqual(["DUE-1", "DUE-3"]);
  });

  it("wait for their interval, and for the run before", async () => {
    const now = Date.now();
    expect(proposalsIn(await due(now))).toEqual(SKUS);
    await env.DB.prepare("UPDATE products SET updated_at = ?1 WHERE sku = 'DUE-1'")
      .bind(now + 1)
      .run();
    expect(await due(now + 20 * MINUTE_MS)).toEqual([]); // still running
    await finish(now);
    expect(await due(now + 14 * MINUTE_MS)).toEqual([]);
    expect(proposalsIn(await due(now + 15 * MINUTE_MS))).toContain("DUE-1");
  });

  it("see what changed before a run that somebody else started for other SKUs", async () => {
    const now = Date.now();
    await due(now - 30 * MINUTE_MS);
    await finish(now - 29 * MINUTE_MS);
    await env.DB.prepare("UPDATE runs SET finished_at = ?1 WHERE kind = 'elasticity'")
      .bind(now - HOUR_MS)
      .run();
    await env.DB.prepare("UPDATE products SET updated_at = ?1 WHERE sku = 'DUE-3'")
      .bind(now - MINUTE_MS)
      .run();
    const person = serviceContext(env, systemActor("somebody"), now);
    await startRun(person, { kind: "proposals", scope: { skus: ["DUE-1"] }, objectOf });
    await finish(now);
    expect(proposalsIn(await due(now))).toEqual(["DUE-3"]);
  });

  it("take what the night learned, though it began with the run before", async () => {
    const now = Date.now() - 2 * DAY_MS;
    const started = await due(now); // elasticity and proposals at the same tick
    expect(started.map(({ kind }) => kind).toSorted()).toEqual(["elasticity", "evaluation", "proposals"]);
    const night = await env.DB.prepare(
      "SELECT id FROM runs WHERE actor = 'system:night' AND kind = 'elasticity'",
    );
    const id = await night.first<string>("id");
    await env.DB.prepare("UPDATE products SET updated_at = 0").run();
    await env.DB.prepare("UPDATE offers SET received_at = 0").run();
    const before = await env.DB.prepare("SELECT sku, run_id FROM elasticities").all();
    await env.DB.prepare("UPDATE elasticities SET run_id = ?1, as_of = ?2").bind(id, now).run();
    await finish(now + 16 * MINUTE_MS);
    expect(proposalsIn(await due(now + 17 * MINUTE_MS))).toEqual(SKUS);
    for (const { sku, run_id } of before.results)
      await env.DB.prepare("UPDATE elasticities SET run_id = ?2 WHERE sku = ?1").bind(sku, run_id).run();
  });
});

describe("the night", () => {
  const kinds = async (iso: string) => (await due(Date.parse(iso))).map(({ kind }) => kind);

  it("begins at its hour of the install's time zone, once a civil day", async () => {
    await call("PUT", "/api/settings", { nightAt: "02:30", timeZone: "America/New_York" });
    // 02:30 in New York is 07:30 UTC in winter
    expect(await kinds("2030-01-15T07:29:59Z")).not.toContain("elasticity");
    expect(await kinds("2030-01-15T07:30:00Z")).toContain("elasticity");
    expect(await kinds("2030-01-15T07:31:00Z")).not.toContain("elasticity");
    expect(await kinds("2030-01-16T04:59:00Z")).not.toContain("elasticity"); // still the 15th there
    expect(await kinds("2030-01-16T07:29:00Z")).not.toContain("elasticity");
    expect(await kinds("2030-01-16T07:31:00Z")).toContain("elasticity");
  });

  it("that its clocks skip begins right after", async () => {
    await call("PUT", "/api/settings", { nightAt: "02:30", timeZone: "Europe/Berlin" });
    // on 2030-03-31 the clocks go from 02:00 to 03:00 at 01:00 UTC
    expect(await kinds("2030-03-31T00:59:00Z")).not.toContain("elasticity");
    expect(await kinds("2030-03-31T01:00:00Z")).toContain("elasticity");
  });

  it("that was missed begins when the worker is back", async () => {
    await call("PUT", "/api/settings", { nightAt: "02:00", timeZone: "UTC" });
    expect(await kinds("2030-06-01T15:00:00Z")).toContain("elasticity");
  });

  it("needs demand", async () => {
    await env.DB.prepare("DELETE FROM demand_days").run();
    expect(await kinds("2030-07-01T15:00:00Z")).not.toContain("elasticity");
    await postDemand("due-again", [{ sku: "DUE-1", day: "2026-01-01", units: 1, price: 20 }]);
    expect(await kinds("2030-07-01T15:00:00Z")).toContain("elasticity");
  });
});
