import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { MINUTE_MS } from "../../domain/base/time.ts";
import { addProducts, call, observation, receiptOf } from "./support.ts";

const SKUS = ["LOST-1", "LOST-2", "LOST-3"];
const START = Date.now() - 60 * MINUTE_MS;

async function crawl(source: string, n: number, skus: readonly string[], more: Record<string, unknown> = {}) {
  const observedAt = new Date(START + n * 10 * MINUTE_MS).toISOString();
  const observations = skus.map((sku) =>
    observation(sku, 80, { competitor: `shop of ${source}`, observedAt }),
  );
  const body = { source, batchId: `${source}-${n}`, observations, ...more };
  expect((await call("POST", "/api/ingest/observations", body)).status).toBe(202);
  await receiptOf(`${source}-${n}`, "done", source);
}

async function offerOf(sku: string, source: string) {
  const { body } = await call<{ items: { competitor: string; status: string; fresh: boolean }[] }>(
    "GET",
    `/api/products/${sku}/offers`,
  );
  return body.items.find(({ competitor }) => competitor === `shop of ${source}`);
}

async function openSignals(sku: string): Promise<string[]> {
  const { body } = await call<{ items: { type: string }[] }>("GET", `/api/signals?sku=${sku}&status=open`);
  return body.items.map(({ type }) => type).sort();
}

beforeAll(() => addProducts(...SKUS.map((sku) => ({ sku }))));

describe("an offer that three crawls did not find", () => {
  it("is missing, and supports no signal until it is seen again", async () => {
    await crawl("scraper", 0, SKUS);
    expect(await openSignals("LOST-1")).toEqual(["ABOVE_MARKET", "UNDERCUT"]);
    for (const n of [1, 2, 3]) await crawl("scraper", n, SKUS.slice(1));
    await vi.waitUntil(async () => (await offerOf("LOST-1", "scraper"))?.status === "missing", {
      timeout: 30_000,
      interval: 300,
    });
    expect(await offerOf("LOST-1", "scraper")).toMatchObject({
      fresh: false,
      missingSince: new Date(START + 30 * MINUTE_MS).toISOString(),
    });
    expect(await openSignals("LOST-1")).toEqual(["OFFER_MISSING"]);
    expect(await offerOf("LOST-2", "scraper")).toMatchObject({ status: "accepted", fresh: true });
    await crawl("scraper", 4, SKUS);
    expect(await offerOf("LOST-1", "scraper")).toMatchObject({ status: "accepted", fresh: true });
    expect(await openSignals("LOST-1")).toEqual(["ABOVE_MARKET", "UNDERCUT"]);
  }, 60_000);

  it("is found by complete crawls only, where the source tells its crawls", async () => {
    const told = (id: string, complete?: boolean) => ({ crawl: { id, ...(complete ? { complete } : {}) } });
    await crawl("teller", 0, SKUS, told("a", true));
    for (const n of [1, 2, 3]) await crawl("teller", n, SKUS.slice(1), told(`part-${n}`));
    for (const n of [4, 5]) await crawl("teller", n, SKUS.slice(1), told(`b-${n}`, true));
    await crawl("teller", 5.5, SKUS.slice(1), told("c", true));
    await vi.waitUntil(async () => (await offerOf("LOST-1", "teller"))?.status === "missing", {
      timeout: 30_000,
      interval: 300,
    });
    const { results } = await env.DB.prepare("SELECT id, complete FROM crawls ORDER BY from_at").all();
    expect(results).toHaveLength(7);
  }, 60_000);

  it("needs a crawl of the right form", async () => {
    const post = (crawl: unknown) =>
      call("POST", "/api/ingest/observations", { source: "x", crawl, observations: [] });
    expect((await post({ id: "a", done: true })).status).toBe(422);
    expect((await post({ complete: true })).body).toMatchObject({ errors: [{ path: "crawl.id" }] });
  });
});
