import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { serviceContext, systemActor } from "../../services/context.ts";
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
