import { DurableObject } from "cloudflare:workers";
import type { Env } from "../db/env.ts";
import { type LiveFrame, type LiveItem, resumeFrames } from "../domain/messages/live.ts";

/** Changes within this time travel as one frame. */
const COALESCE_MS = 100;
/** Frames kept for clients that come back; at ten a second, the last half minute. */
const RING_FRAMES_MAX = 300;
/** Items in one frame; a burst above it becomes a reset, since reading the lists is then cheaper. */
const FRAME_ITEMS_MAX = 1_000;
/** Numbers left for the frames of each millisecond before the next load of the object could start. */
const SEQ_PER_MS = 1_000;

/**
 * Fans changes out to sockets. Sockets hibernate with the object; the sequence starts at the time of loading, so it
 * only grows without a write per frame, and a client that comes back after a reload is told to read its lists again.
 */
export class LiveFeed extends DurableObject<Env> {
  private seq = Date.now() * SEQ_PER_MS;
  private readonly ring: LiveFrame[] = [];
  private pending: LiveItem[] = [];
  private isFlushDue = false;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
  }

  /** Takes changes; every open socket hears of them within about a tenth of a second. */
  publish(items: LiveItem[]): void {
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
    const frames: LiveFrame[] =
      since === null ? [{ seq: this.seq, items: [] }] : resumeFrames(Number(since), this.seq, this.ring);
    for (const frame of frames) server.send(JSON.stringify(frame));
    return new Response(null, { status: 101, webSocket: client });
  }

  override webSocketMessage(): void {
    // the feed only speaks; pings are answered without waking the object
  }

  private flush(): void {
    this.isFlushDue = false;
    this.seq++;
    const items = this.pending;
    this.pending = [];
    const frame: LiveFrame =
      items.length > FRAME_ITEMS_MAX ? { seq: this.seq, reset: true } : { seq: this.seq, items };
    this.ring.push(frame);
    if (this.ring.length > RING_FRAMES_MAX) this.ring.shift();
    const text = JSON.stringify(frame);
    for (const socket of this.ctx.getWebSockets()) sendOrClose(socket, text);
  }
}

function sendOrClose(socket: WebSocket, text: string): void {
  try {
    socket.send(text);
  } catch {
    socket.close(1011, "cannot be reached");
  }
}
