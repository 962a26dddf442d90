import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { newRouter } from "../../worker/context.ts";
import { problemResponse } from "../../worker/middleware/problem.ts";
import { ingestRoutes } from "../../worker/routes/ingest.ts";
import {
  addProducts,
  call,
  observation,
  offersOf,
  postObservations,
  type ReceiptBody,
  receiptOf,
} from "./support.ts";

const POST = "/api/ingest/observations";

describe("a batch of observations", () => {
  it("is accepted, judged row by row and projected", async () => {
    await addProducts({ sku: "A-1" }, { sku: "A-2", gtin: "04006381333931" });
    const accepted = await call("POST", POST, {
      source: "line",
      batchId: "line-1",
      observations: [
        observation("A-1", "99.90"),
        observation("A-1", 80, { competitor: "bolt", availability: "in_stock" }),
        { ...observation("", { minor: 8_500, currency: "EUR" }), sku: undefined, gtin: "4006381333931" },
        observation("nobody-knows", 10),
      ],
    });
    expect(accepted).toMatchObject({
      status: 202,
      body: { batchId: "line-1", received: 4, duplicate: false },
    });
    expect(await receiptOf("line-1")).toMatchObject({
      ...{ received: 4, accepted: 3, duplicates: 0, quarantined: 0, rejected: 1 },
      problems: [{ row: 3, path: "sku", code: "unknown_sku" }],
    });
    expect(await offersOf("A-1")).toMatchObject([
      { competitor: "acme", price: 9_990 },
      { competitor: "bolt", price: 8_000, availability: "in_stock" },
    ]);
    expect(await offersOf("A-2")).toMatchObject([{ competitor: "acme", price: 8_500 }]);
    const signals = await env.DB.prepare(
      "SELECT type, competitor, status FROM signals WHERE sku = 'A-1'",
    ).all();
    expect(signals.results).toContainEqual({ type: "UNDERCUT", competitor: "bolt", status: "open" });
    const competitors = await env.DB.prepare("SELECT id, is_new FROM competitors ORDER BY id").all();
    expect(competitors.results).toEqual([
      { id: "acme", is_new: 1 },
      { id: "bolt", is_new: 1 },
    ]);
  });

  it("finds a product by its GTIN in any of its lengths, unless two carry it", async () => {
    await addProducts(
      { sku: "T-1", gtin: "00012345678905", price: 1_000 },
      { sku: "T-2", gtin: "555" },
      { sku: "T-3", gtin: "555" },
    );
    const by = (gtin: string, competitor: string) => ({
      ...observation("", 10, { competitor }),
      sku: undefined,
      gtin,
    });
    const receipt = await postObservations("gtin", "gtin-1", [
      by("012345678905", "upc"),
      by("12345678905", "bare"),
      by(" 00012345678905 ", "spaced"),
      by("555", "two"),
      by("999", "none"),
      by("not digits", "odd"),
    ]);
    expect(receipt.accepted).toBe(3);
    expect(receipt.problems.map(({ row, code, path }) => [row, code, path])).toEqual([
      [3, "ambiguous_product", "gtin"],
      [4, "unknown_sku", "gtin"],
      [5, "unknown_sku", "gtin"],
    ]);
    expect((await offersOf("T-1")).map(({ competitor }) => competitor)).toEqual(["bare", "spaced", "upc"]);
  });

  it("gets an id when the caller gave none", async () => {
    const { body } = await call("POST", POST, { source: "line", observations: [] });
    expect(body).toMatchObject({ received: 0, duplicate: false, batchId: expect.stringMatching(/^batch_/) });
    expect((await receiptOf(String(body.batchId))).received).toBe(0);
  });

  it("makes the source that it names for the first time, and keeps its health at a low rate", async () => {
    await addProducts({ sku: "H-1", price: 1_000 });
    await postObservations("fresh-source", "h-1", [observation("H-1", 10)]);
    await postObservations("fresh-source", "h-2", [observation("H-1", 11, { competitor: "bolt" })]);
    const { body } = await call<{ items: { id: string; lastBatchAt?: string; lastAcceptedAt?: string }[] }>(
      "GET",
      "/api/sources",
    );
    const source = body.items.find(({ id }) => id === "fresh-source");
    expect(source?.lastBatchAt).toBe(source?.lastAcceptedAt);
    expect(source?.lastBatchAt).toMatch(/Z$/);
  });
});

describe("the same batch again", () => {
  it("is a duplicate with the same receipt, and counts nothing twice", async () => {
    await addProducts({ sku: "D-1" });
    const body = JSON.stringify({ source: "dup", batchId: "dup-1", observations: [observation("D-1", 50)] });
    expect((await call("POST", POST, body)).body).toMatchObject({ duplicate: false });
    const receipt = await receiptOf("dup-1");
    expect((await call("POST", POST, body)).body).toEqual({ batchId: "dup-1", received: 1, duplicate: true });
    expect(await receiptOf("dup-1")).toEqual(receipt);
  });

  it("with another body is refused, and changes nothing", async () => {
    await addProducts({ sku: "D-2" });
    await postObservations("dup", "dup-2", [observation("D-2", 50)]);
    const other = { source: "dup", batchId: "dup-2", observations: [observation("D-2", 51)] };
    expect(await call("POST", POST, other)).toMatchObject({ status: 409, body: { code: "batch_id_reused" } });
    expect(await offersOf("D-2")).toMatchObject([{ price: 5_000 }]);
  });

  it("under another id has only duplicates", async () => {
    await addProducts({ sku: "D-3" });
    const rows = [observation("D-3", 50), observation("D-3", 51, { competitor: "bolt" })];
    expect(await postObservations("dup", "dup-3", rows)).toMatchObject({ accepted: 2, duplicates: 0 });
    expect(await postObservations("dup", "dup-4", rows)).toMatchObject({ accepted: 0, duplicates: 2 });
  });

  it("may come from two sources, which then have to be named", async () => {
    await addProducts({ sku: "D-5" });
    await postObservations("one", "shared", [observation("D-5", 50)]);
    await postObservations("two", "shared", [observation("D-5", 51), observation("no", 1)]);
    const both = await call("GET", "/api/ingest/batches/shared");
    expect(both).toMatchObject({ status: 409, body: { code: "ambiguous_batch", sources: ["one", "two"] } });
    expect(await receiptOf("shared", "done", "two")).toMatchObject({ received: 2 });
    expect(await call("GET", "/api/ingest/batches/shared?source=three")).toMatchObject({ status: 404 });
  });
});

describe("a wrong row", () => {
  const now = Date.now();
  it.each<[string, string, string | undefined, Record<string, unknown>]>([
    ["no competitor", "missing_field", "competitor", { competitor: undefined }],
    ["no price", "missing_field", "price", { price: undefined }],
    ["no product", "missing_field", "sku", { sku: undefined }],
    ["a boolean price", "wrong_type", "price", { price: true }],
    ["a nested sku", "wrong_type", "sku", { sku: { nested: [1] } }],
    ["an unknown field", "unknown_field", "colour", { colour: "red" }],
    ["a price that is no number", "bad_price", "price", { price: "abc" }],
    ["a price NaN", "bad_price", "price", { price: "NaN" }],
    ["a zero price", "non_positive_price", "price", { price: 0 }],
    ["a negative price", "non_positive_price", "price", { price: -5 }],
    ["a price of 1e15", "price_too_large", "price", { price: 1e15 }],
    ["an unknown currency", "unknown_currency", "currency", { currency: "ZZZ" }],
    ["another currency", "currency_mismatch", "currency", { currency: "USD" }],
    ["an unknown SKU", "unknown_sku", "sku", { sku: "NOT-OURS" }],
    ["no real time", "bad_time", "observedAt", { observedAt: "yesterday" }],
    ["the year 2099", "future_time", "observedAt", { observedAt: "2099-01-01T00:00:00Z" }],
  ])("with %s is rejected %s, and its neighbours go through", async (what, code, path, change) => {
    const sku = `R-${what.replaceAll(" ", "-")}`;
    await addProducts({ sku, price: 2_000 });
    const batchId = `wrong-${sku}`;
    const rows = [
      observation(sku, 20, { observedAt: now - 3_000 }),
      { ...observation(sku, 30, { competitor: "bad", observedAt: now - 2_000 }), ...change },
      observation(sku, 21, { competitor: "bolt", observedAt: now - 1_000 }),
    ];
    const receipt = await postObservations("rows", batchId, rows);
    expect(receipt).toMatchObject({
      received: 3,
      accepted: 2,
      rejected: 1,
      problems: [{ row: 1, code, path }],
    });
    expect(await offersOf(sku)).toMatchObject([
      { competitor: "acme", price: 2_000 },
      { competitor: "bolt", price: 2_100 },
    ]);
  });

  it.each([[null], [7], ["text"], [[]], [{}]])("that is %j is rejected", async (row) => {
    const batchId = `odd-${JSON.stringify(row).replaceAll('"', "")}`;
    const receipt = await postObservations("rows", batchId, [row]);
    expect(receipt).toMatchObject({ received: 1, rejected: 1 });
    expect(["wrong_type", "missing_field"]).toContain(receipt.problems[0]?.code);
  });

  it("that is too large to travel is rejected by itself", async () => {
    await addProducts({ sku: "BIG", price: 2_000 });
    const receipt = await postObservations("rows", "big", [
      observation("BIG", 20),
      observation("BIG", 21, { title: "x".repeat(200_000) }),
      observation("BIG", 22, { competitor: "bolt", title: "y".repeat(90_000) }),
    ]);
    expect(receipt.problems.map(({ row, code }) => [row, code])).toEqual([
      [1, "wrong_type"],
      [2, "ignored_field"],
    ]);
    expect(await offersOf("BIG")).toHaveLength(2);
  });
});

describe("a wrong envelope", () => {
  const row = observation("A-1", 1);
  it.each<[string, number, string, string | null, unknown]>([
    ["no JSON", 400, "bad_json", null, "{ not json"],
    ["no UTF-8", 400, "bad_json", null, new Uint8Array([0x7b, 0xff, 0xfe, 0x7d])],
    ["nothing", 400, "bad_json", null, ""],
    [
      "deep nesting",
      400,
      "bad_json",
      null,
      `{"source":"s","observations":${"[".repeat(50_000)}${"]".repeat(50_000)}}`,
    ],
    ["no object", 422, "invalid", "", "[]"],
    ["no source", 422, "invalid", "source", { observations: [row] }],
    ["a slash in the source", 422, "invalid", "source", { source: "a/b", observations: [row] }],
    ["no list", 422, "invalid", "observations", { source: "s" }],
    ["a list that is none", 422, "invalid", "observations", { source: "s", observations: { 0: row } }],
    ["an unknown field", 422, "invalid", "extra", { source: "s", observations: [row], extra: 1 }],
    [
      "a batch id that is a number",
      422,
      "invalid",
      "batchId",
      { source: "s", batchId: 7, observations: [row] },
    ],
    [
      "1,001 rows",
      413,
      "too_large",
      null,
      { source: "s", observations: Array.from({ length: 1_001 }, () => row) },
    ],
    ["2 MB", 413, "too_large", null, `{"source":"s","observations":["${"x".repeat(2_000_000)}"]}`],
  ])("with %s is refused with %i %s", async (_, status, code, path, body) => {
    const answer = await call<{ code: string; errors?: { path: string }[] }>("POST", POST, body);
    expect(answer).toMatchObject({ status, body: { code } });
    expect(answer.headers.get("content-type")).toContain("application/problem+json");
    if (path !== null) expect(answer.body.errors?.map((error) => error.path)).toEqual([path]);
  });

  it("needs the right to ingest", async () => {
    const answer = await call("POST", POST, { source: "s", observations: [row] }, { authorization: "" });
    expect(answer).toMatchObject({ status: 401, body: { code: "unauthenticated" } });
  });
});

describe("a batch that cannot be stored", () => {
  it.each([
    "INBOX",
    "DB",
  ] as const)("because of %s is refused with 503, to be sent again later", async (part) => {
    const broken = {
      idFromName: () => "id",
      get: () => ({ accept: () => Promise.reject(new Error("disk")) }),
      prepare: () => {
        throw new Error("disk");
      },
    };
    const caller = newRouter();
    caller.onError(problemResponse);
    caller.use(async (c, next) => {
      c.set("actor", { kind: "key", id: "k", name: "k", scopes: ["ingest"], sources: null });
      await next();
    });
    caller.route("/", ingestRoutes);
    const body = JSON.stringify({
      source: `broken-${part}`,
      batchId: "x",
      observations: [observation("A-1", 1)],
    });
    const answer = await caller.request(POST, { method: "POST", body }, { ...env, [part]: broken } as never);
    expect(answer.status).toBe(503);
    expect(answer.headers.get("retry-after")).toBe("5");
    expect(await answer.json()).toMatchObject({ code: "unavailable" });
    expect(await call("GET", "/api/ingest/batches/x")).toMatchObject({ status: 404 });
  });
});

describe("a large batch", () => {
  it("travels in several chunks and comes back as one receipt", async () => {
    const skus = Array.from({ length: 40 }, (_, i) => `L-${i}`);
    await addProducts(...skus.map((sku) => ({ sku, price: 2_000 })));
    const rows = Array.from({ length: 1_000 }, (_, i) =>
      observation(skus[i % 40]!, 20 + (i % 7), {
        competitor: `c${Math.floor(i / 40)}`,
        title: "t".repeat(300),
      }),
    );
    const receipt: ReceiptBody = await postObservations("large", "large-1", rows);
    expect(receipt).toMatchObject({ received: 1_000, accepted: 1_000, problems: [] });
    const stored = await env.DB.prepare("SELECT COUNT(*) AS n FROM offers WHERE sku LIKE 'L-%'").first("n");
    expect(stored).toBe(1_000);
  });
});
