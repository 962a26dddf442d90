import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { database } from "../../db/database.ts";
import { expireMatches } from "../../services/matching/reviews.ts";
import { call, observation, offersOf, postObservations } from "./support.ts";

interface Match {
  id: string;
  sku: string | null;
  score: number;
  decision: string;
  reviewId?: string;
}

const product = (sku: string, title: string, more: object = {}) => ({
  ...{ sku, title, category: "audio", price: "199.00" },
  ...more,
});
const match = async (...listings: object[]) =>
  (await call<{ matches: Match[] }>("POST", "/api/match", { listings })).body.matches;
const waiting = async (status = "review") =>
  (await call<{ items: { id: string; sku: string }[] }>("GET", `/api/matches?status=${status}`)).body.items;

beforeAll(async () => {
  for (const one of [
    product("M-1", "Sonara STR-DG540 5.1 channel AV receiver", { brand: "Sonara", gtin: "4006381333931" }),
    product("M-2", "Sonara STR-DG740 7.1 channel AV receiver", { brand: "Sonara" }),
    product("M-3", "Bergquell espresso beans 1 kg"),
    product("M-4", "Sonara STR-DG540 5.1 channel AV receiver", { gtin: "4006381333931", status: "inactive" }),
  ])
    expect((await call("POST", "/api/products", one)).status).toBe(201);
});

describe("POST /api/match", () => {
  it("finds the product by its GTIN, whatever a retired one carries", async () => {
    const [found] = await match({ id: "1", title: "Sonara receiver STR-DG540", gtin: "4006381333931" });
    expect(found).toMatchObject({ id: "1", sku: "M-1", decision: "auto" });
  });

  it("knows a product that was added a moment ago", async () => {
    await call(
      "POST",
      "/api/products",
      product("M-5", "Marleno kettle K300 steel", { mpn: "K300", brand: "Marleno" }),
    );
    const [found] = await match({ id: "5", title: "Marleno K300 kettle", brand: "Marleno", mpn: "K300" });
    expect(found).toMatchObject({ sku: "M-5", decision: "auto" });
  });

  it("names what is wrong, and refuses too many", async () => {
    expect((await call("POST", "/api/match", { listings: [{ id: "x" }] })).status).toBe(422);
    const many = Array.from({ length: 101 }, (_, i) => ({ id: String(i), title: "x" }));
    expect((await call("POST", "/api/match", { listings: many })).status).toBe(422);
  });
});

describe("the review queue", () => {
  const pack = {
    id: "pack-2",
    competitor: "grocer",
    competitorSku: "G-77",
    title: "Bergquell espresso beans 2 x 1 kg",
  };

  it("holds what is not sure; a rejected match is not offered again", async () => {
    const [found] = await match({ ...pack, id: "pack-1", competitorSku: "G-76" });
    expect(found).toMatchObject({ sku: "M-3", decision: "review", packFactor: 2 });
    expect((await waiting()).map(({ id }) => id)).toContain(found!.reviewId);

    const settled = await call("POST", `/api/matches/${found!.reviewId}/reject`);
    expect(settled).toMatchObject({
      status: 200,
      body: { review: { status: "rejected", settledBy: "key:test" } },
    });
    expect((await match({ ...pack, id: "pack-1" }))[0]!.sku).not.toBe("M-3");
    expect((await call("POST", `/api/matches/${found!.reviewId}/accept`)).status).toBe(409);
  });

  it("makes an accepted match a mapping, and takes in the rows that waited for it", async () => {
    const observedAt = new Date(Date.now() - 60_000).toISOString();
    const { sku: _, ...row } = observation("", 180, {
      observedAt,
      competitor: "grocer",
      competitorSku: "G-77",
      title: pack.title,
    });
    await postObservations("crawler", "m-1", [row]);
    const unmatched = await call<{ items: { id: string }[] }>("GET", "/api/unmatched?competitor=grocer");
    const suggestions = await call("GET", `/api/unmatched/${unmatched.body.items[0]!.id}/suggestions`);
    expect(suggestions.body).toMatchObject({ suggestions: [{ sku: "M-3" }] });

    const [found] = await match(pack);
    const accepted = await call("POST", `/api/matches/${found!.reviewId}/accept`);
    expect(accepted).toMatchObject({ status: 200, body: { reingested: 1, review: { status: "accepted" } } });
    expect((await match(pack))[0]).toMatchObject({ sku: "M-3", score: 1, decision: "auto" });
    await expect.poll(async () => (await offersOf("M-3")).length, { timeout: 10_000 }).toBe(1);
    const offers = await call("GET", "/api/products/M-3/offers");
    expect(offers.body).toMatchObject({ items: [{ competitor: "grocer", price: "90.00", packFactor: 2 }] });
  });

  it("is forgotten when the listing has not been seen for long", async () => {
    await match({ ...pack, id: "pack-3", competitorSku: "G-78" });
    const db = database(env.DB);
    await expireMatches({ db, now: Date.now() });
    expect(await waiting()).toHaveLength(1);
    await expireMatches({ db, now: Date.now() + 31 * 86_400_000 });
    expect(await waiting()).toHaveLength(0);
    expect(await waiting("rejected")).toHaveLength(1);
  });
});

describe("how sure a match has to be", () => {
  it("is a setting, for matches, the review queue and unmatched rows alike", async () => {
    const listing = { id: "sure-1", title: "Sonara STR-DG740 7.1 channel AV receiver", competitor: "alpha" };
    const decided = async () => {
      const [found] = (await match(listing)) as (Match & { suggestions: { decision: string }[] })[];
      return [found?.decision, found?.suggestions[0]?.decision];
    };
    const set = (matching: unknown) => call("PUT", "/api/settings", { matching });
    expect((await set({ auto: 1, review: 0 })).status).toBe(200);
    expect(await decided()).toEqual(["review", "review"]);
    expect(await waiting()).not.toHaveLength(0);
    await set({ auto: 1, review: 1 });
    expect(await decided()).toEqual(["none", "none"]);
    expect(await waiting()).toHaveLength(0);
    expect((await set({ auto: 0.5, review: 0.6 })).status).toBe(422);
  });
});
