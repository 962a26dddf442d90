import { uniform } from "../../domain/base/keyed-random.ts";

/** A permutation of the items that depends on the seed alone (Fisher and Yates, from the end). */
export function shuffled<T>(items: readonly T[], seed: number): T[] {
  const out = [...items];
  for (let last = out.length - 1; last > 0; last--) {
    const pick = Math.floor(uniform(seed, last) * (last + 1));
    const item = out[last] as T;
    out[last] = out[pick] as T;
    out[pick] = item;
  }
  return out;
}
