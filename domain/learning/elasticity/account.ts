import { type Alignment, aligned } from "./align.ts";
import { EmWorkspace } from "./em.ts";
import { type Levels, type Told, tenantVariance, toldOf } from "./levels.ts";
import { coefficientDefaults } from "./prior.ts";
import { designEffect } from "./spells.ts";
import { logEvidence, type TenantPrior } from "./spread.ts";
import type { Likelihood } from "./sufficient.ts";

/** What is known of an install's means before any data. */
export function usualPrior(level: Levels): TenantPrior {
  return {
    centre: level.names.map((name) => coefficientDefaults(name).centre),
    variance: level.names.map((name) => tenantVariance(name, level)),
  };
}

/** One account of how a shop's data came about, and how likely they are under it. */
export class Account {
  readonly #alignment: Alignment;
  readonly #level: Levels;
  readonly #prior: TenantPrior;
  readonly #em: EmWorkspace;
  readonly #told: Told[] = [];
  #shift = 0;

  constructor(alignment: Alignment, level: Levels, prior: TenantPrior) {
    this.#alignment = { ...alignment, names: level.names };
    this.#level = level;
    this.#prior = prior;
    this.#em = new EmWorkspace(level.names.length);
    this.#em.setWithin(level.within);
  }

  /** Takes in a category; `shared`: the design effect of shocks that its members share. */
  add(members: readonly Likelihood[], shared: number): void {
    this.#told.push(toldOf({ data: aligned(members, this.#alignment), designEffect: shared }, this.#em));
    const { calibration, spellRatio } = this.#alignment;
    for (const { log = 0, spells } of members)
      this.#shift += log / (calibration * designEffect(spells, spellRatio) * shared);
  }

  get isEmpty(): boolean {
    return this.#told.length === 0;
  }

  /** Log likelihood of all that was taken in; `between`: another covariance of categories than the level's. */
  evidence(between = this.#level.between): number {
    return this.#shift + logEvidence(this.#told, { ...this.#level, between }, this.#prior);
  }
}
