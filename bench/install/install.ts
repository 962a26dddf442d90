import { DAY_MS, HOUR_MS } from "../../domain/base/time.ts";
import type { FeatureDay } from "../../domain/learning/features/sku-features.ts";
import type { RunKind } from "../../domain/messages/names.ts";
import type { PricingDecision } from "../../domain/pricing/decision/decision.ts";
import { finishSkus, poolInput, poolSkus } from "../../domain/runs/elasticity-run.ts";
import { identifiedFilters } from "../../domain/runs/identify.ts";
import { withKept } from "../../domain/runs/kept-filter.ts";
import type { FinishedSku, StoredReport } from "../../domain/runs/learned.ts";
import { CODE_VERSION, configHash, type RunManifest } from "../../domain/runs/manifest.ts";
import { decideSkus } from "../../domain/runs/propose.ts";
import type { Settings } from "../../domain/settings/settings.ts";
import { CURRENCY, type HeldSku, pricingSnapshot, type SkuFacts, skuReading } from "./views.ts";

/** The hours of the night's runs and of the approvals, as with the default settings. */
const NIGHT_HOUR = 2;
const APPROVAL_HOUR = 7;
/** Days of the ledger that a decision reads. */
const LEDGER_DAYS = 30;

/** One night's outcome, SKU by SKU. */
export interface Night {
  readonly reports: readonly (StoredReport | null)[];
  readonly decisions: readonly PricingDecision[];
}

/** A product on the day that an install takes over. */
export interface InstallSku {
  readonly sku: string;
  readonly category: string;
  /** the shop's own price, minor units */
  readonly price: number;
  readonly facts: SkuFacts;
  readonly days: readonly FeatureDay[];
}

/**
 * An install of the product with its tables in memory: it feeds views to the functions that its runs are made of, and keeps
 * what they leave for the next night. It decides nothing itself. Days are day numbers since 1970.
 */
export class Install {
  readonly #skus: readonly HeldSku[];
  readonly #settings: Settings;
  readonly #seed: number;
  #previous: RunManifest["previous"] = null;
  #trials: Pick<RunManifest, "contributions" | "leastWorth"> = {};

  constructor(skus: readonly InstallSku[], { settings, seed }: { settings: Settings; seed: number }) {
    this.#settings = settings;
    this.#seed = seed;
    this.#skus = skus.map(({ sku, category, price, facts, days }) => ({
      features: { sku, category, currency: CURRENCY, days: [...days], offers: [] },
      ...{ price, facts, basePrice: price },
      priceSince: 0,
      changes: [],
      trial: null,
      kept: undefined,
      track: null,
    }));
  }

  /** The prices in force, minor units. */
  get prices(): number[] {
    return this.#skus.map(({ price }) => price);
  }

  /** What is known of the SKUs from now on. */
  tell(facts: readonly SkuFacts[]): void {
    facts.forEach((own, i) => {
      this.#skus[i]!.facts = own;
    });
  }

  /** The night's runs before the day: elasticities and forecasts, then proposals. */
  night(day: number): Night {
    const finished = this.learn(day);
    const manifest = this.#manifest("proposals", nightOf(day));
    const snapshots = this.#skus.map((sku, i) => pricingSnapshot(sku, finished[i]!));
    const decisions = decideSkus(snapshots, manifest);
    return { reports: finished.map(({ report }) => report), decisions };
  }

  /** The elasticity run before the day. */
  learn(day: number): FinishedSku[] {
    const asOf = nightOf(day);
    const manifest = this.#manifest("elasticity", asOf);
    const keptOf = new Map(this.#skus.map(({ features, kept }) => [features.sku, kept]));
    const snapshots = withKept(
      this.#skus.map((sku) => skuReading(sku, this.#settings)),
      (sku) => keptOf.get(sku),
      manifest,
    );
    const filtered = identifiedFilters(snapshots, manifest);
    const inputs = filtered.map((filter, i) => poolInput(filter!, snapshots[i]!, manifest));
    const learned = poolSkus(inputs, manifest);
    const finished = finishSkus(snapshots, filtered, learned, manifest);
    this.#skus.forEach((sku, i) => {
      sku.kept = filtered[i]!;
      sku.track = finished[i]!.track;
    });
    const { daily, weekly, contributions, leastWorth } = learned.pooled;
    this.#trials = { ...(contributions && { contributions }), ...(leastWorth && { leastWorth }) };
    this.#previous = { runId: String(asOf), pooled: { daily, weekly }, shards: [] };
    return finished;
  }

  /** Every proposal is approved in the morning of the day. */
  approve(day: number, { decisions }: Night): void {
    const at = day * DAY_MS + APPROVAL_HOUR * HOUR_MS;
    decisions.forEach(({ verdict, from, to, exploration }, i) => {
      if (verdict !== "propose") return;
      const sku = this.#skus[i]!;
      sku.price = to;
      sku.priceSince = at;
      const recent = sku.changes.filter((change) => change.at > at - LEDGER_DAYS * DAY_MS);
      const trial = exploration && { without: exploration.without };
      sku.changes = [...recent, { from, to, at, causeKind: "proposal", ...trial }];
      sku.trial = exploration && Math.log(to / exploration.without);
    });
  }

  /** The demand of a day that is over, one row a SKU. */
  record(days: readonly FeatureDay[]): void {
    days.forEach((day, i) => {
      const { features, trial, changes } = this.#skus[i]!;
      const proposed = changes.length > 0 && { proposed: true as const };
      features.days.push({ ...day, ...(trial !== null && { randomStep: trial }), ...proposed });
    });
  }

  #manifest(kind: RunKind, asOf: number): RunManifest {
    return {
      runId: `${kind} ${asOf}`,
      kind,
      asOf,
      seed: this.#seed,
      skus: this.#skus.length,
      catalogue: this.#skus.length,
      codeVersion: CODE_VERSION,
      configHash: configHash(this.#settings),
      settings: this.#settings,
      previous: kind === "elasticity" ? this.#previous : null,
      overrides: [],
      costRatios: {},
      ...(kind === "proposals" && this.#trials),
    };
  }
}

function nightOf(day: number): number {
  return day * DAY_MS + NIGHT_HOUR * HOUR_MS;
}
