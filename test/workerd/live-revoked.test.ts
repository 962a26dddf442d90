import { runDurableObjectAlarm } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import type { LiveItem } from "../../domain/messages/live.ts";
import type { LiveFeed } from "../../durable/live-feed.ts";
import { liveFeed } from "../../durable/stubs.ts";
import { person } from "./back-support.ts";
import { adminKey, call } from "./support.ts";

const STILL_HERE: LiveItem = {
  ...{ type: "price", sku: "S", price: "1.00", currency: "EUR", source: "base" },
  at: "2026-01-01T00:00:00Z",
};

/** A socket to the feed, and what it was sent. */
async function connect(headers: Record<string, string> = {}) {
  const { webSocket: socket } = await exports.default.fetch("https://shop.test/api/live", {
    headers: { upgrade: "websocket", authorization: `Bearer ${await adminKey()}`, ...headers },
  });
  const frames: unknown[] = [];
  socket!.addEventListener("message", ({ data }) => frames.push(data));
  socket!.accept();
  return { socket, frames };
}

describe("what a socket was opened with", () => {
  const signedOut = async (change: () => Promise<unknown>, headers: Record<string, string>) => {
    const { socket, frames } = await connect(headers);
    const stays = await connect();
    await vi.waitUntil(() => frames.length === 1 && stays.frames.length === 1);
    const closed = new Promise<CloseEvent>((resolve) => socket!.addEventListener("close", resolve));
    await runDurableObjectAlarm(liveFeed(env) as DurableObjectStub<LiveFeed>);
    await change();
    // half a minute later
    await runDurableObjectAlarm(liveFeed(env) as DurableObjectStub<LiveFeed>);
    const { code } = await closed;
    await liveFeed(env).publish([STILL_HERE]);
    await vi.waitUntil(() => stays.frames.length === 2);
    return code;
  };

  it.each(["revoked", "over"])("closes it within a minute when the key is %s", async (how) => {
    const made = await call("POST", "/api/keys", { name: `socket-${how}`, scopes: ["read"] });
    const { id, key } = made.body;
    const end = () =>
      how === "revoked"
        ? call("DELETE", `/api/keys/${id}`)
        : env.DB.prepare("UPDATE api_keys SET expires_at = 1 WHERE id = ?1").bind(id).run();
    expect(await signedOut(end, { authorization: `Bearer ${key}` })).toBe(4401);
  });

  it.each([
    ["session is ended", "DELETE FROM sessions WHERE user_id = ?1"],
    ["person is deactivated", "UPDATE users SET active = 0 WHERE id = ?1"],
  ])("closes it within a minute when the %s", async (what, sql) => {
    const { id, cookie } = await person(`${what.replaceAll(" ", "-")}@shop.test`, "viewer");
    const headers = { authorization: "", cookie, origin: "https://shop.test" };
    expect(await signedOut(() => env.DB.prepare(sql).bind(id).run(), headers)).toBe(4401);
  });
});
