import type { z } from "@hono/zod-openapi";
import { iso } from "../../domain/contract/answers.ts";
import type { Delivery, Endpoint, TestDelivery } from "../../domain/contract/outgoing.ts";
import type { DeliveryRecord } from "../../services/outgoing/deliveries.ts";
import type { Sent } from "../../services/outgoing/post-message.ts";
import type { EndpointRecord } from "../../services/outgoing/read-endpoints.ts";

const instant = (ms: number | null) => (ms === null ? null : iso(ms));

/** `newest`: the number of the newest event. */
export function presentEndpoint(endpoint: EndpointRecord, newest: number): z.infer<typeof Endpoint> {
  const { ahead: _, createdAt, failingSince, nextTryAt, lastDeliveredAt, ...rest } = endpoint;
  return {
    ...rest,
    behind: Math.max(0, newest - endpoint.cursor),
    ...{ failingSince: instant(failingSince), nextTryAt: instant(nextTryAt) },
    ...{ lastDeliveredAt: instant(lastDeliveredAt), createdAt: iso(createdAt) },
  };
}

export function presentDelivery({ target: _, at, ...rest }: DeliveryRecord): z.infer<typeof Delivery> {
  return { ...rest, at: iso(at) };
}

export function presentTest({ outcome, status, error, ms }: Sent): z.infer<typeof TestDelivery> {
  return { delivered: outcome === "delivered", status, error, ms };
}
