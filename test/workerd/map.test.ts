import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { addProducts, call, observation, postObservations } from "./support.ts";

interface ViolationBody {
  id: string;
  status: string;
  price: string;
  notices: number;
  evidence: { url?: string; batchId: string; row: number; observedAt: string };
}

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

async function violationsOf(sku: string, status?: string): Promise<ViolationBody[]> {
  const query = status === undefined ? "" : `&status=${status}`;
  return (await call<{ items: ViolationBody[] }>("GET", `/api/map/violations?sku=${sku}${query}`)).body.items;
}

async function addMapProduct(sku: string): Promise<void> {
  await addProducts({ sku });
  await env.DB.prepare("UPDATE products SET map_price = 9500 WHERE sku = ?1").bind(sku).run();
}

async function signalsOf(sku: string) {
  const { body } = await call<{ items: { status: string }[] }>(
    "GET",
    `/api/signals?type=MAP_VIOLATION&sku=${sku}`,
  );
  return body.items.map(({ status }) => status);
}

test("an offer below the minimum is a violation with its evidence, until it is no more", async () => {
  await addMapProduct("M-1");
  const url = "https://acme.example/m-1";
  const below = observation("M-1", "90.00", { url, observedAt: minutesAgo(30) });
  const fair = observation("M-1", "95.00", { competitor: "fair", observedAt: minutesAgo(30) });
  await postObservations("scraper", "map-1", [fair, below]);
  const [violation] = await violationsOf("M-1");
  expect(violation).toMatchObject({
    status: "open",
    price: "90.00",
    competitor: "acme",
    mapPrice: "95.00",
    gapPct: 5.26,
  });
  expect(violation?.evidence).toEqual({
    source: "scraper",
    batchId: "map-1",
    row: 1,
    url,
    observedAt: below.observedAt,
  });
  expect(await signalsOf("M-1")).toEqual(["open"]);
  await postObservations("scraper", "map-2", [observation("M-1", "89.00", { observedAt: minutesAgo(20) })]);
  expect(await violationsOf("M-1")).toMatchObject([
    { id: violation?.id, price: "89.00", firstPrice: "90.00" },
  ]);
  await postObservations("scraper", "map-3", [observation("M-1", "95.00", { observedAt: minutesAgo(10) })]);
  expect(await violationsOf("M-1")).toMatchObject([{ id: violation?.id, status: "ended", price: "89.00" }]);
  expect(await signalsOf("M-1")).toEqual(["resolved"]);
});

test("a dealer is told, the log keeps it, and a violation can be dismissed", async () => {
  await addMapProduct("M-2");
  await postObservations("scraper", "map-4", [observation("M-2", "80.00", { competitor: "dealer" })]);
  expect((await call("PUT", "/api/map/dealers/dealer", { authorised: true })).status).toBe(204);
  const [open] = await violationsOf("M-2", "open");
  expect(open).toMatchObject({ authorised: true, notices: 0 });
  const told = await call("POST", `/api/map/violations/${open?.id}/notices`, {
    channel: "email",
    recipient: "x@dealer.example",
  });
  expect(told).toMatchObject({
    status: 201,
    body: { channel: "email", text: expect.stringContaining("80.00 EUR") },
  });
  const detail = await call("GET", `/api/map/violations/${open?.id}`);
  expect(detail.body).toMatchObject({ notices: 1, log: [{ recipient: "x@dealer.example" }] });
  expect((await call<{ items: object[] }>("GET", "/api/map/notices")).body.items).toHaveLength(1);
  const dismissed = await call("POST", `/api/map/violations/${open?.id}/dismiss`, {
    note: "a promotion that we agreed to",
  });
  expect(dismissed.body).toMatchObject({ status: "dismissed" });
  expect((await call("POST", `/api/map/violations/${open?.id}/dismiss`, { note: "again" })).status).toBe(409);
  await postObservations("scraper", "map-5", [
    observation("M-2", "79.00", { competitor: "dealer", observedAt: new Date().toISOString() }),
  ]);
  expect(await violationsOf("M-2")).toMatchObject([{ status: "dismissed", price: "79.00" }]);
});
