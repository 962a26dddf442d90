import { and, eq } from "drizzle-orm";
import { bulkInsert } from "../../db/bulk.ts";
import { deliveries, endpoints, events } from "../../db/schema.ts";
import { prepare } from "../../db/write.ts";
import type { DeliveryOutcome } from "../../domain/messages/events.ts";
import { typesAmong } from "../../domain/outgoing/event-types.ts";
import { nextWave, type Place, placeAfter } from "../../domain/outgoing/place.ts";
import { presentEvent } from "../../domain/outgoing/present-event.ts";
import { nextTry } from "../../domain/outgoing/tries.ts";
import { readSettings } from "../settings/settings.ts";
import type { SendContext } from "./context.ts";
import { liveEndpointSecrets } from "./endpoint-secrets.ts";
import { postMessage, type Sent } from "./post-message.ts";
import { type EndpointRecord, findEndpoint } from "./read-endpoints.ts";
import { type EventRecord, readEvents } from "./read-events.ts";
import { signedHeaders } from "./sign.ts";

/** Messages under way to one receiver at the same time. */
const WAVE_MAX = 6;
const PAGE_EVENTS = 60;
/** Tries after which an event that the receiver refuses no longer keeps the others waiting. */
const REFUSALS_MAX = 5;
/** Pages of one call: the queries of one invocation are limited, and the next call goes on where this one ends. */
const PAGES_MAX = 20;
/** A cursor that lies further behind, with nothing to send in between, is moved: reading on from there is cheaper. */
const IDLE_EVENTS_MAX = 500;

/**
 * Sends an endpoint what it has not got yet, in the order of the sequence for each SKU. A failure stops everything behind
 * it until it is tried again; only an event that is refused again and again is left out. Answers when to come again (ms);
 * null = when something happens.
 */
export async function deliverEndpoint(ctx: SendContext, id: string): Promise<number | null> {
  const secrets = await liveEndpointSecrets(ctx, id);
  const { settings } = await readSettings(ctx.d1);
  for (let pages = 0; pages < PAGES_MAX; pages++) {
    const endpoint = await findEndpoint(ctx.db, id);
    if (endpoint?.status !== "enabled") return null;
    if (endpoint.nextTryAt !== null && endpoint.nextTryAt > ctx.clock()) return endpoint.nextTryAt;
    const page = await readEvents(ctx.db, {
      ...{ since: endpoint.cursor, types: typesAmong(endpoint.types), limit: PAGE_EVENTS },
    });
    const left = await deliverPage(ctx, endpoint, page.events, { secrets, tries: settings.endpointFailures });
    if (left === "failed" || left === "moved") continue;
    if (page.events.length < PAGE_EVENTS) {
      if (page.end - left.cursor > IDLE_EVENTS_MAX) await keep(ctx, left, { cursor: page.end });
      return null;
    }
  }
  return ctx.clock();
}

interface Means {
  secrets: readonly string[];
  /** failures in a row after which the endpoint is turned off */
  tries: number;
}

/** Sends one page in waves. Answers the endpoint as it is then; `moved`: somebody else has changed it meanwhile. */
async function deliverPage(
  ctx: SendContext,
  endpoint: EndpointRecord,
  page: readonly EventRecord[],
  means: Means,
): Promise<EndpointRecord | "failed" | "moved"> {
  let at = endpoint;
  for (;;) {
    const wave = nextWave(page, at, WAVE_MAX);
    if (wave.length === 0) return at;
    const sent = await Promise.all(wave.map((event) => sendEvent(ctx, at, event, means.secrets)));
    const change = changeAfter(at, page, wave, sent, { now: ctx.clock(), tries: means.tries });
    const kept = await keep(ctx, at, change.endpoint, change.log);
    if (!kept) return "moved";
    if (change.endpoint.failures !== 0) return "failed";
    at = { ...at, ...change.endpoint };
  }
}

/** Sends one event, signed; what becomes of it is the caller's to keep. */
function sendEvent(
  ctx: SendContext,
  { url }: Pick<EndpointRecord, "url">,
  event: EventRecord,
  secrets: readonly string[],
): Promise<Sent> {
  const message = presentEvent(event);
  const body = JSON.stringify(message);
  return postMessage(ctx, { url, body, headers: signedHeaders(message.id, body, secrets, ctx.clock()) });
}

type EndpointChange = Partial<EndpointRecord> & Place & Pick<EndpointRecord, "failures">;

interface Change {
  endpoint: EndpointChange;
  log: (typeof deliveries.$inferInsert)[];
}

/** What a wave changes of the endpoint, and its entries of the log. Pure. */
function changeAfter(
  endpoint: EndpointRecord,
  page: readonly EventRecord[],
  wave: readonly EventRecord[],
  sent: readonly Sent[],
  { now, tries }: { now: number; tries: number },
): Change {
  const failures = endpoint.failures + 1;
  const takesOthers = sent.some(({ outcome }) => outcome === "delivered") || tookSince(endpoint);
  const isLeftOut = failures >= REFUSALS_MAX && takesOthers;
  const outcomes = sent.map(
    ({ outcome }): DeliveryOutcome => (outcome === "refused" && isLeftOut ? "given_up" : outcome),
  );
  const isDone = outcomes.map((outcome) => outcome === "delivered" || outcome === "given_up");
  const log = wave.map(({ seq, type }, i) => {
    const { status, error, ms } = sent[i]!;
    return { target: endpoint.id, seq, what: type, outcome: outcomes[i]!, status, error, ms, at: now };
  });
  const done = wave.flatMap(({ seq }, i) => (isDone[i] ? [seq] : []));
  const place = {
    ...placeAfter(endpoint, page, done),
    ...(outcomes.includes("delivered") && { lastDeliveredAt: now }),
  };
  const failed = sent.find((_, i) => !isDone[i]);
  return { endpoint: failed ? failing(endpoint, place, failed, tries, now) : { ...place, ...WELL }, log };
}

const WELL = { failures: 0, failingSince: null, nextTryAt: null, lastError: null };

/** Whether something has been delivered since the failures began: then the receiver is well, and an event is not. */
function tookSince({ failingSince, lastDeliveredAt }: EndpointRecord): boolean {
  return failingSince !== null && lastDeliveredAt !== null && lastDeliveredAt >= failingSince;
}

function failing(
  endpoint: EndpointRecord,
  place: Place,
  { outcome, error, askedMs }: Sent,
  tries: number,
  now: number,
): EndpointChange {
  const failures = endpoint.failures + 1;
  const change = { ...place, failures, lastError: error, failingSince: endpoint.failingSince ?? now };
  if (outcome !== "gone" && failures < tries)
    return { ...change, nextTryAt: nextTry(failures, now, askedMs) };
  const reason = outcome === "gone" ? "the receiver wants no more messages (410)" : error;
  return { ...change, nextTryAt: null, status: "disabled", reason };
}

/** Keeps what became of it, unless somebody has changed the endpoint's place meanwhile; tells of one that is turned off. */
async function keep(
  { d1, db, clock }: SendContext,
  { id, name, url, cursor }: EndpointRecord,
  change: Partial<EndpointRecord>,
  log: Change["log"] = [],
): Promise<boolean> {
  const isAsSeen = and(eq(endpoints.id, id), eq(endpoints.cursor, cursor), eq(endpoints.status, "enabled"));
  const update = prepare(d1, db.update(endpoints).set(change).where(isAsSeen));
  const off = change.status === "disabled" && { id, name, url, reason: change.reason };
  const told = off
    ? [{ type: "endpoint.disabled" as const, at: clock(), sku: null, subject: id, data: off }]
    : [];
  const [updated] = await d1.batch([
    update,
    ...bulkInsert(d1, deliveries, log),
    ...bulkInsert(d1, events, told),
  ]);
  return updated!.meta.changes > 0;
}
