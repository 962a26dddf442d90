import { exports } from "cloudflare:workers";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { LiveFrame } from "../../domain/messages/live.ts";
import { importProducts, productRow } from "./back-support.ts";
import { adminKey, call } from "./support.ts";

let socket: WebSocket;
const frames: LiveFrame[] = [];

beforeAll(async () => {
  await importProducts([productRow("LIVE-1"), productRow("LIVE-2")]);
  const headers = { upgrade: "websocket", authorization: `Bearer ${await adminKey()}` };
  const response = await exports.default.fetch("https://shop.test/api/live", { headers });
  socket = response.webSocket!;
  socket.addEventListener("message", ({ data }) => frames.push(JSON.parse(String(data)) as LiveFrame));
  socket.accept();
  await vi.waitUntil(() => frames.length > 0);
});
afterAll(() => socket.close());

const prices = () =>
  frames
    .flatMap((frame) => ("items" in frame ? frame.items : []))
    .flatMap((item) => (item.type === "price" ? [[item.sku, item.price, item.currency, item.source]] : []));

it("publishes a changed price once, whatever changed it, and a first price never", async () => {
  await call("PUT", "/api/products/LIVE-1/price", { price: "21.00", reason: "by hand" });
  await vi.waitUntil(() => prices().length === 1);
  const fixed = { scope: "sku", key: "LIVE-2", kind: "FIXED_PRICE", price: "19.00", reason: "a fair" };
  await call("POST", "/api/overrides", fixed);
  await vi.waitUntil(() => prices().length === 2);
  await importProducts([productRow("LIVE-1", { price: "22.00" }), productRow("LIVE-3")]);
  await vi.waitUntil(() => prices().length === 3);
  expect(prices()).toEqual([
    ["LIVE-1", "21.00", "EUR", "applied"],
    ["LIVE-2", "19.00", "EUR", "override"],
    ["LIVE-1", "22.00", "EUR", "base"],
  ]);
});
