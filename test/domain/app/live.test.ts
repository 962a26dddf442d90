import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type LiveSocket,
  makeLiveConnection,
  parseFrame,
  reconnectDelay,
} from "../../../app/src/live/connection.ts";
import { addDigest } from "../../../app/src/live/digests.ts";
import { makeCoalescer, type Timer } from "../../../app/src/live/timers.ts";

describe("reconnectDelay", () => {
  it("doubles from half a second to half a minute", () => {
    expect([0, 1, 2, 5, 6, 7, 1000].map((attempt) => reconnectDelay(attempt, 1 - Number.EPSILON))).toEqual([
      500, 1000, 2000, 16_000, 30_000, 30_000, 30_000,
    ]);
  });

  it("spreads over the upper half of its ceiling", () => {
    fc.assert(
      fc.property(
        fc.nat(50),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (attempt, random) => {
          const ceiling = Math.min(30_000, 500 * 2 ** attempt);
          const delay = reconnectDelay(attempt, random);
          return delay >= ceiling / 2 && delay <= ceiling;
        },
      ),
    );
  });
});

describe("parseFrame", () => {
  it("reads changes and resets", () => {
    expect(parseFrame('{"seq":7,"items":[{"type":"price","sku":"A"},3]}')).toEqual({
      seq: 7,
      items: [{ type: "price", sku: "A" }],
    });
    expect(parseFrame('{"seq":8,"reset":true}')).toEqual({ seq: 8, reset: true });
  });

  it.each(["pong", "{", "{}", '{"seq":"1"}', '{"seq":null}', 7, null])("ignores %j", (data) => {
    expect(parseFrame(data)).toBeNull();
  });
});

/** A clock of its own: timers fire when `advance` passes them. */
function fakeTimer() {
  let now = 0;
  let pending: { at: number; callback: () => void }[] = [];
  const timer: Timer = {
    set(callback, ms) {
      const entry = { at: now + ms, callback };
      pending.push(entry);
      return entry;
    },
    clear(handle) {
      pending = pending.filter((entry) => entry !== handle);
    },
  };
  function advance(ms: number) {
    const end = now + ms;
    for (;;) {
      const next = pending.filter((e) => e.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      now = next.at;
      pending = pending.filter((e) => e !== next);
      next.callback();
    }
    now = end;
  }
  return { timer, advance };
}

describe("makeCoalescer", () => {
  it("delivers the first item at once, and a burst once per interval", () => {
    const { timer, advance } = fakeTimer();
    const flushed: number[][] = [];
    const coalescer = makeCoalescer<number>((items) => flushed.push(items), 1000, timer);
    coalescer.push([1]);
    coalescer.push([2, 3]);
    coalescer.push([4]);
    expect(flushed).toEqual([[1]]);
    advance(1000);
    expect(flushed).toEqual([[1], [2, 3, 4]]);
    advance(5000);
    coalescer.push([5]);
    expect(flushed.at(-1)).toEqual([5]);
  });

  it("drops waiting items when it is stopped", () => {
    const { timer, advance } = fakeTimer();
    const flushed: number[][] = [];
    const coalescer = makeCoalescer<number>((items) => flushed.push(items), 1000, timer);
    coalescer.push([1]);
    coalescer.push([2]);
    coalescer.stop();
    advance(5000);
    expect(flushed).toEqual([[1]]);
  });
});

/** A connection over sockets that the test opens, feeds and drops. */
function rig() {
  const { timer, advance } = fakeTimer();
  const sockets: (LiveSocket & { since: number | undefined; sent: string[]; closed: boolean })[] = [];
  const log: string[] = [];
  const connection = makeLiveConnection({
    open(since) {
      const socket = {
        since,
        sent: [] as string[],
        closed: false,
        onopen: null,
        onmessage: null,
        onclose: null,
        send: (text: string) => socket.sent.push(text),
        close: () => {
          socket.closed = true;
        },
      };
      sockets.push(socket);
      return socket;
    },
    onOpen: (resumed) => log.push(resumed ? "resumed" : "fresh"),
    onFrame: (frame) => log.push("reset" in frame ? "reset" : `frame ${frame.seq}`),
    onStatus: (status) => log.push(status),
    timer,
    random: () => 0.5,
  });
  const last = () => {
    const socket = sockets.at(-1);
    if (!socket) throw new Error("no socket was opened");
    return socket;
  };
  return { connection, sockets, last, log, advance };
}

describe("a digest", () => {
  const digest = (at: string, byType: Record<string, number>) => ({
    ...{ type: "digest" as const, open: 0, resolved: 0, top: [], at, byType },
    signals: Object.values(byType).reduce((sum, count) => sum + count, 0),
  });

  it("is added to the digests of the same hour, most frequent type first", () => {
    const first = addDigest(null, digest("2026-11-21T10:00:00Z", { UNDERCUT: 2, OVERPRICED: 3 }));
    const sum = addDigest(first, digest("2026-11-21T10:59:00Z", { UNDERCUT: 4 }));
    expect(sum).toEqual({
      since: "2026-11-21T10:00:00Z",
      signals: 9,
      types: [
        { type: "UNDERCUT", count: 6 },
        { type: "OVERPRICED", count: 3 },
      ],
    });
    expect(addDigest(sum, digest("2026-11-21T11:00:00Z", { UNDERCUT: 1 }))).toMatchObject({ signals: 1 });
  });
});

describe("makeLiveConnection", () => {
  it("reports what it has read a second after a frame, or with the sixteenth frame", () => {
    const { last, advance } = rig();
    last().onopen?.();
    last().onmessage?.({ data: '{"seq":41,"items":[]}' });
    expect(last().sent).toEqual([]);
    advance(1_000);
    expect(last().sent).toEqual(['{"read":41}']);
    for (let seq = 42; seq < 58; seq++) last().onmessage?.({ data: `{"seq":${seq},"items":[]}` });
    expect(last().sent).toEqual(['{"read":41}', '{"read":57}']);
    advance(1_000);
    expect(last().sent).toHaveLength(2);
  });

  it("reports nothing once the socket is closed", () => {
    const { last, sockets, advance } = rig();
    last().onopen?.();
    last().onmessage?.({ data: '{"seq":41,"items":[]}' });
    last().onclose?.();
    advance(30_000);
    expect(sockets.map(({ sent }) => sent)).toEqual([[], []]);
  });

  it("resumes after a drop where it left off", () => {
    const { sockets, last, log, advance } = rig();
    last().onopen?.();
    last().onmessage?.({ data: '{"seq":41,"items":[]}' });
    last().onclose?.();
    advance(30_000);
    expect(sockets.map((s) => s.since)).toEqual([undefined, 41]);
    last().onopen?.();
    last().onmessage?.({ data: '{"seq":50,"reset":true}' });
    expect(log).toEqual([
      "connecting",
      "live",
      "fresh",
      "frame 41",
      "reconnecting",
      "live",
      "resumed",
      "reset",
    ]);
  });

  it("waits longer after each failed attempt, and briefly again after a success", () => {
    const { sockets, last, advance } = rig();
    last().onclose?.();
    advance(374);
    expect(sockets).toHaveLength(1);
    advance(1);
    expect(sockets).toHaveLength(2);
    last().onclose?.();
    advance(749);
    expect(sockets).toHaveLength(2);
    advance(1);
    expect(sockets).toHaveLength(3);
    last().onopen?.();
    last().onclose?.();
    advance(375);
    expect(sockets).toHaveLength(4);
  });

  it("reconnects at once when woken, with only one socket", () => {
    const { connection, sockets, last, advance } = rig();
    last().onclose?.();
    connection.wake();
    connection.wake();
    advance(60_000);
    expect(sockets).toHaveLength(2);
  });

  it("drops a connection whose server stopped answering pings", () => {
    const { sockets, last, advance } = rig();
    last().onopen?.();
    advance(25_000);
    expect(last().sent).toEqual(["ping"]);
    last().onmessage?.({ data: "pong" });
    advance(25_000 + 10_000);
    expect(sockets[0]?.closed).toBe(true);
    advance(1000);
    expect(sockets).toHaveLength(2);
  });

  it("keeps a quiet connection whose server never answers pings", () => {
    const { sockets, last, advance } = rig();
    last().onopen?.();
    advance(10 * 60_000);
    expect(sockets).toHaveLength(1);
    expect(last().sent.length).toBeGreaterThan(10);
  });

  it("does not reconnect after it was stopped", () => {
    const { connection, sockets, last, advance } = rig();
    last().onopen?.();
    connection.stop();
    last().onclose?.();
    advance(600_000);
    expect(sockets).toHaveLength(1);
    expect(sockets[0]?.closed).toBe(true);
  });
});
