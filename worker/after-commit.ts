import type { Context } from "hono";
import type { SignalRecord } from "../db/reads/market.ts";
import type { ProposalRecord } from "../db/reads/proposals.ts";
import { ProblemError } from "../domain/contract/problem.ts";
import type { LiveItem } from "../domain/messages/live.ts";
import { liveFeed } from "../durable/stubs.ts";
import { drainOutbox } from "../queues/drain-outbox.ts";
import { type ServiceContext, serviceContext } from "../services/context.ts";
import type { AppEnv } from "./context.ts";

/** The verb's context for a request whose caller is known. */
export function requestContext(c: Context<AppEnv>): ServiceContext {
  const actor = c.get("actor");
  if (!actor) throw new ProblemError("unauthenticated", "sign in, or send an API key as a bearer token");
  return serviceContext(c.env, actor);
}

/** After a verb that wrote outbox rows: tell the world at once; the minute tick is the safety net. */
export function drainSoon(c: Context<AppEnv>): void {
  c.executionCtx.waitUntil(drainOutbox(c.env, Date.now()));
}

/** Tells open dashboards of decided proposals; of prices they hear when the outbox is drained. Best effort. */
export function announceDecision(c: Context<AppEnv>, proposals: readonly ProposalRecord[]): void {
  const items = proposals.map(({ id, sku, status }): LiveItem => ({ type: "proposal", id, sku, status }));
  if (items.length > 0) c.executionCtx.waitUntil(liveFeed(c.env).publish(items));
}

/** Tells open dashboards that somebody has seen a signal. Best effort. */
export function announceSignal(c: Context<AppEnv>, signal: SignalRecord): void {
  const { id, sku, competitor, type, status, priority, severity, confidence } = signal;
  const item: LiveItem = {
    type: "signal",
    ...{ id, sku, competitor, signal: type, status, priority, severity, confidence },
    at: new Date().toISOString(),
  };
  c.executionCtx.waitUntil(liveFeed(c.env).publish([item]));
}
