import { env } from "cloudflare:workers";
import { SignJWT } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { database } from "../../db/database.ts";
import { MINUTE_MS } from "../../domain/base/time.ts";
import { portsOf } from "../../durable/ports.ts";
import { lockPrices } from "../../services/pricing/price-lock.ts";
import { fetchRaw, holdScheduledRuns, importProducts, productRow, servedPrice } from "./back-support.ts";
import { call } from "./support.ts";

interface Locked {
  items: { sku: string; price: string; currency: string }[];
  lock: string;
  expiresAt: string;
}

const lockOf = (skus: string[], minutes?: number) =>
  call<Locked>("POST", "/api/prices/lock", { skus, ...(minutes !== undefined && { minutes }) });

const verdictOn = async (lock: string) => (await call("POST", "/api/prices/lock/verify", { lock })).body;

beforeAll(async () => {
  await holdScheduledRuns();
  await importProducts([
    ...["LCK-A", "LCK-B"].map((sku) => productRow(sku)),
    productRow("LCK-J", { price: "1980", currency: "JPY" }),
    productRow("LCK-OFF", { status: "inactive" }),
  ]);
});

describe("a lock of prices", () => {
  it("names the prices that are served, in the order of the SKUs, for a quarter of an hour", async () => {
    const before = Date.now();
    const { status, body } = await lockOf(["LCK-J", "LCK-A", "LCK-J"]);
    expect([status, body.items]).toEqual([
      200,
      [
        { sku: "LCK-J", price: "1980", currency: "JPY" },
        { sku: "LCK-A", price: "20.00", currency: "EUR" },
      ],
    ]);
    const minutes = (Date.parse(body.expiresAt) - before) / MINUTE_MS;
    expect(minutes).toBeGreaterThan(14.9);
    expect(minutes).toBeLessThan(16);
    const { items, expiresAt } = body;
    expect(await verdictOn(body.lock)).toEqual({ valid: true, items, expiresAt });
  });

  it("counts at the locked price when the price has changed meanwhile", async () => {
    const { body } = await lockOf(["LCK-B"], 60);
    await importProducts([{ sku: "LCK-B", price: "21.00" }]);
    expect(await servedPrice("LCK-B")).toBe("21.00");
    expect(await verdictOn(body.lock)).toMatchObject({
      valid: true,
      items: [{ sku: "LCK-B", price: "20.00" }],
    });
    expect((await lockOf(["LCK-B"])).body.items).toMatchObject([{ price: "21.00" }]);
  });

  it("ends at its expiry", async () => {
    const ctx = { db: database(env.DB), vault: portsOf(env).vault };
    const lockedAgo = (ms: number) => lockPrices({ ...ctx, now: Date.now() - ms }, ["LCK-A"], 5);
    expect(await verdictOn((await lockedAgo(4 * MINUTE_MS)).lock)).toMatchObject({ valid: true });
    const { lock } = await lockedAgo(5 * MINUTE_MS);
    expect(await verdictOn(lock)).toEqual({ valid: false, reason: "expired" });
  });

  it("counts no more with one other character, wherever it stands", async () => {
    const { lock } = (await lockOf(["LCK-A"])).body;
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const places = [0, 7, ...[...lock.matchAll(/\./g)].flatMap(({ index }) => [index - 1, index + 1])];
    for (const place of [...places, lock.length - 1]) {
      // the neighbour differs in the lowest bit only
      const other = alphabet[alphabet.indexOf(lock[place]!) ^ 1]!;
      const flipped = lock.slice(0, place) + other + lock.slice(place + 1);
      expect(await verdictOn(flipped), `at ${place}`).toEqual({ valid: false, reason: "forged" });
    }
  });

  it("counts only if this install signed it as a lock", async () => {
    const claims = { prices: [["LCK-A", 1, "EUR"]] };
    const secret = new TextEncoder().encode(await portsOf(env).vault.secret());
    const own = new SignJWT(claims).setProtectedHeader({ alg: "HS256" }).setAudience("price-lock");
    expect(await verdictOn(await own.setExpirationTime("5m").sign(secret))).toEqual({
      ...{ valid: false, reason: "forged" },
    });
    const part = (value: object) => btoa(JSON.stringify(value)).replace(/=+$/, "");
    const unsigned = `${part({ alg: "none" })}.${part({ ...claims, aud: "price-lock", exp: 9e9 })}.AAAA`;
    expect(await verdictOn(unsigned)).toEqual({ valid: false, reason: "forged" });
  });

  it.each(["", "lock", "a.b", "a.b.", "a.b.c.d", "a b.c.d"])("that is %j is malformed", async (lock) => {
    expect(await verdictOn(lock)).toEqual({ valid: false, reason: "malformed" });
  });

  it("is refused as a whole for a SKU that is unknown or not on sale, which is named", async () => {
    const { status, body } = await call("POST", "/api/prices/lock", { skus: ["LCK-A", "LCK-OFF", "NOBODY"] });
    expect([status, body.code, body.lock]).toEqual([422, "invalid", undefined]);
    expect(body.errors).toEqual([
      { path: "skus.1", code: "not_on_sale", message: "LCK-OFF is not on sale" },
      { path: "skus.2", code: "unknown_sku", message: "there is no product NOBODY" },
    ]);
  });

  it.each([0, 61, 1.5, "5"])("for %j minutes is refused", async (minutes) => {
    const { status, body } = await call("POST", "/api/prices/lock", { skus: ["LCK-A"], minutes });
    expect([status, body.errors]).toMatchObject([422, [{ path: "minutes" }]]);
  });

  it("may be asked for by a shop's page without a key", async () => {
    const headers = { origin: "https://shop.example", "content-type": "application/json" };
    const post = (path: string, body: object) =>
      fetchRaw(path, { method: "POST", headers, body: JSON.stringify(body) });
    const locked = await post("/api/prices/lock", { skus: ["LCK-A"] });
    const verified = await post("/api/prices/lock/verify", await locked.clone().json().then(pickLock));
    for (const { status, headers: answered } of [locked, verified])
      expect([status, answered.get("access-control-allow-origin")]).toEqual([200, "*"]);
  });

  it("of 500 SKUs with the longest of names can be verified", async () => {
    const skus = Array.from({ length: 500 }, (_, i) => `${i}-`.padEnd(100, "界"));
    await importProducts(skus.map((sku) => productRow(sku)));
    const { body } = await lockOf(skus);
    expect(await verdictOn(body.lock)).toMatchObject({ valid: true, items: body.items });
  });
});

const pickLock = (body: unknown) => ({ lock: (body as Locked).lock });
