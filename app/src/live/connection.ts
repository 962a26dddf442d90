import type { LiveFrame, LiveItem } from "../../../domain/messages/live.ts";
import { makeReadReporter, type Timer } from "./timers.ts";

export type LiveStatus = "connecting" | "live" | "reconnecting";

/** The part of a WebSocket that the connection uses. */
export interface LiveSocket {
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: (() => void) | null;
  send(text: string): void;
  close(): void;
}

export interface LiveDeps {
  /** opens a socket that resumes after `since`; without it, one that starts now */
  open(since: number | undefined): LiveSocket;
  /** a socket is open; if not `resumed`, earlier changes may have been missed */
  onOpen(resumed: boolean): void;
  onFrame(frame: LiveFrame): void;
  onStatus(status: LiveStatus): void;
  timer: Timer;
  random(): number;
}

export interface LiveConnection {
  /** reconnects at once instead of waiting: the network is back, or the tab is shown again */
  wake(): void;
  stop(): void;
}

/** A silent path is noticed by an unanswered ping, not by the minutes a dead TCP connection takes to fail. */
const PING_EVERY_MS = 25_000;
const PONG_WITHIN_MS = 10_000;

/** Keeps one socket open: resumes by sequence number, and reconnects after a drop. */
export function makeLiveConnection(deps: LiveDeps): LiveConnection {
  let since: number | undefined;
  let attempt = 0;
  let socket: LiveSocket | null = null;
  let retry: unknown = null;
  let stopped = false;
  const heart = makeHeartbeat(deps.timer, () => drop());
  const reading = makeReadReporter((text) => socket?.send(text), deps.timer);

  function connect() {
    retry = null;
    const opened = deps.open(since);
    socket = opened;
    opened.onopen = () => {
      attempt = 0;
      heart.start(opened);
      deps.onStatus("live");
      deps.onOpen(since !== undefined);
    };
    opened.onmessage = ({ data }) => {
      heart.beat(data);
      const frame = parseFrame(data);
      if (!frame) return;
      since = frame.seq;
      deps.onFrame(frame);
      reading.take(frame.seq);
    };
    opened.onclose = () => drop();
  }

  function release() {
    heart.stop();
    reading.stop();
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    socket = null;
  }

  function drop() {
    release();
    if (stopped || retry !== null) return;
    deps.onStatus("reconnecting");
    retry = deps.timer.set(connect, reconnectDelay(attempt++, deps.random()));
  }

  deps.onStatus("connecting");
  connect();
  return {
    wake() {
      if (retry === null) return;
      deps.timer.clear(retry);
      connect();
    },
    stop() {
      stopped = true;
      if (retry !== null) deps.timer.clear(retry);
      release();
    },
  };
}

/** Pings while the socket is open. Only a server that has answered one is expected to answer the next. */
function makeHeartbeat(timer: Timer, onSilence: () => void) {
  let handle: unknown = null;
  let answers = false;

  function schedule(callback: () => void, ms: number) {
    if (handle !== null) timer.clear(handle);
    handle = timer.set(callback, ms);
  }

  function ping(socket: LiveSocket) {
    socket.send("ping");
    if (answers) schedule(onSilence, PONG_WITHIN_MS);
    else schedule(() => ping(socket), PING_EVERY_MS);
  }

  let current: LiveSocket | null = null;
  return {
    start(socket: LiveSocket) {
      current = socket;
      answers = false;
      schedule(() => ping(socket), PING_EVERY_MS);
    },
    beat(data: unknown) {
      if (data === "pong") answers = true;
      const socket = current;
      if (socket && handle !== null) schedule(() => ping(socket), PING_EVERY_MS);
    },
    stop() {
      if (handle !== null) timer.clear(handle);
      handle = null;
      current = null;
    },
  };
}

const FIRST_MS = 500;
const LAST_MS = 30_000;

/**
 * How long to wait before attempt number `attempt` (0 = the first retry): exponential with full jitter over
 * its upper half, so that clients dropped together do not come back together. `random` is uniform in [0, 1).
 */
export function reconnectDelay(attempt: number, random: number): number {
  const ceiling = Math.min(LAST_MS, FIRST_MS * 2 ** Math.min(attempt, 16));
  return Math.round(ceiling / 2 + (ceiling / 2) * random);
}

function isItem(value: unknown): value is LiveItem {
  return typeof value === "object" && value !== null && typeof (value as LiveItem).type === "string";
}

/** Reads a socket message; null if it is not a frame (a `pong`, or something newer than this app). */
export function parseFrame(data: unknown): LiveFrame | null {
  if (typeof data !== "string" || !data.startsWith("{")) return null;
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return null;
  }
  const { seq, reset, items } = value as { seq?: unknown; reset?: unknown; items?: unknown };
  if (typeof seq !== "number" || !Number.isFinite(seq)) return null;
  if (reset === true) return { seq, reset: true };
  return { seq, items: Array.isArray(items) ? items.filter(isItem) : [] };
}
