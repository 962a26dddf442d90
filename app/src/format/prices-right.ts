import type { PricesRight } from "../../../domain/contract/analysis.ts";
import { share } from "./number.ts";

interface Verdict {
  /** within a sentence */
  short: string;
  /** a sentence of its own */
  title: string;
  /** what follows from it */
  note: string;
}

/** From which chance on something is said to be so, and up to which that it is not. */
const LIKELY = 0.7;
const UNLIKELY = 0.3;

/**
 * How right the shop's own prices seem, as a merchandiser would say it, and what follows from it for the proposals.
 *
 * @example pricesVerdict({ each: 0.87, inTheMean: 0.09 }).title // "Your prices seem right: 87 % likely."
 */
export function pricesVerdict({ each, inTheMean }: PricesRight): Verdict {
  const right = each + inTheMean;
  if (each >= LIKELY)
    return {
      short: `prices seem right (${chance(each)})`,
      title: `Your prices seem right: ${chance(each)} likely.`,
      note: "That is why few changes are proposed.",
    };
  if (right >= LIKELY)
    return {
      short: `prices seem right on average (${chance(right)})`,
      title: `Your prices seem right on average: ${chance(right)} likely.`,
      note: "Whether each is right for its product is less sure. That is why changes are proposed where sales speak for them.",
    };
  if (right <= UNLIKELY)
    return {
      short: `prices do not seem right (${chance(right)})`,
      title: `Your prices do not seem right: the chance that they are is ${chance(right)}.`,
      note: "That is why a change is proposed wherever sales say that another price earns more.",
    };
  return {
    short: `not known yet whether prices are right (${chance(right)})`,
    title: `Not known yet whether your prices are right: ${chance(right)} likely.`,
    note: "It becomes clear as prices change and sales answer.",
  };
}

/** A chance in whole per cent; one that is only nearly certain is not called so. */
export function chance(fraction: number): string {
  if (fraction < 0.01) return `under ${share(0.01)}`;
  return fraction > 0.99 ? `over ${share(0.99)}` : share(fraction);
}
