import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { database } from "../../db/database.ts";
import { expireUnmatched } from "../../services/ingest/unmatched.ts";
import { addProducts, call, observation, offersOf, postObservations, receiptOf } from "./support.ts";

beforeAll(async () => {
  await addProducts({ sku: "U-1" }, { sku: "U-2" }, { sku: "U-3", gtin: "4006381333931" });
});

interface Unmatched {
  id: string;
  competitor: string;
  competitorSku?: string;
  url?: string;
  sightings: number;
  row: { price: unknown };
}

interface Mapped {
  reingested: number;
  batches: { batchId: string; source: string }[];
}

const unmatchedOf = async (competitor: string) =>
  (await call<{ items: Unmatched[] }>("GET", `/api/unmatched?competitor=${competitor}`)).body.items;

/** A row that names its product by the competitor's own number or page. */
function foreign(named: Record<string, unknown>, price: number, minutes = 1) {
  const observedAt = new Date(Date.now() - minutes * 60_000).toISOString();
  const { sku: _, ...row } = observation("", price, { observedAt, ...named });
  return row;
}

async function map(body: Record<string, unknown>) {
  const answer = await call<Mapped>("POST", "/api/mappings", body);
  for (const { batchId, source } of answer.body.batches ?? []) await receiptOf(batchId, "done", source);
  return answer;
}

describe("a GTIN", () => {
  it("finds no product that is not on sale by its GTIN", async () => {
    await addProducts({ sku: "I-1", gtin: "777" }, { sku: "I-2", gtin: "777" }, { sku: "I-3", gtin: "888" });
    await env.DB.prepare("UPDATE products SET status = 'inactive' WHERE sku IN ('I-2', 'I-3')").run();
    const by = (gtin: string) => ({ ...observation("", 100), sku: undefined, gtin });
    const receipt = await postObservations("inactive", "inactive-1", [by("777"), by("888")]);
    expect(receipt).toMatchObject({ accepted: 1, problems: [{ row: 1, code: "unknown_sku" }] });
    expect(await offersOf("I-1")).toHaveLength(1);
  });
});

describe("an observation of an unknown product", () => {
  it("waits, the newest of its kind, until it is mapped; then it is accepted", async () => {
    const named = { competitor: "farshop", competitorSku: "F-77" };
    const receipt = await postObservations("crawler", "u-1", [foreign(named, 95, 9), foreign(named, 96, 8)]);
    expect(receipt.problems).toMatchObject([{ code: "unknown_sku" }, { code: "unknown_sku" }]);
    await postObservations("crawler", "u-2", [foreign(named, 97, 7)]);
    const waiting = await unmatchedOf("farshop");
    expect(waiting).toMatchObject([{ competitorSku: "F-77", sightings: 2, row: { price: 97 } }]);

    const mapped = await map({ ...named, sku: "U-1" });
    expect(mapped).toMatchObject({ status: 201, body: { sku: "U-1", reingested: 1 } });
    expect(await offersOf("U-1")).toMatchObject([{ competitor: "farshop", price: 9_700 }]);
    expect(await unmatchedOf("farshop")).toEqual([]);

    expect(await postObservations("crawler", "u-3", [foreign(named, 98)])).toMatchObject({ accepted: 1 });
    expect(await offersOf("U-1")).toMatchObject([{ price: 9_800 }]);
  });

  it("is known by its page where it has no number, and by its number where both are mapped", async () => {
    const url = "https://near.example/p/5";
    await postObservations("crawler", "u-4", [foreign({ competitor: "near", url }, 90)]);
    expect(await map({ competitor: "near", url, sku: "U-2" })).toMatchObject({ body: { reingested: 1 } });
    expect(await offersOf("U-2")).toMatchObject([{ competitor: "near", price: 9_000 }]);
    await map({ competitor: "near", competitorSku: "N-1", sku: "U-1" });
    await postObservations("crawler", "u-5", [
      foreign({ competitor: "near", competitorSku: "N-1", url }, 91),
    ]);
    expect((await offersOf("U-1")).map(({ competitor }) => competitor)).toContain("near");
  });

  it("is found by its GTIN before any mapping", async () => {
    await map({ competitor: "gtins", competitorSku: "G-1", sku: "U-2" });
    const named = { competitor: "gtins", competitorSku: "G-1", gtin: "04006381333931" };
    await postObservations("crawler", "u-6", [foreign(named, 99)]);
    expect(await offersOf("U-3")).toMatchObject([{ competitor: "gtins" }]);
  });

  it("is mapped even if it names a SKU that we do not have", async () => {
    const url = "https://odd.example/1";
    await postObservations("crawler", "u-7", [
      { ...foreign({ competitor: "odd", url }, 92), sku: "no-such" },
    ]);
    await map({ competitor: "odd", url, sku: "U-2" });
    expect((await offersOf("U-2")).map(({ competitor }) => competitor)).toContain("odd");
  });

  it("is found by GTIN, then by the mappings, if it names a SKU that we do not have", async () => {
    const url = "https://late.example/1";
    await map({ competitor: "late", url, sku: "U-2" });
    const row = (price: number, sku: string, named: Record<string, unknown> = {}) => ({
      ...foreign({ competitor: "late", url, ...named }, price),
      sku,
    });
    const receipt = await postObservations("crawler", "u-9", [
      row(93, "not-ours"),
      row(94, "not-ours", { gtin: "4006381333931" }),
      row(95, "U-1", { gtin: "4006381333931" }),
      row(96, "not-ours", { url: "https://late.example/2" }),
    ]);
    expect(receipt).toMatchObject({ accepted: 3, rejected: 1, problems: [{ row: 3, code: "unknown_sku" }] });
    const late = async (sku: string) =>
      (await offersOf(sku)).filter(({ competitor }) => competitor === "late").map(({ price }) => price);
    expect([await late("U-2"), await late("U-3"), await late("U-1")]).toEqual([[9_300], [9_400], [9_500]]);
  });

  it("is forgotten after 30 days", async () => {
    await postObservations("crawler", "u-8", [foreign({ competitor: "old", competitorSku: "O" }, 92)]);
    await expireUnmatched({ db: database(env.DB), now: Date.now() + 29 * 86_400_000 });
    expect(await unmatchedOf("old")).toHaveLength(1);
    await expireUnmatched({ db: database(env.DB), now: Date.now() + 31 * 86_400_000 });
    expect(await unmatchedOf("old")).toEqual([]);
  });
});

describe("a mapping", () => {
  it("of a pack that holds several of ours gives the price of one, before the price gate", async () => {
    const named = { competitor: "multi", competitorSku: "SIX" };
    const multi = async () => {
      const { body } = await call<{ items: { competitor: string }[] }>("GET", "/api/products/U-2/offers");
      return body.items.filter(({ competitor }) => competitor === "multi");
    };
    await postObservations("crawler", "pk-1", [foreign(named, 600.03, 9)]);
    const mapped = await map({ ...named, sku: "U-2", packFactor: 6 });
    expect(mapped).toMatchObject({ status: 201, body: { sku: "U-2", packFactor: 6, reingested: 1 } });
    // 10,000.5 cents: a half goes to the even one
    expect(await multi()).toMatchObject([{ price: "100.00", packFactor: 6 }]);

    const next = [foreign({ ...named, shipping: "12.00" }, 588, 8)];
    expect(await postObservations("crawler", "pk-2", next)).toMatchObject({ accepted: 1, quarantined: 0 });
    expect(await multi()).toMatchObject([{ price: "98.00", landedPrice: "100.00", packFactor: 6 }]);
    const tiny = await postObservations("crawler", "pk-3", [foreign(named, 0.03, 7)]);
    expect(tiny.problems).toMatchObject([{ code: "non_positive_price", path: "price" }]);

    await map({ ...named, sku: "U-2", packFactor: 1 });
    await postObservations("crawler", "pk-4", [foreign(named, 98, 6)]);
    const [offer] = await multi();
    expect(offer).toMatchObject({ price: "98.00" });
    expect(offer).not.toHaveProperty("packFactor");
  });

  it.each([
    [{ competitor: "x", competitorSku: "1", sku: "U-1", packFactor: 0 }, 422],
    [{ competitor: "x", sku: "U-1" }, 422],
    [{ competitor: "x", competitorSku: "1", url: "u", sku: "U-1" }, 422],
    [{ competitor: "x", competitorSku: "1", sku: "no-such" }, 404],
    [{ competitor: "x", competitorSku: "1", sku: "U-1", more: 1 }, 422],
  ])("%j is refused with %d", async (body, status) => {
    expect(await call("POST", "/api/mappings", body)).toMatchObject({ status });
  });
});
