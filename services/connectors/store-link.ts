import { eq } from "drizzle-orm";
import { stores } from "../../db/schema.ts";
import { type Exchange, StoreFault, type StoreReply } from "../../domain/connectors/exchange.ts";
import { adapterOf } from "../../domain/connectors/options.ts";
import { blockedFor, heardRate, type Pace, paceOf, takeUnits } from "../../domain/connectors/pace.ts";
import type { StoreAdapter } from "../../domain/connectors/store.ts";
import { failureMessage } from "../../domain/delivery/failure.ts";
import type { ServiceContext } from "../context.ts";
import type { Ports } from "../ports.ts";
import { openSealed } from "../secrets/seal.ts";
import { readSettings } from "../settings/settings.ts";
import { credentialsPurpose, type StoreRecord } from "./stores.ts";

/** What work with stores needs beyond a verb's context. */
export interface StoreContext extends ServiceContext {
  ports: Pick<Ports, "vault" | "live" | "inboxes">;
  fetch(address: string, init: RequestInit): Promise<Response>;
  /** ms; work with a store takes its time, so that `now` grows old */
  clock(): number;
}

/** A store that does not answer in this time is given up, and nobody knows what it did. */
const TIMEOUT_MS = 20_000;
/** Requests and time of one pass: far under what one invocation may send and last. */
const PASS_REQUESTS = 800;
const PASS_MS = 120_000;
/** What is begun in a pass is to end in it: when so much is left, nothing new is begun. */
const LAST_REQUESTS = 150;
const LAST_MS = 45_000;
const ANSWER_CHARACTERS = 20_000_000;
/** Whoever waits for the store's rate looks again after this time. */
const RATE_LOOK_MS = 250;

/** The pass has no time or requests left: what is not done goes on in the next one. */
export class PassOver extends Error {}

/** A store that can be asked: its adapter, and how much of its rate and of this pass is left. */
export interface StoreLink {
  store: StoreRecord;
  adapter: StoreAdapter;
  /** the currency of the store's prices */
  currency: string;
  pace: Pace;
  /** cost of requests that are on their way */
  pending: number;
  requestsLeft: number;
  /** ms */
  until: number;
  /** what the newest exchange came to; null = it went well */
  lastError: string | null;
  hasAnswered: boolean;
  /** requests or time of this pass are used up */
  isOver: boolean;
}

/** Whether there is time and requests enough to begin something. */
export function mayBegin({ clock }: Pick<StoreContext, "clock">, link: StoreLink): boolean {
  return !link.isOver && link.requestsLeft > LAST_REQUESTS && clock() < link.until - LAST_MS;
}

async function openCredentials({ ports }: StoreContext, store: StoreRecord): Promise<string> {
  try {
    return await openSealed(ports.vault, credentialsPurpose(store.id), store.credentials);
  } catch {
    throw new StoreFault(
      "denied",
      "the credentials cannot be opened: the install's secret changed; enter them again",
    );
  }
}

/** The rate of each store as it was at the end of the last pass of this isolate. */
const paces = new Map<string, Pace>();

/** @throws StoreFault `denied` if the credentials cannot be opened */
export async function openLink(ctx: StoreContext, store: StoreRecord): Promise<StoreLink> {
  const opened = await openCredentials(ctx, store);
  const { settings } = await readSettings(ctx.d1);
  const adapter = adapterOf(store.kind, store.options, JSON.parse(opened), {
    home: settings.currency,
    base64: btoa,
  });
  const now = ctx.clock();
  return {
    ...{ store, adapter, pending: 0, requestsLeft: PASS_REQUESTS, until: now + PASS_MS },
    ...{ lastError: null, hasAnswered: false, isOver: false },
    currency: typeof store.options.currency === "string" ? store.options.currency : settings.currency,
    pace: paces.get(store.id) ?? paceOf(adapter.rate, now),
  };
}

/**
 * Sends an exchange as soon as the store's rate allows it, and whatever follows from it; answers what the replies hold.
 *
 * @throws StoreFault
 * @throws PassOver before anything was sent
 */
export async function ask<T>(ctx: StoreContext, link: StoreLink, exchange: Exchange<T>): Promise<T[]> {
  const values: T[] = [];
  for (let next: Exchange<T> | null = exchange; next !== null; ) {
    const reply: StoreReply = await send(ctx, link, next);
    values.push(next.read(reply));
    next = next.next?.(reply) ?? null;
  }
  return values;
}

async function send<T>(ctx: StoreContext, link: StoreLink, exchange: Exchange<T>): Promise<StoreReply> {
  await takeRate(ctx, link, exchange.cost);
  link.pending += exchange.cost;
  try {
    const reply = await exchanged(ctx, link, exchange);
    const told = link.adapter.told?.(reply);
    if (told) link.pace = heardRate(link.pace, told, link.pending - exchange.cost, ctx.clock());
    // reading is what tells a refusal from an answer
    exchange.read(reply);
    link.lastError = null;
    link.hasAnswered = true;
    return reply;
  } catch (error) {
    link.lastError = failureMessage(error);
    if (error instanceof StoreFault && error.retryAfterMs !== null)
      link.pace = blockedFor(link.pace, error.retryAfterMs, ctx.clock());
    throw error;
  } finally {
    link.pending -= exchange.cost;
    paces.set(link.store.id, link.pace);
  }
}

/** @throws PassOver if the rate allows it only after the pass */
async function takeRate(ctx: StoreContext, link: StoreLink, cost: number): Promise<void> {
  if (link.requestsLeft <= 0) throw over(link, "no request is left in this pass");
  link.requestsLeft--;
  for (;;) {
    const now = ctx.clock();
    const taken = takeUnits(link.pace, cost, now);
    if ("pace" in taken) {
      link.pace = taken.pace;
      return;
    }
    if (now + taken.waitMs > link.until) throw over(link, "the store's rate allows no more in this pass");
    // an answer that comes meanwhile may know better
    await ctx.sleep(Math.min(taken.waitMs, RATE_LOOK_MS));
  }
}

function over(link: StoreLink, message: string): PassOver {
  link.isOver = true;
  return new PassOver(message);
}

async function exchanged<T>(
  ctx: StoreContext,
  link: StoreLink,
  { request }: Exchange<T>,
): Promise<StoreReply> {
  const { method, path, headers = {}, body } = request;
  if (!path.startsWith("/"))
    throw new StoreFault("refused", `the store names an address of another host: ${path}`);
  const base = String(link.store.options.url).replace(/\/$/, "");
  try {
    const answer = await ctx.fetch(base + path, {
      method,
      headers: { accept: "application/json, text/csv", ...headers },
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
      // credentials go to the address that was entered, and nowhere else
      redirect: "manual",
    });
    const text = await answer.text();
    if (text.length > ANSWER_CHARACTERS) throw new Error("the store answered too much");
    return { status: answer.status, header: (name) => answer.headers.get(name), text };
  } catch (error) {
    throw new StoreFault("passing", `no answer: ${failureMessage(error)}`);
  }
}

/** Does the work for each, so many at a time. */
export async function inParallel<T>(
  items: readonly T[],
  concurrency: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}

/** Remembers whether the store answered. */
export async function noteContact({ db, clock }: StoreContext, link: StoreLink): Promise<void> {
  const { store, lastError, hasAnswered } = link;
  const isKnown = lastError !== null && store.lastError === lastError;
  if (!hasAnswered && (lastError === null || isKnown)) return;
  const at = clock();
  await db
    .update(stores)
    .set({
      ...(hasAnswered ? { lastOkAt: at } : {}),
      ...(lastError === null ? { lastError: null, lastErrorAt: null } : { lastError, lastErrorAt: at }),
    })
    .where(eq(stores.id, store.id));
}
