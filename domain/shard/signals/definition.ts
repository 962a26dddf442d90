import type { SignalType } from "../../messages/names.ts";
import type { MarketView, OfferView } from "./market-view.ts";

/** A condition's measure and its threshold, in the same unit, usually a share. */
export interface Reading {
  value: number;
  threshold: number;
  /** whether a measure equal to the threshold meets the condition */
  inclusive?: boolean;
  /** keeps an open signal open although the measure is below the clearing level */
  lingers?: boolean;
}

/** What an open signal shows. */
export interface SignalContent {
  /** 0..1 */
  severity: number;
  /** 0..1, before the trust in the offer is applied, which all signals share */
  confidence: number;
  evidence: Record<string, number | string | boolean | null>;
  message: string;
  /** what to do about it, where that differs from the usual advice */
  advice?: string;
}

/** What the newest observation changed. */
export interface Move {
  competitor: string;
  /** which of the SKU's sellers was seen, see `stateKey` */
  key: string;
  price: "first" | "same" | "cut" | "rise";
  /** the availability changed */
  restocked: boolean;
  /** the price came into our currency by an exchange rate */
  converted: boolean;
}

interface DefinitionBase {
  type: SignalType;
  /** priority if the SKU's demand is highly sensitive to price, medium, or low or unknown */
  priorities: readonly [1 | 2 | 3, 1 | 2 | 3, 1 | 2 | 3];
  /** what to do about it, in the same order */
  advice: readonly [string, string, string];
  /**
   * whether this move can make the condition hold; for other moves it need not be read. Absent: any move can
   */
  opensOn?: (move: Move) => boolean;
  /**
   * What the signal is about. By default the market: it then needs a fresh offer, and we must be selling. A signal
   * about the shop needs neither, and is evaluated when the shop reports something.
   */
  about?: "shop";
  /** opens by time alone: it is about something that did not happen */
  opensByTime?: true;
  /** the signal that cannot hold at the same time: this one ends it at once */
  contrary?: SignalType;
  /** resolves without waiting for the quiet time */
  clearsAtOnce?: true;
}

/** A signal about one competitor of a SKU. `read` answers null where the condition does not apply. */
export interface CompetitorDefinition extends DefinitionBase {
  scope: "competitor";
  read: (view: MarketView, offer: OfferView) => Reading | null;
  describe: (view: MarketView, offer: OfferView, reading: Reading) => SignalContent;
}

/** A signal about a SKU as a whole. */
export interface SkuDefinition extends DefinitionBase {
  scope: "sku";
  read: (view: MarketView) => Reading | null;
  describe: (view: MarketView, reading: Reading) => SignalContent;
}

export type SignalDefinition = CompetitorDefinition | SkuDefinition;

/** Rounding error up to which shares count as equal, so that 5 % computed from integers is 5 %. */
const SHARE_TOLERANCE = 1e-9;

/** Whether the condition holds. */
export function isMet(reading: Reading): boolean {
  const { value, threshold } = reading;
  return reading.inclusive ? value >= threshold - SHARE_TOLERANCE : value > threshold + SHARE_TOLERANCE;
}

/** Whether the measure is below the clearing level: a share of the threshold. */
export function isClear(reading: Reading, clearShare: number): boolean {
  return !reading.lingers && reading.value < reading.threshold * clearShare - SHARE_TOLERANCE;
}

/**
 * The excess over the threshold as a share of `span`, limited to 0..1.
 * @example severityOf({ value: 0.125, threshold: 0.05 }, 0.15) // 0.5
 */
export function severityOf(reading: Reading, span: number): number {
  return Math.min(1, Math.max(0, (reading.value - reading.threshold) / span));
}
