import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { createClient } from "../../../clients/typescript/client.ts";
import { type Observation, Scraper, signedHeaders } from "../../../clients/typescript/scraper.ts";

const URL_ = "http://install.test";
const SECRET = `whsec_${btoa("a secret of at least 24 bytes")}`;

interface Asked {
  method: string;
  path: string;
  body: string;
  headers: Headers;
}

/** Answers with these in turn, the last one for ever; notes what was asked. */
function answering(...answers: (() => Response)[]) {
  const asked: Asked[] = [];
  const waits: number[] = [];
  const fetch = async (input: unknown) => {
    const request = input as Request;
    const { method, url, headers } = request;
    asked.push({ method, path: new URL(url).pathname, body: await request.text(), headers });
    return (answers[asked.length - 1] ?? answers.at(-1)!)();
  };
  const sleep = async (ms: number) => void waits.push(ms);
  return { asked, waits, options: { url: URL_, key: "k", fetch: fetch as typeof globalThis.fetch, sleep } };
}

const json = (value: unknown, status = 200, headers = {}) => Response.json(value, { status, headers });
const accepted = () => json({ batchId: "b", received: 1, duplicate: false }, 202);
const broken = () => {
  throw new TypeError("fetch failed");
};
const seen = (sku: string): Observation => ({
  ...{ sku, competitor: "nord", price: "9.90", currency: "EUR" },
  observedAt: "2026-11-29T10:00:00Z",
});

describe("a call of the client", () => {
  it("is tried again when the install is too busy, after as long as it says", async () => {
    const { asked, waits, options } = answering(
      () => json({}, 429, { "retry-after": "2" }),
      () => json({ sku: "A", price: "1.00" }),
    );
    const { data } = await createClient(options).GET("/api/price/{sku}", {
      params: { path: { sku: "A/1" } },
    });
    expect(data?.price).toBe("1.00");
    expect(waits).toEqual([2000]);
    expect(asked.map(({ path }) => path)).toEqual(["/api/price/A%2F1", "/api/price/A%2F1"]);
    expect(asked[0]?.headers.get("authorization")).toBe("Bearer k");
  });

  it("is not repeated after a broken connection where it may have been carried out", async () => {
    const { asked, options } = answering(broken);
    const approve = createClient(options).POST("/api/proposals/{id}/approve", {
      ...{ params: { path: { id: "p1" } }, body: {} },
    });
    await expect(approve).rejects.toThrow("fetch failed");
    expect(asked).toHaveLength(1);
  });

  it("gives up in the end, with the last answer", async () => {
    const { asked, options } = answering(() => json({ code: "unavailable" }, 503));
    const { error, response } = await createClient({ ...options, retries: 2 }).GET("/api/products");
    expect([response.status, asked.length]).toEqual([503, 3]);
    expect(error).toMatchObject({ code: "unavailable" });
  });
});

describe("the scraper of the client", () => {
  it("posts full batches, and the same rows under the same id", async () => {
    const { asked, options } = answering(accepted);
    const ids = [];
    for (let crawl = 0; crawl < 2; crawl++) {
      const scraper = new Scraper({ ...options, source: "s", batchRows: 2 });
      for (const sku of ["A", "B", "C"]) await scraper.add(seen(sku));
      await scraper.flush();
      ids.push(asked.splice(0).map(({ body }) => JSON.parse(body)));
    }
    expect(ids[0]).toEqual(ids[1]);
    expect(ids[0]?.map(({ observations }) => observations.length)).toEqual([2, 1]);
    expect(ids[0]?.[0]).toMatchObject({ source: "s", batchId: expect.stringMatching(/^obs-[0-9a-f]{32}$/) });
  });

  it("keeps a batch below a megabyte", async () => {
    const { asked, options } = answering(accepted);
    const scraper = new Scraper({ ...options, source: "s" });
    for (let i = 0; i < 3; i++) await scraper.add({ ...seen(`S${i}`), title: "x".repeat(400_000) });
    await scraper.flush();
    expect(asked.length).toBe(2);
    for (const { body } of asked) expect(body.length).toBeLessThan(1_000_000);
  });

  it("keeps the rows of a batch that was refused", async () => {
    const { asked, options } = answering(() => json({ code: "forbidden" }, 403), accepted);
    const scraper = new Scraper({ ...options, source: "s" });
    await scraper.add(seen("A"));
    await expect(scraper.flush()).rejects.toThrow("403");
    await scraper.flush();
    expect(asked[1]?.body).toBe(asked[0]?.body);
  });

  it("signs as the package that checks webhooks expects", async () => {
    const body = '{"observations":[]}';
    const headers = await signedHeaders(SECRET, { id: "b1", body, at: new Date() });
    expect(new Webhook(SECRET).verify(body, headers)).toEqual({ observations: [] });
    const { asked, options } = answering(accepted);
    const scraper = new Scraper({ ...options, source: "a b", secret: SECRET });
    await scraper.add(seen("A"));
    await scraper.flush();
    expect(asked[0]?.path).toBe("/api/hooks/a%20b");
    expect(new Webhook(SECRET).verify(asked[0]!.body, Object.fromEntries(asked[0]!.headers))).toMatchObject({
      source: "a b",
    });
  });
});
