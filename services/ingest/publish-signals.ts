import type { LiveItem } from "../../domain/messages/live.ts";
import type { LivePort } from "../ports.ts";
import type { ProjectedSignal } from "./project-signals.ts";

/** What a live frame says of a signal, whoever changed it. */
export type PublishedSignal = Omit<
  ProjectedSignal,
  "message" | "evidence" | "openedAt" | "resolvedAt" | "version" | "priority"
> & { priority: number; assignee?: string | null };

/** Sends changed signals to open dashboards. `digestPerHour`: the setting, if it was read. */
export async function publishSignals(
  live: LivePort,
  changed: readonly PublishedSignal[],
  digestPerHour?: number,
): Promise<void> {
  const items = changed.map((one): LiveItem => {
    const {
      id,
      sku,
      competitor,
      type: signal,
      status,
      priority,
      severity,
      confidence,
      notice,
      assignee,
    } = one;
    const at = new Date(one.updatedAt).toISOString();
    return {
      type: "signal",
      ...{ id, sku, competitor, signal, status, priority, severity, confidence, at },
      ...(assignee === undefined ? {} : { assignee }),
      ...(notice ? { notice: { at: new Date(notice.at).toISOString(), why: notice.why } } : {}),
    };
  });
  await live.publish(items, digestPerHour);
}
