import type { Context } from "hono";
import type { ProposalRecord } from "../db/reads/proposals.ts";
import { iso } from "../domain/contract/page.ts";
import type { LiveItem } from "../domain/messages/live.ts";
import { formatMinor } from "../domain/money/format.ts";
import { liveFeed } from "../durable/stubs.ts";
import type { AppEnv } from "./context.ts";

/** Tells open dashboards of decided proposals, and of the prices that they put in force. Best effort. */
export function announceDecision(c: Context<AppEnv>, proposals: readonly ProposalRecord[]): void {
  const items = proposals.flatMap((proposal): LiveItem[] => {
    const { id, sku, status, currency } = proposal;
    const decided: LiveItem = { type: "proposal", id, sku, status };
    if (status !== "applied") return [decided];
    const price = formatMinor(proposal.to, currency);
    const at = iso(proposal.decidedAt ?? Date.now());
    return [decided, { type: "price", sku, price, currency, source: "applied", at }];
  });
  if (items.length > 0) c.executionCtx.waitUntil(liveFeed(c.env).publish(items));
}
