import type { SignalType } from "../../messages/names.ts";
import type { MarketView, OfferView } from "./market-view.ts";

/** The condition's measure against its threshold; both in the same unit, usually a share. */
export interface Reading {
  value: number;
  threshold: number;
  /** whether the threshold itself meets the condition */
  inclusive?: boolean;
  /** an open signal stays although the measure is below the clearing level */
  lingers?: boolean;
}

/** What an open signal says. */
export interface Telling {
  /** 0..1 */
  severity: number;
  /** 0..1, without the parts that every signal shares (freshness, confirmation) */
  confidence: number;
  evidence: Record<string, number | string | boolean | null>;
  message: string;
  /** what to do about it, where that is something else than usual */
  advice?: string;
}

/** What the newest observation did; null when something else is the occasion. */
export interface Move {
  competitor: string;
  price: "first" | "same" | "cut" | "rise";
  /** the availability changed */
  restocked: boolean;
  /** the price came into our currency by an exchange rate */
  converted: boolean;
}

interface DefinitionBase {
  type: SignalType;
  /** priority when the SKU's demand is highly, medium or otherwise sensitive to price */
  priorities: readonly [1 | 2 | 3, 1 | 2 | 3, 1 | 2 | 3];
  /** what to do about it, in the same order */
  advice: readonly [string, string, string];
  /**
   * whether this move can newly meet the condition: spares reading it for the others. Absent: any move can
   */
  opensOn?: (move: Move) => boolean;
  /**
   * what it is about. Default the market: it needs a fresh offer, and us to be selling. A signal about the shop needs
   * neither, and is looked at when the shop tells something.
   */
  about?: "shop";
  /** opens when time alone has passed: an absence is no event */
  opensByTime?: true;
  /** clears without having to stay clear */
  clearsAtOnce?: true;
}

/** A signal about one competitor of a SKU. `read` answers null where the condition does not apply. */
export interface CompetitorDefinition extends DefinitionBase {
  scope: "competitor";
  read: (view: MarketView, offer: OfferView) => Reading | null;
  tell: (view: MarketView, offer: OfferView, reading: Reading) => Telling;
}

/** A signal about a SKU among all its competitors. */
export interface SkuDefinition extends DefinitionBase {
  scope: "sku";
  read: (view: MarketView) => Reading | null;
  tell: (view: MarketView, reading: Reading) => Telling;
}

export type SignalDefinition = CompetitorDefinition | SkuDefinition;

/** Shares are compared up to this: 5 % computed from integers is 5 %, whatever the last bit says. */
const SHARE_TOLERANCE = 1e-9;

/** Whether the condition holds. */
export function isMet(reading: Reading): boolean {
  const { value, threshold } = reading;
  return reading.inclusive ? value >= threshold - SHARE_TOLERANCE : value > threshold + SHARE_TOLERANCE;
}

/** Whether the measure is back below the share of the threshold at which the signal clears. */
export function isClear(reading: Reading, clearShare: number): boolean {
  return !reading.lingers && reading.value < reading.threshold * clearShare - SHARE_TOLERANCE;
}

/** The excess over the threshold as a share of `span`, limited to 0..1. */
export function severityOf(reading: Reading, span: number): number {
  return Math.min(1, Math.max(0, (reading.value - reading.threshold) / span));
}
