import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { HOUR_MS } from "../../base/time.ts";
import type { Notice, SignalState } from "../../messages/present.ts";
import type { SignalSettings } from "../../settings/signals.ts";

/** Rounding error up to which a rise of the severity counts as a whole step. */
const STEP_TOLERANCE = 1e-9;

/** The settings that decide whether a signal is worth a person's attention. */
export type NoticeSettings = Pick<
  SignalSettings,
  "notifyConfidence" | "notifySeverityStep" | "notifyAgainHours" | "notifyPerSku"
>;

/**
 * The notice of an open signal at `now` (ms). It stays the one before, unless the signal is certain enough for the
 * first time, has become worse by a step since its last notice, or is still open long after it.
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

/** Whether a signal that is still open is due for another notice. */
export function isReminderDue(
  notice: Notice | undefined,
  { notifyAgainHours }: Pick<NoticeSettings, "notifyAgainHours">,
  now: number,
): boolean {
  return notice !== undefined && now - notice.at >= notifyAgainHours * HOUR_MS;
}

/** 96 bits: no two of a billion signals collide by chance. */
const ID_BYTES = 12;

/**
 * The id of a signal: a hash of what it is about and when it opened (ms). URL-safe, and the same on every replay.
 */
export function signalId(sku: string, type: string, competitor: string | null, openedAt: number): string {
  const name = JSON.stringify([sku, type, competitor, openedAt]);
  return `sig_${bytesToHex(sha256(utf8ToBytes(name)).subarray(0, ID_BYTES))}`;
}
