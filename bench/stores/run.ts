import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { pause } from "../../scripts/client/api.ts";
import { API_KEY, type Install, newStateDir, startInstall } from "../../test/support/install.ts";
import { FakeMedusa } from "../../test/support/stores/fake-medusa.ts";
import { FakeShopify } from "../../test/support/stores/fake-shopify.ts";
import type { FakeStore } from "../../test/support/stores/fake-store.ts";
import { FakeWooCommerce } from "../../test/support/stores/fake-woocommerce.ts";

const USAGE = `npm run bench:stores -- [options]: applied prices reach a store that keeps its documented rate
  --prices <n>    prices that are applied (10000)
  --points <n>    Shopify: points a second (1000, the Plus plan; 100 is the standard one)
  --requests <n>  WooCommerce and Medusa: requests a second that the host allows (10)
  --store <name>  shopify, woocommerce or medusa (all)`;

const { values } = parseArgs({
  options: {
    prices: { type: "string", default: "10000" },
    points: { type: "string", default: "1000" },
    requests: { type: "string", default: "10" },
    store: { type: "string", default: "shopify,woocommerce,medusa" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
const PRICES = Number(values.prices);
const POINTS = Number(values.points);
const REQUESTS = Number(values.requests);
const PATIENCE_MS = 3_600_000;

/** A store that listens, how it is connected, and the seconds below which its rate does not let anybody come. */
interface Case {
  id: "shopify" | "woocommerce" | "medusa";
  fake: FakeStore & { throttled: number };
  options: object;
  credentials: object;
  limitSeconds: number;
}

function cases(): Case[] {
  // a mutation for each product, and each price read before and after
  const points = PRICES * 10 + 2 * (PRICES + PRICES / 100);
  const requests = 3 * Math.ceil(PRICES / 100);
  // batches of a hundred, and the whole list, of a thousand a page, once before and once after
  const listRequests = Math.ceil(PRICES / 100) + 1 + Math.ceil(PRICES / 1_000);
  const all: Case[] = [
    {
      id: "shopify",
      fake: new FakeShopify(Date.now, { max: 10 * POINTS, restorePerSecond: POINTS }),
      options: {},
      credentials: { accessToken: "shpat_test" },
      limitSeconds: Math.max(0, points - 10 * POINTS) / POINTS,
    },
    {
      id: "woocommerce",
      fake: new FakeWooCommerce(Date.now, REQUESTS),
      options: { requestsPerSecond: REQUESTS },
      credentials: { consumerKey: "ck_test", consumerSecret: "cs_test" },
      limitSeconds: (requests - REQUESTS) / REQUESTS,
    },
    {
      id: "medusa",
      fake: new FakeMedusa(Date.now, REQUESTS),
      options: { requestsPerSecond: REQUESTS, priceListId: "plist_1" },
      credentials: { apiKey: "sk_test" },
      limitSeconds: Math.max(0, listRequests - REQUESTS) / REQUESTS,
    },
  ];
  return all.filter(({ id }) => values.store.split(",").includes(id));
}

/** The fake behind a port of this machine. */
async function listen(fake: FakeStore): Promise<{ server: Server; url: string; asked: number[] }> {
  const asked: number[] = [];
  const server = createServer(async (request, response) => {
    asked.push(performance.now());
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts).toString();
    const init = { method: request.method ?? "GET", headers: request.headers as Record<string, string> };
    const answer = await fake.fetch(
      `http://store.test${request.url}`,
      body === "" ? init : { ...init, body },
    );
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(await answer.text());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

interface StoreBody {
  listings: number;
  waiting: number;
  unconfirmed: number;
  job?: { finishedAt?: string; error?: string };
}

async function until(install: Install, id: string, isSo: (store: StoreBody) => boolean): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (Date.now() < end) {
    if (isSo(await install.api.get<StoreBody>(`/api/stores/${id}`))) return;
    await pause(500);
  }
  throw new Error(`the store ${id} did not come to it`);
}

async function importPrices(install: Install, rows: readonly string[]): Promise<void> {
  const header = { authorization: `Bearer ${API_KEY}`, "content-type": "text/csv" };
  const body = ["sku,price", ...rows].join("\n");
  const answer = await fetch(`${install.url}/api/import/products`, { method: "POST", headers: header, body });
  if (!answer.ok) throw new Error(`the import answered ${answer.status}: ${await answer.text()}`);
}

async function measure(install: Install, { id, fake, options, credentials, limitSeconds }: Case) {
  const { server, url, asked } = await listen(fake);
  const skus = Array.from({ length: PRICES }, (_, i) => `${id}-${i}`);
  for (const sku of skus) fake.add(sku, "10.00");
  await install.api.post("/api/stores", {
    ...{ id, kind: id, mode: "live", checkMinutes: null, credentials },
    options: { url, currency: "EUR", ...options },
  });
  await install.api.post(`/api/stores/${id}/import`, { what: ["catalogue"] });
  await until(install, id, ({ job }) => job?.finishedAt !== undefined);
  await pause(12_000);
  asked.length = 0;
  fake.requests.length = 0;
  const start = performance.now();
  for (let from = 0; from < PRICES; from += 5_000)
    await importPrices(
      install,
      skus.slice(from, from + 5_000).map((sku, i) => `${sku},${(9 + (i % 90) / 100).toFixed(2)}`),
    );
  const applied = performance.now();
  await until(install, id, ({ waiting }) => waiting === 0 && fake.writes.length > 0);
  const end = performance.now();
  server.close();
  const { unconfirmed } = await install.api.get<StoreBody>(`/api/stores/${id}`);
  const values = Map.groupBy(fake.writes, ({ sku }) => sku);
  // from when the store was first asked, or from when all was in force if that was earlier
  const seconds = (end - Math.min(asked[0]!, applied)) / 1_000;
  return {
    ...{ store: id, prices: PRICES, seconds: round(seconds), limitSeconds: round(limitSeconds) },
    timesLimit: round(seconds / limitSeconds),
    ...silence(start, asked),
    applySeconds: round((applied - start) / 1_000),
    ...{ throttled: fake.throttled, requests: asked.length, unconfirmed },
    reached: values.size,
    withSeveralValues: [...values.values()].filter(
      (writes) => new Set(writes.map(({ price }) => price)).size > 1,
    ).length,
  };
}

/** When the store was first and last asked, in seconds from the start, and the longest pauses between two requests. */
function silence(start: number, asked: readonly number[]) {
  const since = (at: number) => round((at - start) / 1_000);
  const pauses = asked
    .slice(1)
    .map((at, i) => ({ at: since(asked[i]!), seconds: since(at) - since(asked[i]!) }));
  return {
    firstAsked: since(asked[0]!),
    lastAsked: since(asked.at(-1)!),
    longestPauses: pauses
      .sort((a, b) => b.seconds - a.seconds)
      .slice(0, 6)
      .map(({ at, seconds }) => `${round(seconds)} at ${at}`),
  };
}

function round(value: number): number {
  return Number(value.toFixed(2));
}

const state = newStateDir();
const install = await startInstall(state.path);
try {
  const results = [];
  for (const one of cases()) {
    const result = await measure(install, one);
    console.log(JSON.stringify(result));
    results.push(result);
  }
  console.log(JSON.stringify({ bench: "stores", load: round(loadavg()[0]!), results }));
} finally {
  await install.stop();
  state.remove();
}
