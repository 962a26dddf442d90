import type { PricingDecision } from "../../domain/pricing/decision/decision.ts";
import type { Night } from "../install/install.ts";
import { HISTORY_DAYS } from "./calendar.ts";
import { type Estimates, scoreEstimates } from "./estimates.ts";
import { expectedUnits } from "./play.ts";
import { profitRate } from "./policies.ts";
import type { Shop } from "./shop.ts";
import type { SkuPanel } from "./world.ts";

/** Nights from the first that are looked at by themselves. */
const EARLY_NIGHTS = 30;
/** Lower ends of the bins in which a stated chance of a gain is compared with how often there is one. */
const BINS = [0, 0.6, 0.7, 0.8, 0.9, 0.95];

/** Stated chances of a gain of the prices that were chosen, and how many of them do gain. */
export interface Gains {
  chosen: number;
  said: number;
  true: number;
  /** changes whose true gain lies in the 80 % interval told */
  covered: number;
}

/** What the nights of an install came to, counted so that seeds can be added up. */
export interface NightCounts {
  /** after the history alone, and in the last night */
  first: Estimates;
  last: Estimates;
  /** profit that prices tried to learn cost, minor units */
  experiments: number;
  tried: number;
  gains: Gains;
  early: Gains;
  bins: Gains[];
}

const noGains = (): Gains => ({ chosen: 0, said: 0, true: 0, covered: 0 });

/** The bins' lower ends beside their counts. */
export function binsOf({ bins }: Pick<NightCounts, "bins">): (Gains & { from: number })[] {
  return bins.map((gains, b) => ({ from: BINS[b]!, ...gains }));
}

/** Adds up the counts of another seed. */
export function addGains(sum: Gains, { chosen, said, true: gained, covered }: Gains): void {
  sum.chosen += chosen;
  sum.said += said;
  sum.true += gained;
  sum.covered += covered;
}

/** Looks on while an install prices a shop, with the truth at hand. */
export class NightWatch {
  readonly #shop: Shop;
  readonly #panel: readonly SkuPanel[];
  /** the price that would be asked without the trial of a SKU's present one; null where it is not tried to learn from */
  readonly #without: (number | null)[];
  #first: Estimates | null = null;
  #last: Estimates | null = null;
  #experiments = 0;
  #tried = 0;
  readonly #gains = noGains();
  readonly #early = noGains();
  readonly #bins = BINS.map(noGains);

  constructor(shop: Shop, panel: readonly SkuPanel[]) {
    this.#shop = shop;
    this.#panel = panel;
    this.#without = panel.map(() => null);
  }

  /** What a night decided, before it is applied. */
  night(t: number, { reports, decisions }: Night): void {
    this.#last = scoreEstimates(this.#panel, reports);
    this.#first ??= this.#last;
    decisions.forEach((decision, i) => {
      if (decision.verdict !== "propose") return;
      if (decision.exploration !== null) {
        this.#tried++;
        this.#without[i] = decision.exploration.without;
        return;
      }
      this.#without[i] = null;
      if (decision.reason === "trial_over") return;
      this.#count(t, this.#panel[i]!, decision);
    });
  }

  #count(t: number, sku: SkuPanel, { from, to, pGain, delta }: PricingDecision): void {
    const gain = profitRate(sku, to) - profitRate(sku, from);
    const told = delta?.interval80;
    const truly = told && this.#weeklyProfit(t, sku, to) - this.#weeklyProfit(t, sku, from);
    const one = {
      chosen: 1,
      said: pGain,
      true: Number(gain > 0),
      covered: Number(told !== undefined && told[0] <= truly! && truly! <= told[1]),
    };
    addGains(this.#gains, one);
    if (t < HISTORY_DAYS + EARLY_NIGHTS) addGains(this.#early, one);
    addGains(this.#bins[BINS.findLastIndex((from) => pGain >= from)]!, one);
  }

  /** Profit that is truly expected of the week from `t` on: the horizon of a decision. */
  #weeklyProfit(t: number, sku: SkuPanel, price: number): number {
    let sum = 0;
    for (let day = t; day < t + 7; day++)
      sum += (price - sku.cost) * expectedUnits(this.#shop, sku, day, price);
    return sum;
  }

  /** The prices that a day is played at. */
  day(t: number, prices: readonly number[]): void {
    this.#without.forEach((without, i) => {
      if (without === null) return;
      const sku = this.#panel[i]!;
      const earned = (price: number) => (price - sku.cost) * expectedUnits(this.#shop, sku, t, price);
      this.#experiments += earned(without) - earned(prices[i]!);
    });
  }

  get counts(): NightCounts {
    return {
      ...{ first: this.#first!, last: this.#last!, experiments: this.#experiments, tried: this.#tried },
      ...{ gains: this.#gains, early: this.#early, bins: this.#bins },
    };
  }
}
