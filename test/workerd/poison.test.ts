import { exports } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { addProducts, adminKey, call, offersOf, receiptOf } from "./support.ts";

const LONG_SKU = "S".repeat(50);
const seenAt = new Date(Date.now() - 60_000).toISOString();

beforeAll(async () => {
  await addProducts({ sku: "P-1" }, { sku: LONG_SKU });
});

/** A good row but for one field, as JSON text: some poison is no JavaScript value. */
function rowWith(field: string, json: string | null): string {
  const row: Record<string, string> = {
    sku: '"P-1"',
    competitor: '"acme"',
    price: '"99.00"',
    observedAt: JSON.stringify(seenAt),
  };
  if (json === null) delete row[field];
  else row[field] = json;
  return `{${Object.entries(row)
    .map(([name, text]) => `${JSON.stringify(name)}:${text}`)
    .join(",")}}`;
}

const POISON: [what: string, field: string, json: string | null, code: string, path: string][] = [
  ["no price", "price", null, "missing_field", "price"],
  ["no SKU", "sku", null, "missing_field", "sku"],
  ["no time", "observedAt", null, "missing_field", "observedAt"],
  ["no competitor", "competitor", null, "missing_field", "competitor"],
  ["a price of words", "price", '"abc"', "bad_price", "price"],
  ["a price of 10^12", "price", "1e12", "price_too_large", "price"],
  ["a price that is not a number", "price", '"NaN"', "bad_price", "price"],
  ["no value for a price", "price", "null", "missing_field", "price"],
  ["a price of zero", "price", "0", "non_positive_price", "price"],
  ["a negative price", "price", "-5", "non_positive_price", "price"],
  ["an infinite price", "price", "1e999", "bad_price", "price"],
  ["a negatively infinite price", "price", "-1e999", "bad_price", "price"],
  ["an infinite price in words", "price", '"Infinity"', "bad_price", "price"],
  ["a negatively infinite price in words", "price", '"-Infinity"', "bad_price", "price"],
  ["a nested price", "price", '{"amount":{"value":5}}', "wrong_type", "price"],
  ["a list for a price", "price", "[5]", "wrong_type", "price"],
  ["a nested SKU", "sku", '{"id":"P-1"}', "wrong_type", "sku"],
  ["an unknown product", "sku", '"no-such-product"', "unknown_sku", "sku"],
  ["an unknown SKU of 50 characters", "sku", JSON.stringify("X".repeat(50)), "unknown_sku", "sku"],
  ["the year 2099", "observedAt", '"2099-01-01T00:00:00Z"', "future_time", "observedAt"],
  ["a time without a zone", "observedAt", '"2026-01-01T00:00:00"', "bad_time", "observedAt"],
  ["an infinite time", "observedAt", "1e999", "bad_time", "observedAt"],
  ["an unknown field", "colour", '{"price":1}', "unknown_field", "colour"],
  ["an unknown currency", "currency", '"ZZZ"', "unknown_currency", "currency"],
];

const GOOD = [
  rowWith("competitor", '"first"'),
  rowWith("sku", JSON.stringify(LONG_SKU)),
  rowWith("competitor", '"last"'),
];

async function post(body: string | Uint8Array, headers: Record<string, string> = {}) {
  return call("POST", "/api/ingest/observations", body, headers);
}

function envelope(batchId: string, rows: readonly string[]): string {
  return `{"source":"poisoner","batchId":"${batchId}","observations":[${rows.join(",")}]}`;
}

describe("a poisoned row", () => {
  it.each(POISON)("%s has its code, and nothing else is lost", async (what, field, json, code, path) => {
    const batchId = `poison-${what.replaceAll(/\W+/g, "-")}`;
    const answer = await post(envelope(batchId, [GOOD[0]!, rowWith(field, json), GOOD[2]!]));
    expect(answer).toMatchObject({ status: 202, body: { received: 3 } });
    const receipt = await receiptOf(batchId);
    expect(receipt.problems).toMatchObject([{ row: 1, code, path }]);
    expect(receipt.accepted + receipt.duplicates).toBe(2);
  });

  it.each(['"text"', "5", "null", "[]", "true"])("may be the JSON value %s", async (row) => {
    const batchId = `poison-row-${row.length}-${row.replaceAll(/\W/g, "")}`;
    await post(envelope(batchId, [row, GOOD[0]!]));
    expect((await receiptOf(batchId)).problems).toMatchObject([{ row: 0, code: "wrong_type" }]);
  });

  it("of every kind in one batch leaves the good rows alone", async () => {
    const rows = [GOOD[0]!, ...POISON.map(([, field, json]) => rowWith(field, json)), GOOD[1]!, GOOD[2]!];
    await post(envelope("poison-all", rows));
    const receipt = await receiptOf("poison-all");
    expect(receipt.problems.map(({ code }) => code)).toEqual(POISON.map(([, , , code]) => code));
    expect(receipt.rejected).toBe(POISON.length);
    expect((await offersOf("P-1")).map(({ competitor }) => competitor)).toEqual(["first", "last"]);
    expect(await offersOf(LONG_SKU)).toHaveLength(1);
  });
});

describe("a poisoned body", () => {
  const gzip = async (bytes: Uint8Array<ArrayBuffer>) =>
    new Uint8Array(
      await new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"))).arrayBuffer(),
    );

  it("of ten megabytes is too large, announced or not", async () => {
    const body = "x".repeat(10 * 1024 * 1024);
    expect(await post(body)).toMatchObject({ status: 413, body: { code: "too_large" } });
    const stream = new Blob([body]).stream();
    const request = new Request("https://shop.test/api/ingest/observations", {
      method: "POST",
      headers: { authorization: `Bearer ${await adminKey()}` },
      body: stream,
    });
    expect((await exports.default.fetch(request)).status).toBe(413);
  });

  it("that is not UTF-8 is refused as bad JSON", async () => {
    const bytes = new TextEncoder().encode(envelope("poison-utf8", [GOOD[0]!]));
    bytes[bytes.length - 5] = 0xff;
    expect(await post(bytes)).toMatchObject({ status: 400, body: { code: "bad_json" } });
  });

  it("that nests too deep is refused as bad JSON", async () => {
    expect(await post(`${"[".repeat(100_000)}${"]".repeat(100_000)}`)).toMatchObject({ status: 400 });
  });

  it("packed with gzip is read; a gzip bomb is too large, and anything else is refused", async () => {
    const encoding = { "content-encoding": "gzip" };
    const body = new Uint8Array(new TextEncoder().encode(envelope("poison-gzip", [GOOD[0]!])));
    const packed = await gzip(body);
    expect(await post(packed, encoding)).toMatchObject({ status: 202, body: { received: 1 } });
    const bomb = await gzip(new Uint8Array(50_000_000).fill(0x20));
    expect(bomb.length).toBeLessThan(100_000);
    expect(await post(bomb, encoding)).toMatchObject({ status: 413, body: { code: "too_large" } });
    expect(await post("plain", encoding)).toMatchObject({ status: 400 });
    expect(await post("plain", { "content-encoding": "br" })).toMatchObject({ status: 400 });
  });

  it.each([
    ['{"source":"s"}', 422],
    ['{"source":"s","observations":{}}', 422],
    ['{"source":"","observations":[]}', 422],
    ['{"source":"s","observations":[],"more":1}', 422],
    ["", 400],
    ["NaN", 400],
  ])("%s is refused with %d", async (body, status) => {
    expect(await post(body)).toMatchObject({ status });
  });
});
