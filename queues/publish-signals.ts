import type { Env } from "../db/env.ts";
import type { SignalItem } from "../domain/messages/live.ts";
import { liveFeed } from "../durable/stubs.ts";
import type { ProjectedSignal } from "../services/ingest/project-signals.ts";

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

function signalItem(changed: ProjectedSignal): SignalItem {
  const { id, sku, competitor, type: signal, status, priority, severity, confidence, notice } = changed;
  const at = new Date(changed.updatedAt).toISOString();
  const item: SignalItem = {
    type: "signal",
    id,
    sku,
    competitor,
    signal,
    status,
    priority,
    severity,
    confidence,
    at,
  };
  if (notice) item.notice = { at: new Date(notice.at).toISOString(), why: notice.why };
  return item;
}
