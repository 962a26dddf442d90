import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { HOUR_MS } from "../../base/time.ts";
import type { Notice, SignalState } from "../../messages/present.ts";
import type { SignalSettings } from "../../settings/settings.ts";

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

/** 96 bits: no two of a billion signals collide by chance. */
const ID_BYTES = 12;

/**
 * The id of one opening of a signal: what it is about and when it opened (ms). URL-safe, the same on every
 * replay.
 */
export function signalId(sku: string, type: string, competitor: string | null, openedAt: number): string {
  const name = JSON.stringify([sku, type, competitor, openedAt]);
  return `sig_${bytesToHex(sha256(utf8ToBytes(name)).subarray(0, ID_BYTES))}`;
}
