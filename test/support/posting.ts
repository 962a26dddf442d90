import type { Api } from "../../scripts/client/api.ts";
import {
  type Batch,
  cutBatches,
  postBatch,
  sumReceipts,
  waitUntilDone,
} from "../../scripts/client/batches.ts";
import { importProducts } from "../../scripts/client/products.ts";
import { type Run, startRun, waitForRun } from "../../scripts/client/runs.ts";
import type { Shop } from "./shop.ts";

const PATIENCE_MS = 120_000;

/** The batches of a shop's demand and observations. */
export function batchesOf(shop: Shop, source = "test-feed"): Batch[] {
  return [
    ...cutBatches("demand", source, shop.demand),
    ...cutBatches("observations", source, shop.observations),
  ];
}

/** Imports a shop's products, posts its rows, and waits until all of them are processed. */
export async function postShop(api: Api, shop: Shop): Promise<ReturnType<typeof sumReceipts>> {
  await importProducts(api, shop.products);
  const batches = batchesOf(shop);
  for (const batch of batches) await postBatch(api, batch);
  return sumReceipts(await waitUntilDone(api, batches, { patience: PATIENCE_MS }));
}

/** Starts a run and waits for its end. */
export async function runToEnd(api: Api, kind: Run["kind"]): Promise<Run> {
  return waitForRun(api, await startRun(api, kind), PATIENCE_MS);
}
