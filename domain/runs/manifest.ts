import { canonicalJson, sha256Hex } from "../base/canonical-json.ts";
import { dayNumber } from "../base/time.ts";
import type { Hyper } from "../learning/elasticity/em.ts";
import type { Override } from "../ledger/overrides.ts";
import type { RunKind } from "../messages/names.ts";
import type { Settings } from "../settings/settings.ts";
import type { CostRatio } from "./cost-ratios.ts";

const SEEDS = [0x243f6a88, 0x13198a2e] as const;
const word = new Float64Array(1);
const halves = new Uint32Array(word.buffer);

/**
 * A 64-bit name of a sequence of numbers, as 16 hex digits: equal sequences have equal names, and two that differ in any
 * bit of any number have different ones but for an accident of one in 2⁶⁴. Some nanoseconds a number; it tells inputs
 * apart, it does not guard against an adversary. −0 counts as 0. A name is all that is needed to go on with its sequence.
 *
 * The mixing is that of MurmurHash3 with two lanes: each step is a bijection of the two, given the number.
 */
export class Fingerprint {
  private a: number = SEEDS[0];
  private b: number = SEEDS[1];

  /** Goes on after the sequence that has this name. */
  static after(name: string): Fingerprint {
    const print = new Fingerprint();
    print.a = Number.parseInt(name.slice(0, 8), 16);
    print.b = Number.parseInt(name.slice(8), 16);
    return print;
  }

  add(value: number): void {
    word[0] = value + 0;
    let low = Math.imul(halves[0]!, 0x239b961b);
    low = Math.imul((low << 16) | (low >>> 16), 0xab0e9789);
    let a = this.a ^ low;
    a = (((a << 13) | (a >>> 19)) + this.b) | 0;
    this.a = (Math.imul(a, 5) + 0x561ccd1b) | 0;
    let high = Math.imul(halves[1]!, 0xab0e9789);
    high = Math.imul((high << 17) | (high >>> 15), 0x38b34ae5);
    let b = this.b ^ high;
    b = (((b << 15) | (b >>> 17)) + this.a) | 0;
    this.b = (Math.imul(b, 5) + 0x0bcaa747) | 0;
  }

  addAll(values: readonly number[]): void {
    for (const value of values) this.add(value);
  }

  addText(text: string): void {
    this.add(text.length);
    for (let i = 0; i < text.length; i++) this.add(text.charCodeAt(i));
  }

  toString(): string {
    return hex(this.a) + hex(this.b);
  }
}

function hex(part: number): string {
  return (part >>> 0).toString(16).padStart(8, "0");
}

/**
 * Hours until the civil day on which stock is to arrive begins, seen from hour `hour` of day number `today`; null
 * without such a day, or once it has come.
 */
export function hoursUntilReceipt(restockDate: string | null, today: number, hour: number): number | null {
  if (restockDate === null) return null;
  const hours = (dayNumber(restockDate) - today) * 24 - hour;
  return hours > 0 ? hours : null;
}

/**
 * Names the meaning of the computation: changes whenever the same snapshot would lead to another result. A run computed
 * by another version cannot be expected to be reproduced.
 */
export const CODE_VERSION = "2026.11-5";

/** What a run computes from beside the SKUs' own inputs: kept with the snapshot, so that it can be computed again. */
export interface RunManifest {
  runId: string;
  kind: RunKind;
  /** ms */
  asOf: number;
  seed: number;
  /** number of SKUs in the run's scope */
  skus: number;
  codeVersion: string;
  /** SHA-256 of the settings */
  configHash: string;
  settings: Settings;
  /**
   * an elasticity run: what the last one learned, the start of this one; and for each shard those of the last one that
   * have filters of its SKUs
   */
  previous: { runId: string; pooled: PreviousPool; shards: number[][] } | null;
  /** a proposals run: the overrides in force, and what cost usually is of price */
  overrides: Override[];
  costRatios: Record<string, CostRatio>;
}

/** The part of a pool that starts the next one. */
export interface PreviousPool {
  daily: Hyper | null;
  weekly: Hyper | null;
}

export function configHash(settings: Settings): string {
  return sha256Hex(canonicalJson(settings));
}
