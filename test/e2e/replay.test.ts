import { afterAll, describe, expect, it } from "vitest";
import { createApi } from "../../scripts/client/api.ts";
import { postBatch, sumReceipts, waitUntilDone } from "../../scripts/client/batches.ts";
import { importProducts } from "../../scripts/client/products.ts";
import { readAll, startRun, waitForRun } from "../../scripts/client/runs.ts";
import { dayText } from "../../scripts/replay/dates.ts";
import { shuffled } from "../../scripts/replay/shuffle.ts";
import { API_KEY, type Install, newStateDir, startInstall } from "../support/install.ts";
import { type MarketState, readMarketState } from "../support/market-state.ts";
import { batchesOf, postShop } from "../support/posting.ts";
import { generateShop, type Shop, today } from "../support/shop.ts";
import { queryLocalD1, readLocalTables } from "../support/tables.ts";

const TODAY = today();
const SPAN = { from: `${dayText(TODAY - 130)}T00:00:00Z`, to: `${dayText(TODAY)}T00:00:00Z` };
const shop = generateShop({
  categories: { Chairs: -2, Tables: -2.5 },
  skusPerCategory: 10,
  days: 120,
  priceRange: 0.15,
  competitors: ["northmart", "lowprice", "oldtown"],
  seed: 5,
  today: TODAY,
});
const ROWS = shop.demand.length + shop.observations.length;

function inAnotherOrder({ products, demand, observations }: Shop, seed: number): Shop {
  return {
    products: shuffled(products, seed),
    demand: shuffled(demand, seed),
    observations: shuffled(observations, seed),
  };
}

/** The clock's own work would make it a matter of time what is in the tables. */
const NO_CLOCK = { env: { SCHEDULER: "off" } };

const states: { remove: () => void }[] = [];
const installs: Install[] = [];
afterAll(async () => {
  for (const install of installs) await install.kill();
  for (const state of states) state.remove();
});

async function freshInstall(): Promise<{ install: Install; stateDir: string }> {
  const state = newStateDir();
  states.push(state);
  const install = await startInstall(state.path, NO_CLOCK);
  installs.push(install);
  return { install, stateDir: state.path };
}

let undisturbed: MarketState;

describe("the same rows again", () => {
  it("change nothing: as they were, and in another order", async () => {
    const { install, stateDir } = await freshInstall();
    expect(await postShop(install.api, shop)).toMatchObject({ received: ROWS, accepted: ROWS });
    undisturbed = await readMarketState(install.api, stateDir, SPAN);
    expect(undisturbed.demand).toHaveLength(shop.demand.length);
    expect(undisturbed.offers).toHaveLength(60);
    const tables = readLocalTables(stateDir);

    expect(await postShop(install.api, shop)).toMatchObject({ received: ROWS });
    expect(await postShop(install.api, inAnotherOrder(shop, 1))).toMatchObject({
      received: ROWS,
      duplicates: ROWS,
    });
    expect(readLocalTables(stateDir)).toEqual(tables);
    expect(await readMarketState(install.api, stateDir, SPAN)).toEqual(undisturbed);
    await install.stop();
  });

  it("come to the same in another order on an empty state", async () => {
    const { install, stateDir } = await freshInstall();
    expect(await postShop(install.api, inAnotherOrder(shop, 2))).toMatchObject({
      received: ROWS,
      accepted: ROWS,
    });
    expect(await readMarketState(install.api, stateDir, SPAN)).toEqual(undisturbed);
    await install.stop();
  });
});

describe("kill -9 of everything", () => {
  const state = newStateDir();
  states.push(state);
  let install: Install;

  async function startAgain(port?: number): Promise<void> {
    install = await startInstall(state.path, port === undefined ? {} : { port });
    installs.push(install);
  }

  it("in the middle of a replay loses no accepted batch, and the tables are those of an undisturbed one", async () => {
    await startAgain();
    // One that does not try again: what it was answered 202 for is what has to be there afterwards.
    const impatient = createApi({ url: install.url, key: API_KEY, patience: 0 });
    await importProducts(impatient, shop.products);
    const batches = batchesOf(shop);
    const accepted: typeof batches = [];
    let killed: Promise<void> | undefined;
    for (const batch of batches) {
      try {
        await postBatch(impatient, batch);
        accepted.push(batch);
        if (accepted.length === 4) killed = install.kill();
      } catch {
        break;
      }
    }
    await killed;
    expect(accepted.length).toBeGreaterThanOrEqual(4);
    expect(accepted.length).toBeLessThan(batches.length);

    await startAgain(install.port);
    const receipts = await waitUntilDone(install.api, accepted, { patience: 120_000 });
    for (const receipt of receipts) {
      expect(sumReceipts([receipt]).received).toBe(receipt.accepted + receipt.duplicates);
    }
    await postShop(install.api, shop);
    expect(await readMarketState(install.api, state.path, SPAN)).toEqual(undisturbed);
  });

  it("during an elasticity run does not keep it from ending done", async () => {
    const runId = await startRun(install.api, "elasticity");
    await install.kill();
    expect(queryLocalD1(state.path, `SELECT status FROM runs WHERE id = '${runId}'`)).not.toEqual([
      { status: "done" },
    ]);

    await startAgain(install.port);
    const run = await waitForRun(install.api, runId, 400_000);
    expect(run).toMatchObject({ status: "done", shards: { failed: 0 } });
    expect(await readAll(install.api, "/api/elasticities")).toHaveLength(shop.products.length);
    await install.stop();
    // the minute tick sends again what was under way, phase by phase
  }, 480_000);
});
