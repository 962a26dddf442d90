import type { Notice, SignalState } from "../messages/present.ts";
import type { SignalSettings } from "../settings/settings.ts";

const HOUR_MS = 3_600_000;
/** Severities are told with three decimals: what they differ by is the step, whatever the last bit says. */
const STEP_TOLERANCE = 1e-9;

/** What decides whether a signal is worth a person's attention. */
export type NoticeSettings = Pick<
  SignalSettings,
  "notifyConfidence" | "notifySeverityStep" | "notifyAgainHours" | "notifyPerSku"
>;

/**
 * The notice that an open signal comes to `now` (ms): the one before, unless it is news. News is a signal that is first
 * certain enough, one that has become worse by a step since it last told, and one that is still open long after.
 */
export function noticeAfter(
  { severity, confidence, notice }: Pick<SignalState, "severity" | "confidence" | "notice">,
  settings: NoticeSettings,
  now: number,
): Notice | undefined {
  if (confidence < settings.notifyConfidence) return notice;
  if (notice === undefined) return { at: now, why: "opened", severity };
  if (severity - notice.severity >= settings.notifySeverityStep - STEP_TOLERANCE)
    return { at: now, why: "worse", severity };
  return isReminderDue(notice, settings, now) ? { at: now, why: "reminder", severity } : notice;
}

/** Whether a signal that is still open is to be told of again. */
export function isReminderDue(
  notice: Notice | undefined,
  { notifyAgainHours }: Pick<NoticeSettings, "notifyAgainHours">,
  now: number,
): boolean {
  return notice !== undefined && now - notice.at >= notifyAgainHours * HOUR_MS;
}
