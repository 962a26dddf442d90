import type { Context } from "hono";
import type { SignalRecord } from "../db/reads/market.ts";
import type { ProposalRecord } from "../db/reads/proposals.ts";
import type { LiveItem } from "../domain/messages/live.ts";
import { liveFeed } from "../durable/stubs.ts";
import type { AppEnv } from "./context.ts";

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
