import { mix } from "../prng/keyed.ts";

const SEEDS = [0x243f6a88, 0x13198a2e] as const;
const word = new Float64Array(1);
const halves = new Uint32Array(word.buffer);

/**
 * A 64-bit name of a sequence of numbers, as 16 hex digits: equal sequences have equal names, and two that differ in any
 * bit of any number have different ones but for an accident of one in 2⁶⁴. Some nanoseconds a number; it tells inputs
 * apart, it does not guard against an adversary. −0 counts as 0.
 */
export class Fingerprint {
  private a: number = SEEDS[0];
  private b: number = SEEDS[1];

  add(value: number): void {
    word[0] = value + 0;
    this.a = mix(mix(this.a, halves[0]!), halves[1]!);
    this.b = mix(mix(this.b, halves[1]!), halves[0]!);
  }

  addAll(values: readonly number[]): void {
    for (const value of values) this.add(value);
  }

  toString(): string {
    return hex(this.a) + hex(this.b);
  }
}

function hex(part: number): string {
  return part.toString(16).padStart(8, "0");
}
