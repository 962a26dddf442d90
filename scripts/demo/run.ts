import { parseMinor } from "../../domain/base/money.ts";
import { DAY_MS, MINUTE_MS } from "../../domain/base/time.ts";
import { type Api, createApi, pause } from "../client/api.ts";
import { cutBatches, postBatch, waitUntilDone } from "../client/batches.ts";
import { importProducts } from "../client/products.ts";
import { readAll, startRun, waitForRun } from "../client/runs.ts";
import { dayNumber, dayText } from "../replay/dates.ts";
import { COMPETITORS, PRODUCTS } from "./catalogue.ts";
import { liveMove, type MarketOffer, moverOf, offersOn } from "./market.ts";
import { CURRENCY, demandHistory, demandRow, importLines, offerHistory } from "./rows.ts";
import { ensureSource, postSigned, SCRAPER } from "./scraper.ts";
import { openingStock, visitOf } from "./shoppers.ts";
import { type DemoState, saveDemoState } from "./state.ts";

const SHOP = "demo-shop";
const MOVE_EVERY_MS = 4_000;
const VISIT_EVERY_MS = 5_000;
const SALES_EVERY_MS = 120_000;
const PROPOSALS_EVERY_MS = MINUTE_MS;
const PROPOSAL_STANDS_MS = 900_000;
const AFTER_FAILURE_MS = 15_000;
const PATIENCE_MS = 120_000;

interface Demo {
  api: Api;
  state: DemoState;
  stateDir: string;
  signal: AbortSignal;
  /** what each competitor asks now, by product index and competitor id */
  offers: Map<string, MarketOffer>[];
}

/**
 * Plays a shop and its market against a running install, through the public API alone, until the signal aborts: the
 * catalogue, 120 days of history, then competitors that move every few seconds, sales at the price that is served,
 * one elasticity run, and proposals every minute. Nothing that fails ends it; it tries again a little later.
 */
export async function runDemo(options: {
  url: string;
  state: DemoState;
  stateDir: string;
  signal: AbortSignal;
}): Promise<void> {
  const { url, state, stateDir, signal } = options;
  const api = createApi({ url, key: state.key, signal, patience: PATIENCE_MS });
  const demo: Demo = { api, state, stateDir, signal, offers: PRODUCTS.map(() => new Map()) };
  await untilDone(signal, "opening the market", () => openMarket(demo));
  await Promise.all([
    repeat(signal, MOVE_EVERY_MS, "a price move", () => moveOnce(demo)),
    untilDone(signal, "counting the stock", () => countStock(demo)).then(() =>
      repeat(signal, VISIT_EVERY_MS, "a visit", () => visitOnce(demo)),
    ),
    untilDone(signal, "the history", () => backfill(demo)).then(() =>
      Promise.all([
        repeat(signal, SALES_EVERY_MS, "the day's sales", () => reportSales(demo)),
        untilDone(signal, "the elasticity run", () => finishRun(api, "elasticity"))
          .then(() => untilDone(signal, "the first proposals run", () => propose(demo)))
          .then(() => untilDone(signal, "the figures of the pages", () => askForFigures(api)))
          .then(() => repeat(signal, PROPOSALS_EVERY_MS, "the proposals run", () => propose(demo))),
      ]),
    ),
  ]);
}

function tellFailure(what: string, error: unknown): void {
  console.error(`demo: ${what} failed: ${error instanceof Error ? error.message : String(error)}`);
}

/** Tries until it succeeds or the signal aborts. */
async function untilDone(signal: AbortSignal, what: string, attempt: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    try {
      return await attempt();
    } catch (error) {
      if (!signal.aborted) tellFailure(what, error);
      await pause(AFTER_FAILURE_MS, signal).catch(() => {});
    }
  }
}

/** Does it now and then every `every` ms until the signal aborts; a failure is printed and waits for the next turn. */
async function repeat(
  signal: AbortSignal,
  every: number,
  what: string,
  step: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    const next = Date.now() + every;
    await step().catch((error: unknown) => signal.aborted || tellFailure(what, error));
    await pause(Math.max(0, next - Date.now()), signal).catch(() => {});
  }
}

/** The catalogue, the scraper, and what every competitor asks at this moment. */
async function openMarket(demo: Demo): Promise<void> {
  const { api, state, stateDir, offers } = demo;
  await importProducts(api, importLines());
  await ensureSource(api, state, stateDir);
  const today = Math.floor(Date.now() / DAY_MS);
  for (const [index, known] of offers.entries()) {
    for (const offer of offersOn(state.seed, index, today)) known.set(offer.competitor.id, offer);
  }
  const all = offers.flatMap((known) => [...known.values()]);
  await postSigned(api, state.secret ?? "", `demo-open-${Date.now()}`, all);
}

/** The 120 days before the demo's first day, once. The same days give the same batches, so a restart carries on. */
async function backfill({ api, state, stateDir }: Demo): Promise<void> {
  if (state.backfilled) return;
  const firstDay = dayNumber(state.firstDay);
  const batches = [
    ...cutBatches("demand", SHOP, demandHistory(state.seed, firstDay)),
    ...cutBatches("observations", SCRAPER, offerHistory(state.seed, firstDay)),
  ];
  for (const batch of batches) await postBatch(api, batch);
  await waitUntilDone(api, batches, { patience: PATIENCE_MS });
  state.backfilled = true;
  saveDemoState(stateDir, state);
}

const FIGURE_DAYS = 60;

/** The figures that pages read are added up every full hour: whoever opens the demo now sees them at once. */
async function askForFigures(api: Api): Promise<void> {
  const today = Math.floor(Date.now() / DAY_MS);
  await api.post("/api/marts/rebuild", { from: dayText(today - FIGURE_DAYS), to: dayText(today) });
}

async function servedPrice(api: Api, sku: string): Promise<number> {
  const { price } = await api.get<{ price: string }>(`/api/price/${encodeURIComponent(sku)}`);
  const read = parseMinor(price, CURRENCY);
  if (!read.ok) throw new Error(`the served price of ${sku} is ${price}: ${read.message}`);
  return read.minor;
}

async function moveOnce({ api, state, offers }: Demo): Promise<void> {
  const tick = Math.floor(Date.now() / MOVE_EVERY_MS);
  const { productIndex, competitorIndex } = moverOf(state.seed, tick);
  const ours = await servedPrice(api, PRODUCTS[productIndex]!.sku);
  const move = liveMove(state.seed, tick, ours);
  await postSigned(api, state.secret ?? "", `demo-move-${tick}`, [move]);
  offers[productIndex]?.set(COMPETITORS[competitorIndex]!.id, move);
}

/** What lies in the warehouses as the demo opens. */
async function countStock({ api }: Demo): Promise<void> {
  for (const batch of cutBatches("inventory", SHOP, openingStock(new Date()))) await postBatch(api, batch);
}

/** One shopper's visit, and what it takes off the shelves. */
async function visitOnce({ api, state }: Demo): Promise<void> {
  const tick = Math.floor(Date.now() / VISIT_EVERY_MS);
  const { events, stock } = visitOf(state.seed, tick, new Date(tick * VISIT_EVERY_MS));
  await postBatch(api, { kind: "events", batchId: `demo-visit-${tick}`, source: SHOP, rows: events });
  if (stock.length === 0) return;
  await postBatch(api, { kind: "inventory", batchId: `demo-stock-${tick}`, source: SHOP, rows: stock });
}

/**
 * The sales of the day, as whole as they will be at the price now served: half a day's sales would look like half the
 * demand. Days on which the demo did not run are closed first.
 */
async function reportSales({ api, state, stateDir, offers }: Demo): Promise<void> {
  const today = Math.floor(Date.now() / DAY_MS);
  const prices: number[] = [];
  for (const { sku } of PRODUCTS) prices.push(await servedPrice(api, sku));
  for (let day = dayNumber(state.closedThrough) + 1; day <= today; day++) {
    const rows = PRODUCTS.map((_, index) =>
      demandRow(state.seed, index, day, prices[index]!, [...offers[index]!.values()]),
    );
    for (const batch of cutBatches("demand", SHOP, rows)) {
      await postBatch(api, { ...batch, batchId: `${batch.batchId}-${Date.now()}` });
    }
    if (day === today) continue;
    state.closedThrough = dayText(day);
    saveDemoState(stateDir, state);
  }
}

async function finishRun(api: Api, kind: "elasticity" | "proposals", skus?: string[]): Promise<void> {
  const run = await waitForRun(api, await startRun(api, kind, skus), PATIENCE_MS);
  if (run.status === "failed") throw new Error(`the ${kind} run ${run.id} failed`);
}

/**
 * Proposes for what has no proposal waiting, or an old one. A new proposal supersedes the one that waits: whoever
 * reads that one at the moment has time to decide.
 */
async function propose({ api }: Demo): Promise<void> {
  const pending = await readAll<{ sku: string; createdAt: string }>(api, "/api/proposals?status=pending");
  const now = Date.now();
  const young = pending.filter(({ createdAt }) => now - Date.parse(createdAt) < PROPOSAL_STANDS_MS);
  const left = new Set(young.map(({ sku }) => sku));
  const skus = PRODUCTS.map(({ sku }) => sku).filter((sku) => !left.has(sku));
  if (skus.length > 0) await finishRun(api, "proposals", skus);
}
