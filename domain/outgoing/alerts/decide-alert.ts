import { MINUTE_MS } from "../../base/time.ts";
import { typesAmong } from "../event-types.ts";
import type { AlertSubject } from "./alert-item.ts";
import type { AlertRule } from "./rule.ts";

/** What is remembered of the last alert of a rule about one thing. */
export interface AlertState {
  /** ms */
  at: number;
  /** the price that it told of */
  price: number | null;
  /** what it told of is over: the next one needs no other price */
  ended: boolean;
}

/**
 * Whether an event is an alert by a rule, and what is then remembered. A rule that names a signal means its notices;
 * its end counts only where the rule asks for `signal.resolved`, but lets the next one through.
 */
export function decideAlert(
  rule: AlertRule,
  subject: AlertSubject,
  state: AlertState | null,
): { alert: boolean; state: AlertState | null } {
  const isAsked = isAskedFor(rule, subject);
  if (subject.isEnd && !isAsked) return { alert: false, state: state && { ...state, ended: true } };
  if (!isAsked || !isAbout(rule, subject) || !changedEnough(rule, subject)) return { alert: false, state };
  const price = numberOf(subject.newPrice);
  if (state !== null && !isArmed(rule, state, subject.at, price)) return { alert: false, state };
  return { alert: true, state: { at: subject.at, price, ended: subject.isEnd } };
}

/** Whether the rule has anything to remember of an event: its end, too. */
export function isAskedFor(
  { types }: Pick<AlertRule, "types">,
  { event, type, isEnd }: AlertSubject,
): boolean {
  return (types.includes(type) && !isEnd) || typesAmong(types).includes(event);
}

function isAbout(
  rule: AlertRule,
  { category, brand, competitor, sku, title, priority }: AlertSubject,
): boolean {
  const { query } = rule;
  const found = (value: string | null) => value?.toLowerCase().includes(query!.toLowerCase()) ?? false;
  return (
    (rule.category === null || rule.category === category) &&
    (rule.brand === null || rule.brand === brand) &&
    (rule.competitor === null || rule.competitor === competitor) &&
    (query === null || found(sku) || found(title)) &&
    (rule.minPriority === null || (priority !== null && priority <= rule.minPriority))
  );
}

/** Whether the price went the way and as far as the rule asks; what has no price passes where nothing is asked of it. */
function changedEnough({ direction, minPct, minAmount, level }: AlertRule, subject: AlertSubject): boolean {
  if (direction === "both" && minPct === null && minAmount === null && level === null) return true;
  const [before, after] = [numberOf(subject.oldPrice), numberOf(subject.newPrice)];
  if (before === null || after === null) return false;
  const change = after - before;
  if (direction === "rise" ? change <= 0 : direction === "fall" ? change >= 0 : false) return false;
  const size = Math.abs(change) + ROUNDING;
  if (minPct !== null && minAmount !== null) {
    if (size < (minPct / 100) * before && size < minAmount) return false;
  } else if (size < ((minPct ?? 0) / 100) * before || size < (minAmount ?? 0)) return false;
  if (level === null) return true;
  const reachesBelow = after <= level && (direction !== "both" || before > level);
  const reachesAbove = after >= level && (direction !== "both" || before < level);
  return direction === "fall"
    ? reachesBelow
    : direction === "rise"
      ? reachesAbove
      : reachesBelow || reachesAbove;
}

/** Decimal strings as numbers differ from their sums by this much at most. */
const ROUNDING = 1e-9;

function isArmed(rule: AlertRule, state: AlertState, at: number, price: number | null): boolean {
  if (at - state.at < rule.coolDownMinutes * MINUTE_MS) return false;
  if (rule.rearmPct === null || state.ended || state.price === null || price === null) return true;
  return Math.abs(price - state.price) + ROUNDING >= (rule.rearmPct / 100) * state.price;
}

function numberOf(price: string | null): number | null {
  return price === null ? null : Number(price);
}
