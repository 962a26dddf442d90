import type { Context } from "hono";
import { database } from "../db/database.ts";
import type { SignalRecord } from "../db/reads/market.ts";
import { SECOND_MS } from "../domain/base/time.ts";
import { ProblemError } from "../domain/contract/problem.ts";
import type { LiveItem } from "../domain/messages/live.ts";
import { portsOf, sendContext } from "../durable/ports.ts";
import type { StoreContext } from "../services/connectors/store-link.ts";
import { type ServiceContext, serviceContext, systemActor } from "../services/context.ts";
import type { AcceptContext } from "../services/ingest/accept-batch.ts";
import type { DeliveryContext } from "../services/ingest/deliver.ts";
import { publishSignals } from "../services/ingest/publish-signals.ts";
import { drainOutbox } from "../services/operate/drain-outbox.ts";
import type { SendContext } from "../services/outgoing/context.ts";
import { dispatchEvents } from "../services/outgoing/dispatch.ts";
import type { VaultPort } from "../services/ports.ts";
import { applyDue } from "../services/proposals/due.ts";
import { readSettings } from "../services/settings/settings.ts";
import type { AppEnv } from "./context.ts";

/** The verb's context for a request whose caller is known. */
export function requestContext(c: Context<AppEnv>): ServiceContext {
  const actor = c.get("actor");
  if (!actor) throw new ProblemError("unauthenticated", "sign in, or send an API key as a bearer token");
  return serviceContext(c.env, actor);
}

/** For verbs that need the install's secret. */
export function proofContext(c: Context<AppEnv>): ServiceContext & { vault: VaultPort } {
  return { ...requestContext(c), vault: portsOf(c.env).vault };
}

/** For verbs that accept batches, whoever posts them. */
export function acceptContext(c: Context<AppEnv>): AcceptContext {
  const { inboxes, vault } = portsOf(c.env);
  return { db: database(c.env.DB), inboxes, vault, now: Date.now(), trace: c.get("trace") };
}

/** For verbs that deliver rows while the caller waits. */
export function deliveryContext(c: Context<AppEnv>): DeliveryContext {
  const waitUntil = (work: Promise<unknown>) => c.executionCtx.waitUntil(work);
  return { d1: c.env.DB, ports: portsOf(c.env), now: Date.now(), waitUntil };
}

/** For verbs that talk to a store while the caller waits. */
export function storeContext(c: Context<AppEnv>): StoreContext {
  return {
    ...requestContext(c),
    ports: portsOf(c.env),
    fetch: (address, init) => fetch(address, init),
    clock: Date.now,
  };
}

/** After a verb that left something to do for a store; the minute tick is the safety net. */
export function wakeStore(c: Context<AppEnv>, storeId: string): void {
  c.executionCtx.waitUntil(portsOf(c.env).stores.wake(storeId));
}

/** For verbs that send something out. */
export function sendingContext(c: Context<AppEnv>): SendContext {
  return sendContext(c.env, requestContext(c));
}

/** After a verb that wrote outbox rows or events: they are sent at once; the minute tick is the safety net. */
export function drainSoon(c: Context<AppEnv>): void {
  const ports = portsOf(c.env);
  c.executionCtx.waitUntil(drainOutbox(c.env.DB, ports, Date.now()));
  c.executionCtx.waitUntil(dispatchEvents(c.env.DB, ports.couriers, Date.now()));
}

/** Pages of one bulk decision that follow each other within this time are sent together. */
const PAGES_MS = 3 * SECOND_MS;

/**
 * After one page of a bulk decision. Where others follow, the shards hear of its prices with theirs, seconds later: many
 * prices of one shard are one call of it. The events go out at once.
 */
export function drainAfterPage(c: Context<AppEnv>, remaining: number): void {
  if (remaining === 0) {
    drainSoon(c);
    return;
  }
  const { sleep, now } = requestContext(c);
  const ports = portsOf(c.env);
  const d1 = c.env.DB;
  // pages of the same span wake at the same time: the first of them finds what all have left
  const drain = sleep(PAGES_MS - (now % PAGES_MS)).then(() => drainOutbox(d1, ports, Date.now()));
  c.executionCtx.waitUntil(
    drain.catch((error) => console.warn({ event: "outbox.not_drained_yet", error: String(error) })),
  );
  c.executionCtx.waitUntil(dispatchEvents(d1, ports.couriers, Date.now()));
}

/** What is left of an invocation may go on for half a minute after its answer. */
const APPLY_SOON_MS = 25 * SECOND_MS;

/** After approvals that can be undone for a while: applies them then. The minute tick is the safety net, and sees to longer ones. */
export function applySoon(c: Context<AppEnv>, proposals: readonly { status: string }[]): void {
  if (!proposals.some(({ status }) => status === "approved")) return;
  const { d1, sleep } = requestContext(c);
  const env = c.env;
  const apply = async () => {
    const { settings } = await readSettings(d1);
    const waits = settings.undoSeconds * SECOND_MS;
    if (waits === 0 || waits > APPLY_SOON_MS) return;
    await sleep(waits);
    await applyDue(serviceContext(env, systemActor("apply")));
    await drainOutbox(env.DB, portsOf(env), Date.now());
  };
  c.executionCtx.waitUntil(
    apply().catch((error) => console.warn({ event: "approval.not_applied_yet", error: String(error) })),
  );
}

/** Publishes decided proposals; changed prices are published when the outbox is drained. */
export function publishDecision(
  c: Context<AppEnv>,
  proposals: readonly { id: string; sku: string; status: string }[],
): void {
  const items = proposals.map(({ id, sku, status }): LiveItem => ({ type: "proposal", id, sku, status }));
  c.executionCtx.waitUntil(portsOf(c.env).live.publish(items));
}

/** Publishes what a person did to signals. */
export function publishChangedSignals(c: Context<AppEnv>, changed: readonly SignalRecord[]): void {
  const updatedAt = Date.now();
  const items = changed.map((signal) => ({ ...signal, updatedAt }));
  c.executionCtx.waitUntil(publishSignals(portsOf(c.env).live, items));
}
