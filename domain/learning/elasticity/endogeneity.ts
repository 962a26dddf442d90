import { controlFunction, type Evidence, type InstrumentSums } from "./instruments.ts";
import { type FeedbackSums, priceFeedback } from "./price-feedback.ts";

/** What a SKU's rows say about whether its price was set by its demand; null where they cannot tell. */
export interface EndogeneityEvidence {
  controlFunction: Evidence | null;
  priceFeedback: Evidence | null;
}

/** The same as t statistics. */
export interface EndogeneityStatistics {
  controlFunction: number | null;
  priceFeedback: number | null;
}

/** Whether an estimate is suspect because the price followed demand, and what says so. */
export interface Endogeneity extends EndogeneityStatistics {
  flagged: boolean;
  /** The same questions put to all SKUs of the category together. */
  category: EndogeneityStatistics;
}

/** |t| of a SKU's own evidence above which it is flagged. */
const OWN_T = 2.5;
/** |t| of a category's: it flags all its SKUs, so it has to be surer. */
const CATEGORY_T = 4;

/** The evidence of a SKU; that of the control function divided by the design effect of price spells. */
export function endogeneityEvidence(
  { instruments, feedback }: { instruments: InstrumentSums; feedback: FeedbackSums },
  designEffect: number,
): EndogeneityEvidence {
  const control = controlFunction(instruments);
  return {
    controlFunction: control && {
      score: control.score / designEffect,
      information: control.information / designEffect,
    },
    priceFeedback: priceFeedback(feedback),
  };
}

/** t statistics of all SKUs' evidence together, shocks that they share allowed for by their design effect. */
export function pooledStatistics(
  evidence: readonly EndogeneityEvidence[],
  designEffect: number,
): EndogeneityStatistics {
  const together = (kind: keyof EndogeneityEvidence) => {
    let score = 0;
    let information = 0;
    for (const one of evidence) {
      score += one[kind]?.score ?? 0;
      information += one[kind]?.information ?? 0;
    }
    return information > 0 ? score / Math.sqrt(information * designEffect) : null;
  };
  return { controlFunction: together("controlFunction"), priceFeedback: together("priceFeedback") };
}

const NOT_TOLD: EndogeneityStatistics = { controlFunction: null, priceFeedback: null };

/** What is reported: a SKU is flagged by its own evidence, or by that of its category if it has any itself. */
export function endogeneityOf(
  evidence: EndogeneityEvidence,
  category: EndogeneityStatistics = NOT_TOLD,
): Endogeneity {
  const own = pooledStatistics([evidence], 1);
  const kinds = ["controlFunction", "priceFeedback"] as const;
  const flagged = kinds.some((kind) => {
    if (own[kind] === null) return false;
    return Math.abs(own[kind]) > OWN_T || Math.abs(category[kind] ?? 0) > CATEGORY_T;
  });
  return { flagged, ...own, category: { ...category } };
}
