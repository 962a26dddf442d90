import {
  createExecutionContext,
  createMessageBatch,
  runInDurableObject,
  waitOnExecutionContext,
} from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Env } from "../../db/env.ts";
import { UNREAD_FOR_MS, UNREAD_FRAMES_MAX } from "../../domain/delivery/live-digest.ts";
import type { LiveFrame, LiveItem, SignalItem } from "../../domain/messages/live.ts";
import type { LiveFeed } from "../../durable/live-feed.ts";
import { liveFeed, runProgress } from "../../durable/stubs.ts";
import { consume } from "../../queues/consume.ts";
import { serviceContext, systemActor } from "../../services/context.ts";
import { bootstrap } from "../../services/identity/bootstrap.ts";
import { evict } from "./evict.ts";
import { addProducts, adminKey, call, observation, postObservations } from "./support.ts";

const open: WebSocket[] = [];

afterEach(() => {
  for (const socket of open.splice(0)) socket.close();
});

async function connect(path = "/api/live", headers: Record<string, string> = {}) {
  const response = await exports.default.fetch(`https://shop.test${path}`, {
    headers: { upgrade: "websocket", authorization: `Bearer ${await adminKey()}`, ...headers },
  });
  const frames: LiveFrame[] = [];
  const texts: string[] = [];
  const socket = response.webSocket;
  if (socket) {
    open.push(socket);
    socket.addEventListener("message", ({ data }) => {
      texts.push(String(data));
      if (String(data).startsWith("{")) frames.push(JSON.parse(String(data)) as LiveFrame);
    });
    socket.accept();
  }
  return { status: response.status, socket, frames, texts };
}

function run(id: string): LiveItem {
  return {
    type: "run",
    id,
    kind: "features",
    status: "running",
    phase: "finish",
    shards: { total: 2, done: 1, failed: 0 },
  };
}

describe("the live feed", () => {
  it("begins now, and sends what comes close together as one frame", async () => {
    const { frames } = await connect();
    await vi.waitUntil(() => frames.length === 1);
    const begin = frames[0]!.seq;
    expect(frames[0]).toEqual({ seq: begin, items: [] });
    await liveFeed(env).publish([run("a")]);
    await liveFeed(env).publish([run("b"), run("c")]);
    await vi.waitUntil(() => frames.length === 2);
    expect(frames[1]).toEqual({ seq: begin + 1, items: [run("a"), run("b"), run("c")] });
  });

  it("resumes after a frame, without loss and without repeating", async () => {
    const { frames } = await connect();
    await vi.waitUntil(() => frames.length === 1);
    const begin = frames[0]!.seq;
    await liveFeed(env).publish([run("missed")]);
    await vi.waitUntil(() => frames.length === 2);
    const resumed = await connect(`/api/live?since=${begin}`);
    await vi.waitUntil(() => resumed.frames.length === 1);
    expect(resumed.frames).toEqual([{ seq: begin + 1, items: [run("missed")] }]);
  });

  it("resets a client that comes back after the object was loaded again", async () => {
    const { frames } = await connect();
    await vi.waitUntil(() => frames.length === 1);
    const before = frames[0]!.seq;
    await evict(liveFeed(env));
    const resumed = await connect(`/api/live?since=${before}`);
    await vi.waitUntil(() => resumed.frames.length === 1);
    expect(resumed.frames[0]).toMatchObject({ reset: true });
    expect(resumed.frames[0]!.seq).toBeGreaterThan(before);
  });

  it("goes on to sockets that slept through an eviction", async () => {
    const { frames } = await connect();
    await vi.waitUntil(() => frames.length === 1);
    await evict(liveFeed(env));
    await liveFeed(env).publish([run("after")]);
    await vi.waitUntil(() => frames.length === 2);
    expect(frames[1]).toMatchObject({ items: [run("after")] });
    expect(frames[1]!.seq).toBeGreaterThan(frames[0]!.seq);
  });

  /** Frames one by one, without waiting for each to be due. */
  const flood = (frames: number, items: (i: number) => LiveItem[]) =>
    runInDurableObject(liveFeed(env) as DurableObjectStub<LiveFeed>, (feed) => {
      for (let i = 0; i < frames; i++) {
        // biome-ignore lint/complexity/useLiteralKeys: private; by its own clock a frame is due every tenth of a second
        feed["pending"].push(...items(i));
        // biome-ignore lint/complexity/useLiteralKeys: the same
        feed["flush"]();
      }
    });

  it("sends no more to a socket that says it has not read, and has it read its lists again", async () => {
    const slow = await connect();
    const other = await connect();
    await vi.waitUntil(() => slow.frames.length === 1 && other.frames.length === 1);
    slow.socket!.send(JSON.stringify({ read: slow.frames[0]!.seq }));
    slow.socket!.send("ping");
    await vi.waitUntil(() => slow.texts.includes("pong"));
    await flood(50, (i) => [run(`f${i}`)]);
    await vi.waitUntil(() => other.frames.length === 51);
    expect(slow.frames).toHaveLength(1 + UNREAD_FRAMES_MAX);
    slow.socket!.send(JSON.stringify({ read: slow.frames.at(-1)!.seq }));
    await vi.waitUntil(() => slow.frames.length === 2 + UNREAD_FRAMES_MAX);
    expect(slow.frames.at(-1)).toEqual({ seq: other.frames.at(-1)!.seq, reset: true });
    await liveFeed(env).publish([run("on")]);
    await vi.waitUntil(() => slow.frames.length === 3 + UNREAD_FRAMES_MAX);
    expect(slow.frames.at(-1)).toMatchObject({ items: [{ id: "on" }] });
  });

  it("closes a socket that stays behind, and goes on with the others", async () => {
    const slow = await connect();
    const other = await connect();
    await vi.waitUntil(() => slow.frames.length === 1 && other.frames.length === 1);
    const closed = new Promise<CloseEvent>((resolve) => slow.socket!.addEventListener("close", resolve));
    slow.socket!.send(JSON.stringify({ read: slow.frames[0]!.seq }));
    slow.socket!.send("ping");
    await vi.waitUntil(() => slow.texts.includes("pong"));
    await flood(40, (i) => [run(`g${i}`)]);
    await runInDurableObject(liveFeed(env) as DurableObjectStub<LiveFeed>, (feed, state) => {
      for (const socket of state.getWebSockets()) {
        // biome-ignore lint/complexity/useLiteralKeys: private; time passes
        const pace = feed["paceOf"](socket);
        if (pace.behindSince !== null) pace.behindSince -= UNREAD_FOR_MS;
      }
    });
    await flood(1, () => [run("last")]);
    expect((await closed).code).toBe(1013);
    await vi.waitUntil(() => other.frames.length === 42);
  });

  it("sends many signals at once as a digest, and counts the hour through a sleep", async () => {
    const signalItem = (i: number): SignalItem => ({
      type: "signal",
      ...{ id: `s${i}`, sku: "K", competitor: "acme", signal: "UNDERCUT", status: "open", priority: 2 },
      ...{ severity: 0.5, confidence: 1, at: new Date().toISOString() },
      notice: { at: new Date().toISOString(), why: "opened" },
    });
    const { frames } = await connect();
    await vi.waitUntil(() => frames.length === 1);
    const publish = (from: number, count: number) =>
      liveFeed(env).publish(
        Array.from({ length: count }, (_, i) => signalItem(from + i)),
        40,
      );
    await publish(0, 41);
    await vi.waitUntil(() => frames.length === 2);
    expect(frames[1]).toMatchObject({ items: [{ type: "digest", signals: 41, open: 41 }] });
    await evict(liveFeed(env));
    await publish(100, 2);
    await vi.waitUntil(() => frames.length === 3);
    const [, , last] = frames;
    const items = last && "items" in last ? last.items : [];
    expect(items.map(({ type }) => type)).toEqual(["signal", "signal", "digest"]);
    expect(items.some((item) => "notice" in item)).toBe(false);
  });

  it("publishes that a signal was acknowledged", async () => {
    await addProducts({ sku: "LIVE-2" });
    const { frames } = await connect();
    const signals = () =>
      frames
        .flatMap((frame) => ("items" in frame ? frame.items : []))
        .filter((item): item is SignalItem => item.type === "signal" && item.sku === "LIVE-2");
    await postObservations("live", "live-2", [observation("LIVE-2", 94)]);
    const { id } = await vi.waitUntil(() => signals()[0]);
    await call("PUT", `/api/signals/${id}/acknowledge`);
    await vi.waitUntil(() => signals().some(({ status }) => status === "acknowledged"));
    const observedAt = new Date(Date.now() + 1_000).toISOString();
    await postObservations("live", "live-3", [observation("LIVE-2", 92, { observedAt })]);
    await vi.waitUntil(() => signals().length >= 3);
    expect(signals().map(({ status }) => status)).not.toContain("resolved");
    expect(signals().at(-1)?.status).toBe("acknowledged");
  });

  it("answers a ping", async () => {
    const { socket, texts } = await connect();
    socket!.send("ping");
    await vi.waitUntil(() => texts.includes("pong"));
  });

  it("publishes a signal when the observation behind it is projected", async () => {
    await addProducts({ sku: "LIVE-1" });
    const { frames } = await connect();
    await postObservations("live", "live-1", [observation("LIVE-1", 50)]);
    const items = await vi.waitUntil(() =>
      frames.flatMap((frame) => ("items" in frame ? frame.items : [])).find(({ type }) => type === "signal"),
    );
    expect(items).toMatchObject({ type: "signal", sku: "LIVE-1", competitor: "acme", status: "open" });
  });

  it.each<[string, string, Record<string, string>, number]>([
    ["a caller nobody knows", "/api/live", { authorization: "" }, 401],
    ["no upgrade", "/api/live", { upgrade: "h2c" }, 400],
    ["a since that is not a number", "/api/live?since=abc", {}, 422],
  ])("refuses %s", async (_, path, headers, status) => {
    expect((await connect(path, headers)).status).toBe(status);
  });

  it("takes a session of its own origin only", async () => {
    await bootstrap(serviceContext(env, systemActor("test")), {
      admin: "ada@shop.test:correct horse battery",
    });
    const signedIn = await exports.default.fetch("https://shop.test/api/auth/sign-in", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email: "ada@shop.test", password: "correct horse battery" }),
    });
    expect(signedIn.status).toBe(200);
    const cookie = signedIn.headers.get("set-cookie")!.split(";")[0]!;
    const session = (origin?: string) =>
      connect("/api/live", { authorization: "", cookie, ...(origin ? { origin } : {}) });
    expect((await session("https://shop.test")).status).toBe(101);
    expect((await session("https://evil.test")).status).toBe(403);
    expect((await session()).status).toBe(403);
  });
});

describe("a run's progress", () => {
  const view = (phase: number, done: number) => ({
    status: "running",
    phase,
    phaseName: `phase ${phase}`,
    shards: { total: 5, done, failed: 0 },
    at: 1,
  });

  it("is what was reported last, whatever comes late, and survives an eviction", async () => {
    const progress = runProgress(env, "run_1");
    expect(await progress.read()).toMatchObject({ status: "queued", at: 0 });
    await progress.report(view(0, 3));
    await progress.report(view(0, 2));
    expect(await progress.read()).toEqual(view(0, 3));
    await progress.report(view(1, 0));
    await progress.report(view(0, 5));
    await evict(env.RUN_PROGRESS.get(env.RUN_PROGRESS.idFromName("run:run_1")));
    expect(await runProgress(env, "run_1").read()).toEqual(view(1, 0));
    expect(await runProgress(env, "run_2").read()).toMatchObject({ at: 0 });
  });

  it("is published as its object knows it, so that a late report never sets the bar back", async () => {
    await addProducts({ sku: "BAR-1" });
    const started = await call<{ runId: string }>("POST", "/api/runs", { kind: "features" });
    const id = started.body.runId;
    await vi.waitUntil(async () => (await call("GET", `/api/runs/${id}`)).body.status === "done", {
      timeout: 15_000,
    });
    await runProgress(env, id).report({ ...view(7, 5), phaseName: "a later phase" });
    const { frames } = await connect();
    const again = { type: "run", runId: id, phase: 0, shard: 0 };
    const batch = createMessageBatch("pricewright-runs", [
      { id: "again", attempts: 1, timestamp: new Date(), body: again },
    ]);
    const ctx = createExecutionContext();
    await consume(batch, env as unknown as Env, ctx);
    await waitOnExecutionContext(ctx);
    const bars = () => frames.flatMap((frame) => ("items" in frame ? frame.items : []));
    await vi.waitUntil(() => bars().some((item) => item.type === "run" && item.id === id), {
      timeout: 15_000,
    });
    expect(bars()).toContainEqual(expect.objectContaining({ id, phase: "a later phase" }));
  });
});
