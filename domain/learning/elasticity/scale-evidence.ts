import { apply, inverse, logDeterminant } from "../../base/matrix.ts";
import { type EffectPriors, eliminated, heldAt, information, type System } from "./elimination.ts";
import {
  CALENDAR_SCALES,
  calendarPrecision,
  type OwnDesign,
  SLOW_COLUMNS,
  SLOW_SCALES,
  slowPrecisions,
} from "./own-design.ts";

/**
 * Log evidence for each pair of scales of the slow columns' priors, everything else integrated out. What is neither asked for
 * nor slow is eliminated once; of the rest, with precisions P, A = J + P and b = h + P·centre it is ½ ln|P| - ½ ln|A| + ½ b'A⁻¹b,
 * up to a constant.
 */
export function slowEvidence(design: OwnDesign, system: System, prior: NonNullable<EffectPriors>): number[] {
  const asked = design.names.length;
  const size = asked + SLOW_COLUMNS;
  const free = design.precision.map((value, j) => (j < size ? 0 : value));
  const { factor, y } = eliminated({ ...design, precision: free }, system, null);
  const { J, h } = information(factor, y, design.columns, size);
  const pull = h.map((value, j) => value + (j < asked ? heldAt(j, free, prior) * prior[j]!.centre : 0));
  return SLOW_SCALES.map((scales) => {
    const slow = slowPrecisions(scales);
    const total = [...J];
    for (let j = 0; j < size; j++)
      total[j * size + j]! += j < asked ? heldAt(j, free, prior) : slow[j - asked]!;
    const mode = apply(inverse(total, size), pull);
    let evidence =
      slow.reduce((sum, precision) => sum + Math.log(precision), 0) - logDeterminant(total, size);
    for (let j = 0; j < size; j++) evidence += pull[j]! * mode[j]!;
    return Math.round(500 * evidence) / 1000;
  });
}

/** Log evidence for each scale of the calendar columns' priors, everything else integrated out under its own. */
export function calendarEvidence(
  design: OwnDesign,
  system: System,
  prior: NonNullable<EffectPriors>,
): number[] {
  const { columns: p, names } = design;
  const calendarColumns = p - names.length - SLOW_COLUMNS;
  if (calendarColumns === 0) return [];
  return CALENDAR_SCALES.map((scale) => {
    const held = calendarPrecision(scale);
    const precision = design.precision.map((value, j) => (j < p - calendarColumns ? value : held));
    const { factor, y } = eliminated({ ...design, precision }, system, prior);
    let evidence = (calendarColumns / 2) * Math.log(held);
    for (let j = 0; j < p; j++) evidence += y[j]! ** 2 / 2 - Math.log(factor[j * p + j]!);
    return Math.round(1000 * evidence) / 1000;
  });
}
