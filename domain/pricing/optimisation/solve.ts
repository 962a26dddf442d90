/**
 * Choosing one of a list of prices under removable constraints. Every candidate carries a bit mask of the
 * constraints it breaks; one pass over the masks answers the choice, what each constraint alone costs and
 * what the constraints do one after the other.
 */

/** A candidate's score decides; on a tie the one nearest to the current price, then the lower price. */
function better(scores: Float64Array, a: number, b: number, current: number): boolean {
  if (b < 0) return true;
  const difference = scores[a]! - scores[b]!;
  if (difference !== 0) return difference > 0;
  const distance = Math.abs(a - current) - Math.abs(b - current);
  return distance !== 0 ? distance < 0 : a < b;
}

/** The best candidate none of whose broken constraints is in `active` (a bit mask); -1 if there is none. */
export function bestUnder(scores: Float64Array, masks: Int32Array, active: number, current: number): number {
  let best = -1;
  for (let i = 0; i < scores.length; i++) {
    if ((masks[i]! & active) === 0 && better(scores, i, best, current)) best = i;
  }
  return best;
}

/**
 * What the choice would be with one constraint left out, for each constraint (leave-one-out): position of the
 * best candidate that breaks nothing active but that one, or the choice itself.
 */
export function leaveOneOut(
  scores: Float64Array,
  masks: Int32Array,
  active: number,
  current: number,
  choice: number,
  constraints: number,
): Int32Array {
  const best = new Int32Array(constraints).fill(choice);
  for (let i = 0; i < scores.length; i++) {
    const broken = masks[i]! & active;
    if (broken === 0 || (broken & (broken - 1)) !== 0) continue;
    const constraint = 31 - Math.clz32(broken);
    if (better(scores, i, best[constraint]!, current)) best[constraint] = i;
  }
  return best;
}

/**
 * The best candidate after the first 0, 1, … all constraints, in their order: element j is the choice when
 * only constraints 0..j-1 of `active` hold (-1 where nothing is left).
 */
export function choicesInOrder(
  scores: Float64Array,
  masks: Int32Array,
  active: number,
  current: number,
  constraints: number,
): Int32Array {
  const best = new Int32Array(constraints + 1).fill(-1);
  for (let i = 0; i < scores.length; i++) {
    const broken = masks[i]! & active;
    // A candidate lives until the first constraint it breaks.
    const last = broken === 0 ? constraints : 31 - Math.clz32(broken & -broken);
    if (better(scores, i, best[last]!, current)) best[last] = i;
  }
  for (let j = constraints - 1; j >= 0; j--) {
    const later = best[j + 1]!;
    if (later >= 0 && better(scores, later, best[j]!, current)) best[j] = later;
  }
  return best;
}
