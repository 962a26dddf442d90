import { uniform } from "../../../domain/base/keyed-random.ts";

/** The run's one source of chance: every draw follows from the seed and the number of draws before it. */
export class Chance {
  readonly #seed: number;
  #draws = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Uniform in (0, 1). */
  next(): number {
    return uniform(this.#seed, this.#draws++);
  }

  /** A whole number in 0..count-1. */
  below(count: number): number {
    return Math.floor(this.next() * count);
  }

  /** True with this probability. */
  happens(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }
}
