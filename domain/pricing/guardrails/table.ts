import { charmEndings, clearanceOnly, ladderOrder, stockCover } from "./assortment.ts";
import { lowConfidence, lowProbability, minChange, minGain, regretCap, triedRange } from "./evidence.ts";
import type { Guardrail } from "./guardrail.ts";
import { competitorBand, priceWar, selfUndercut, upwardRecovery } from "./market.ts";
import {
  coolDown,
  dailyCap,
  imputedCost,
  launch,
  maxStep,
  noRises,
  unidentifiedStep,
  weeklyCap,
} from "./pace.ts";
import {
  floor,
  marginCap,
  markupFloor,
  maxPrice,
  minimumAdvertised,
  minPrice,
  suggestedRetail,
} from "./product-limits.ts";

/**
 * All guardrails in the order they are applied. The floor is last, so that no other rule has the last word on
 * it. A guardrail's position is its bit in the solver's masks: at most 31.
 */
export const GUARDRAILS: readonly Guardrail[] = [
  priceWar,
  selfUndercut,
  upwardRecovery,
  competitorBand,
  lowConfidence,
  lowProbability,
  regretCap,
  minGain,
  minChange,
  triedRange,
  unidentifiedStep,
  maxStep,
  weeklyCap,
  imputedCost,
  coolDown,
  dailyCap,
  launch,
  noRises,
  ladderOrder,
  stockCover,
  clearanceOnly,
  minimumAdvertised,
  suggestedRetail,
  marginCap,
  markupFloor,
  minPrice,
  maxPrice,
  charmEndings,
  floor,
];
