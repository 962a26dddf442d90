import type { SignalState } from "../../domain/messages/present.ts";
import { upsert } from "./upsert.ts";

/** A signal as D1 holds it: a person may have acknowledged it, of which its shard knows nothing. */
export interface ProjectedSignal extends Omit<SignalState, "status"> {
  status: SignalState["status"] | "acknowledged";
}

/** What a signal says may change; what it is about may not. `status` is indexed, so it is set only when it changes. */
const SIGNAL_CONTENT = [
  "priority",
  "severity",
  "confidence",
  "message",
  "evidence",
  "updated_at",
  "resolved_at",
  "version",
];
const SIGNAL = {
  table: "signals",
  key: ["id"],
  columns: ["sku", "competitor", "type", "status", "opened_at", ...SIGNAL_CONTENT],
  returning: "id, status",
};

/** The shard knows open and resolved; that a person has acknowledged an open one is known here only. */
export const SIGNALS_IN_STATUS = upsert({
  ...SIGNAL,
  update: SIGNAL_CONTENT,
  when: "(excluded.status = signals.status OR excluded.status = 'open' AND signals.status = 'acknowledged')",
});
/** One that comes back soon after it was resolved is still what somebody has seen. */
const STATUS_AFTER = `CASE WHEN excluded.status = 'open' AND signals.acknowledged_by IS NOT NULL
  THEN 'acknowledged' ELSE excluded.status END`;
export const SIGNALS_CHANGING_STATUS = upsert({
  ...SIGNAL,
  update: ["status", ...SIGNAL_CONTENT],
  set: { status: STATUS_AFTER },
});

/** A signal in the order of the columns. */
export function signalRow(s: SignalState): unknown[] {
  return [
    ...[
      s.id,
      s.sku,
      s.competitor,
      s.type,
      s.status,
      s.openedAt,
      s.priority,
      s.severity,
      s.confidence,
      s.message,
    ],
    ...[JSON.stringify(s.evidence), s.updatedAt, s.resolvedAt, s.version],
  ];
}
