import { DurableObject } from "cloudflare:workers";
import { database } from "../db/database.ts";
import type { Env } from "../db/env.ts";
import { SECOND_MS } from "../domain/base/time.ts";
import {
  digested,
  type KnownNotices,
  type NoticeHour,
  newPace,
  offerFrame,
  readOf,
  type SocketPace,
  takeRead,
} from "../domain/delivery/live-digest.ts";
import type { Credential } from "../domain/identity/rights.ts";
import { type LiveFrame, type LiveItem, resumeFrames } from "../domain/messages/live.ts";
import { DEFAULT_SETTINGS } from "../domain/settings/settings.ts";
import { endedCredentials } from "../services/identity/ended-credentials.ts";

/** Changes within this time travel as one frame. */
const COALESCE_MS = 100;
/** Frames kept for clients that come back; at ten a second, the last half minute. */
const RING_FRAMES_MAX = 300;
/** Items in one frame; a burst above it becomes a reset, since reading the lists is then cheaper. */
const FRAME_ITEMS_MAX = 1_000;
/** Numbers left for the frames of each millisecond before the next load of the object could start. */
const SEQ_PER_MS = 1_000;
/** The count of the hour's notifications is stored each time this many more were sent. */
const KEEP_COUNT_EVERY = 20;
/** "Try again later": the client could not keep up. */
const TOO_SLOW = 1013;
/** What the socket was opened with no longer opens anything (a code of ours, after HTTP's 401). */
const SIGNED_OUT = 4401;
/** Open sockets are asked so often whether their session or key is still valid. */
const CHECK_EVERY_MS = 30 * SECOND_MS;
/** The Worker says here what the caller has shown; nobody else can call the object. */
export const CREDENTIAL_HEADER = "x-credential";

/**
 * Fans changes out to sockets. Sockets hibernate with the object; the sequence starts at the time of loading, so it
 * only grows without a write per frame, and a client that comes back after a reload is sent a reset.
 * A socket that says what it has read is never sent much more than it reads.
 */
export class LiveFeed extends DurableObject<Env> {
  private seq = Date.now() * SEQ_PER_MS;
  private readonly ring: LiveFrame[] = [];
  private pending: LiveItem[] = [];
  private isFlushDue = false;
  private readonly paces = new WeakMap<WebSocket, SocketPace>();
  private readonly notified: KnownNotices = new Map();
  private hour: NoticeHour = { since: 0, count: 0 };
  private digestPerHour = DEFAULT_SETTINGS.signals.digestPerHour;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
    ctx.blockConcurrencyWhile(async () => {
      this.hour = (await ctx.storage.get<NoticeHour>("hour")) ?? this.hour;
    });
  }

  /** Takes changes; every open socket gets them within about a tenth of a second. `digestPerHour`: the setting. */
  publish(items: LiveItem[], digestPerHour = this.digestPerHour): void {
    this.digestPerHour = digestPerHour;
    this.pending.push(...items);
    if (this.isFlushDue || this.pending.length === 0) return;
    this.isFlushDue = true;
    setTimeout(() => this.flush(), COALESCE_MS);
  }

  /** Upgrades to a socket; `?since=` resumes after that frame, without it the feed begins now. */
  override async fetch(request: Request): Promise<Response> {
    const since = new URL(request.url).searchParams.get("since");
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    server.serializeAttachment(JSON.parse(request.headers.get(CREDENTIAL_HEADER) ?? "null"));
    if ((await this.ctx.storage.getAlarm()) === null)
      await this.ctx.storage.setAlarm(Date.now() + CHECK_EVERY_MS);
    const frames: LiveFrame[] =
      since === null ? [{ seq: this.seq, items: [] }] : resumeFrames(Number(since), this.seq, this.ring);
    for (const frame of frames) server.send(JSON.stringify(frame));
    return new Response(null, { status: 101, webSocket: client });
  }

  /** A client may say what it has read; pings are answered without waking the object. */
  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void {
    const read = readOf(message);
    if (read === null || !takeRead(this.paceOf(socket), read, this.seq)) return;
    sendOrClose(socket, JSON.stringify({ seq: this.seq, reset: true } satisfies LiveFrame));
  }

  /** Closes the sockets whose session, key or person no longer counts; as long as there are sockets. */
  override async alarm(): Promise<void> {
    const now = Date.now();
    const sockets = this.ctx.getWebSockets().map((socket) => ({
      socket,
      credential: socket.deserializeAttachment() as Credential | null,
    }));
    const shown = sockets.flatMap(({ credential }) => credential ?? []);
    const ended = new Set(await endedCredentials({ db: database(this.env.DB), now }, shown));
    for (const { socket, credential } of sockets)
      if (credential === null || ended.has(credential)) socket.close(SIGNED_OUT, "signed out");
    if (sockets.length > 0) await this.ctx.storage.setAlarm(now + CHECK_EVERY_MS);
  }

  private flush(): void {
    this.isFlushDue = false;
    this.seq++;
    const now = Date.now();
    const counted = this.hour.count;
    const items = digested(
      this.pending,
      { hour: this.hour, notified: this.notified },
      this.digestPerHour,
      now,
    );
    this.pending = [];
    this.keepCount(counted);
    const frame: LiveFrame =
      items.length > FRAME_ITEMS_MAX ? { seq: this.seq, reset: true } : { seq: this.seq, items };
    this.ring.push(frame);
    if (this.ring.length > RING_FRAMES_MAX) this.ring.shift();
    const text = JSON.stringify(frame);
    for (const socket of this.ctx.getWebSockets()) {
      const decision = offerFrame(this.paceOf(socket), this.seq, now);
      if (decision === "send") sendOrClose(socket, text);
      else if (decision === "close") socket.close(TOO_SLOW, "reads too slowly");
    }
  }

  /** Without it an object that slept would count the hour from zero. */
  private keepCount(before: number): void {
    const { count } = this.hour;
    if (Math.floor(count / KEEP_COUNT_EVERY) > Math.floor(before / KEEP_COUNT_EVERY))
      this.ctx.waitUntil(this.ctx.storage.put("hour", { ...this.hour }));
  }

  /** Not kept through a hibernation: it starts again with the socket's next acknowledgement. */
  private paceOf(socket: WebSocket): SocketPace {
    let pace = this.paces.get(socket);
    if (pace === undefined) {
      pace = newPace(this.seq);
      this.paces.set(socket, pace);
    }
    return pace;
  }
}

function sendOrClose(socket: WebSocket, text: string): void {
  try {
    socket.send(text);
  } catch {
    socket.close(1011, "cannot be reached");
  }
}
