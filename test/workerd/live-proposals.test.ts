import { env, exports } from "cloudflare:workers";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { LiveFrame, LiveItem } from "../../domain/messages/live.ts";
import { serviceContext, systemActor } from "../../services/context.ts";
import { proposalNews } from "../../services/runs/proposal-news.ts";
import { propose, seedShop } from "./back-support.ts";
import { addProposals } from "./proposals-support.ts";
import { adminKey } from "./support.ts";

let socket: WebSocket;
const items: LiveItem[] = [];

beforeAll(async () => {
  const headers = { upgrade: "websocket", authorization: `Bearer ${await adminKey()}` };
  const response = await exports.default.fetch("https://shop.test/api/live", { headers });
  socket = response.webSocket!;
  socket.addEventListener("message", ({ data }) => {
    const frame = JSON.parse(String(data)) as LiveFrame;
    if ("items" in frame) items.push(...frame.items);
  });
  socket.accept();
});
afterAll(() => socket.close());

describe("new proposals", () => {
  it("of a run are published, each once, with their status", async () => {
    const skus = ["NEWS-1", "NEWS-2"];
    await seedShop(skus);
    const proposed = await propose(skus);
    const published = () => items.filter((item) => item.type === "proposal");
    await vi.waitUntil(() => published().length >= skus.length);
    const made = [...proposed.values()].map(({ id, sku }) => ({
      type: "proposal",
      id,
      sku,
      status: "pending",
    }));
    expect(published()).toEqual(expect.arrayContaining(made));
    expect(published()).toHaveLength(skus.length);
  }, 60_000);

  it("travel as their number where they are many", async () => {
    const now = 1_000;
    const rows = Array.from({ length: 21 }, (_, i) => ({ id: `prp_${i}`, sku: `S-${i}`, runId: "run_1" }));
    await addProposals(rows.map((row) => ({ ...row, createdAt: now })));
    await addProposals([{ id: "prp_old", sku: "OLD", runId: "run_1", createdAt: now - 1 }]);
    const ctx = { ...serviceContext(env, systemActor("test")), now };
    expect(await proposalNews(ctx, "run_1")).toEqual([
      { type: "proposals", runId: "run_1", pending: 21, at: "1970-01-01T00:00:01.000Z" },
    ]);
    expect(await proposalNews(ctx, "run_2")).toEqual([]);
  });
});
