import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { DEFAULT_SETTINGS } from "../../domain/settings/settings.ts";
import { skuShardOf } from "../../durable/stubs.ts";
import { serviceContext, systemActor } from "../../services/context.ts";
import type { ShardJob } from "../../services/runs/run-record.ts";
import { readSkus } from "../../services/runs/snapshot.ts";
import { changeSettings } from "../../services/settings/change-settings.ts";
import { addProducts, call, observation, offersOf, postObservations } from "./support.ts";

const today = () => new Date(Date.now() - 60_000).toISOString().slice(0, 10);

test("rates are saved once, and convert what is in another currency", async () => {
  await addProducts({ sku: "FX-1" });
  const rates = [{ base: "EUR", quote: "USD", day: today(), rate: "1.25" }];
  expect(await call("POST", "/api/fx-rates", { rates })).toMatchObject({ status: 200, body: { saved: 1 } });
  expect(await call("POST", "/api/fx-rates", { rates })).toMatchObject({ status: 200, body: { saved: 0 } });
  const receipt = await postObservations("crawler", "fx-1", [
    observation("FX-1", "125.00", { currency: "USD" }),
    observation("FX-1", "125.00", { currency: "CHF", competitor: "other" }),
  ]);
  expect(receipt).toMatchObject({
    accepted: 1,
    rejected: 1,
    problems: [{ row: 1, code: "currency_mismatch" }],
  });
  expect(await offersOf("FX-1")).toMatchObject([{ competitor: "acme", price: 10_000, currency: "EUR" }]);
});

test("our own offers are rejected, an excluded competitor's kept without a signal", async () => {
  await addProducts({ sku: "OWN-1" });
  const ctx = serviceContext(env, systemActor("test"));
  await changeSettings(ctx, { ownSellers: ["Our Shop"] });
  const receipt = await postObservations("crawler", "own-1", [
    observation("OWN-1", "90.00", { competitor: "market", seller: "our shop" }),
    observation("OWN-1", "99.00", { competitor: "ignored" }),
  ]);
  expect(receipt).toMatchObject({ accepted: 1, rejected: 1, problems: [{ row: 0, code: "own_offer" }] });
  await env.DB.prepare("UPDATE competitors SET include = 0 WHERE id = 'ignored'").run();
  await postObservations("crawler", "own-2", [
    observation("OWN-1", "80.00", { competitor: "ignored", observedAt: new Date().toISOString() }),
  ]);
  expect(await offersOf("OWN-1")).toMatchObject([{ competitor: "ignored", price: 8000 }]);
  const { results } = await env.DB.prepare("SELECT type FROM signals WHERE sku = 'OWN-1'").all();
  expect(results).toEqual([]);
});

test("a price at an old rate is shown, and no decision rests on it", async () => {
  await addProducts({ sku: "FX-2" });
  const day = new Date(Date.now() - 6 * 86_400_000).toISOString().slice(0, 10);
  await call("POST", "/api/fx-rates", { rates: [{ base: "EUR", quote: "SEK", day, rate: "11" }] });
  await postObservations("crawler", "fx-2", [
    observation("FX-2", "990.00", { currency: "SEK", competitor: "nord" }),
    observation("FX-2", "95.00", { competitor: "near" }),
  ]);
  expect((await offersOf("FX-2")).map(({ competitor, price }) => [competitor, price])).toEqual([
    ["near", 9_500],
    ["nord", 9_000],
  ]);
  const run = { asOf: Date.now(), settings: DEFAULT_SETTINGS } as ShardJob["run"];
  const readHistories = async (skus: readonly string[], asOf: number) =>
    (await skuShardOf(env, "FX-2")).history([...skus], asOf);
  const [reading] = await readSkus(
    serviceContext(env, systemActor("test")),
    { run, skus: ["FX-2"], readHistories },
    30,
  );
  expect(reading?.competitors.map(({ competitor }) => competitor)).toEqual(["near", "nord"]);
  expect(reading?.features.offers.map(({ competitor }) => competitor)).toEqual(["near"]);
});

test("a rate that jumped is a signal", async () => {
  await addProducts({ sku: "FX-3" });
  const yesterday = new Date(Date.parse(today()) - 86_400_000).toISOString().slice(0, 10);
  const rate = (day: string, value: string) => ({ base: "EUR", quote: "NOK", day, rate: value });
  await call("POST", "/api/fx-rates", { rates: [rate(yesterday, "10"), rate(today(), "10.5")] });
  await postObservations("crawler", "fx-3", [
    observation("FX-3", "1050.00", { currency: "NOK", competitor: "fjord" }),
  ]);
  const { body } = await call<{ items: object[] }>("GET", "/api/signals?sku=FX-3");
  expect(body.items).toMatchObject([
    { type: "FX_SHOCK", status: "open", evidence: { listedCurrency: "NOK", ratePct: -4.76, competitors: 1 } },
  ]);
});
