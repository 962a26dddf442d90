import type { z } from "@hono/zod-openapi";
import type { AlertChannelShape, AlertRuleShape } from "../../domain/contract/alerts.ts";
import { iso } from "../../domain/contract/answers.ts";
import type { ChannelRecord } from "../../services/alerts/read-channels.ts";
import type { RuleRecord } from "../../services/alerts/rules.ts";

const instant = (ms: number | null) => (ms === null ? null : iso(ms));

export function presentRule({ activeSince, createdAt, ...rule }: RuleRecord): z.infer<typeof AlertRuleShape> {
  const types = rule.types as z.infer<typeof AlertRuleShape>["types"];
  return { ...rule, types, activeSince: iso(activeSince), createdAt: iso(createdAt) };
}

interface Waiting {
  waiting: number;
  heldUntil: number | null;
}

export function presentChannel(
  { sealed: _, ...channel }: ChannelRecord,
  { waiting, heldUntil }: Waiting = { waiting: 0, heldUntil: null },
): z.infer<typeof AlertChannelShape> {
  const { failingSince, nextTryAt, lastDeliveredAt, createdAt } = channel;
  return {
    ...channel,
    ...{ waiting, heldUntil: instant(heldUntil), createdAt: iso(createdAt) },
    ...{ failingSince: instant(failingSince), nextTryAt: instant(nextTryAt) },
    lastDeliveredAt: instant(lastDeliveredAt),
  };
}
