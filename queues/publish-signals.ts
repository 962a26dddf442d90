import type { Env } from "../db/env.ts";
import type { SignalItem } from "../domain/messages/live.ts";
import { liveFeed } from "../durable/stubs.ts";
import type { ProjectedSignal } from "../services/ingest/project.ts";

/** Tells open dashboards of signals that a projection changed. Best effort: whoever misses a frame reads the lists. */
export async function publishSignals(
  env: Env,
  changed: readonly ProjectedSignal[],
  digestPerHour: number,
): Promise<void> {
  if (changed.length === 0) return;
  try {
    await liveFeed(env).publish(changed.map(signalItem), digestPerHour);
  } catch (error) {
    console.warn({ event: "live.publish_failed", error: String(error) });
  }
}

function signalItem({ type, updatedAt, notice, ...signal }: ProjectedSignal): SignalItem {
  const { id, sku, competitor, status, priority, severity, confidence } = signal;
  return {
    type: "signal",
    ...{ id, sku, competitor, signal: type, status, priority, severity, confidence },
    at: new Date(updatedAt).toISOString(),
    ...(notice ? { notice: { at: new Date(notice.at).toISOString(), why: notice.why } } : {}),
  };
}
