/** What happened, for whoever follows the install from outside. A price that changed comes from the ledger. */
export const EVENT_TYPES = [
  "price.applied",
  "price.rolled_back",
  "price.imported",
  "override.created",
  "override.ended",
  "override.expired",
  "proposal.created",
  "proposal.approved",
  "proposal.applied",
  "proposal.rejected",
  "proposal.expired",
  "proposal.superseded",
  "proposal.failed",
  "signal.opened",
  "signal.worse",
  "signal.reminder",
  "signal.resolved",
  "run.finished",
  "health.changed",
  "endpoint.disabled",
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** An event before it has its number and its instant. Money in `data` is integer minor units of its `currency`. */
export interface EventBody {
  type: EventType;
  /** the SKU that it is about; null if it is about none or many */
  sku: string | null;
  /** the id of the proposal, override, signal, run or endpoint; of a price its SKU */
  subject: string;
  data: Record<string, unknown>;
}

/** `disabled`: the install gave up; `paused`: a person did. Both go on where they stopped. */
export const ENDPOINT_STATUSES = ["enabled", "paused", "disabled"] as const;
export type EndpointStatus = (typeof ENDPOINT_STATUSES)[number];

/** What became of one try; `given_up`: refused so often that the receiver does not get it. */
export const DELIVERY_OUTCOMES = ["delivered", "failed", "refused", "gone", "given_up"] as const;
export type DeliveryOutcome = (typeof DELIVERY_OUTCOMES)[number];
