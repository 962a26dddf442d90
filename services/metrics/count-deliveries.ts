import { SECOND_MS } from "../../domain/base/time.ts";
import { FAMILIES } from "../../domain/metrics/families.ts";
import { bucketOf, labelKey } from "../../domain/metrics/open-metrics.ts";
import { type Delivery, isChunk } from "../ingest/delivery.ts";
import { addSamples, count, type SamplesByFamily } from "./save-samples.ts";

/**
 * Counts the chunks that these deliveries completed, with the verdicts on their rows and the time that they took. Best
 * effort: after a failure, or if the Worker stops, a few are missing.
 */
export async function countDeliveries(
  d1: D1Database,
  deliveries: readonly Delivery[],
  now: number,
): Promise<void> {
  const statements = addSamples(d1, "ingest", samplesOf(deliveries, now), now);
  if (statements.length === 0) return;
  try {
    await d1.batch(statements);
  } catch (error) {
    console.warn({ event: "metrics.not_counted", error: String(error) });
  }
}

function samplesOf(deliveries: readonly Delivery[], now: number): SamplesByFamily {
  const ingestRows: Record<string, number> = {};
  const ingestLatency: Record<string, number> = {};
  for (const { body, outcome, isFirst } of deliveries) {
    if (!isChunk(body) || outcome === null || isFirst !== true) continue;
    for (const [verdict, rows] of Object.entries(outcome.counts))
      count(ingestRows, labelKey(body.type, verdict), rows);
    const seconds = Math.max(0, now - body.receivedAt) / SECOND_MS;
    count(ingestLatency, labelKey(body.type, bucketOf(FAMILIES.ingestLatency, seconds)));
    count(ingestLatency, labelKey(body.type, "sum"), seconds);
  }
  return { ingestRows, ingestLatency };
}
