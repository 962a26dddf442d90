import { z } from "@hono/zod-openapi";
import { AggregateInput } from "../domain/aggregates/aggregate-row.ts";
import { EventInput } from "../domain/demand/event-row.ts";
import { InventoryInput } from "../domain/inventory/inventory-row.ts";
import {
  AggregatesEnvelope,
  BATCH_ROWS_MAX,
  DemandEnvelope,
  EventsEnvelope,
  InventoryEnvelope,
  ObservationsEnvelope,
} from "../domain/messages/envelope.ts";
import { DemandInput } from "../domain/observations/demand-row.ts";
import { ObservationInput } from "../domain/observations/parse.ts";

/**
 * The bodies of ingest as they are documented: the envelope with rows of the form that is accepted. What is checked at
 * once is the envelope alone, since a wrong row is a verdict on the receipt and not an error of the request.
 */
export const ObservationsBody = ObservationsEnvelope.extend({
  observations: z.array(ObservationInput).max(BATCH_ROWS_MAX),
});
export const EventsBody = EventsEnvelope.extend({ events: z.array(EventInput).max(BATCH_ROWS_MAX) });
export const InventoryBody = InventoryEnvelope.extend({
  events: z.array(InventoryInput).max(BATCH_ROWS_MAX),
});
export const AggregatesBody = AggregatesEnvelope.extend({
  rows: z.array(AggregateInput).max(BATCH_ROWS_MAX),
});
export const DemandBody = DemandEnvelope.extend({ rows: z.array(DemandInput).max(BATCH_ROWS_MAX) });

/** A required JSON body in a route's description. */
export function jsonBody<T extends z.ZodType>(schema: T) {
  return { required: true, content: { "application/json": { schema } } };
}
