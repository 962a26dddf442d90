import { DAY_MS, HOUR_MS } from "../../domain/base/time.ts";
import type { RunKind } from "../../domain/messages/names.ts";
import type { PricingDecision } from "../../domain/pricing/decision/decision.ts";
import { finishSkus, poolInput, poolSkus } from "../../domain/runs/elasticity-run.ts";
import { identifiedFilters } from "../../domain/runs/identify.ts";
import { withKept } from "../../domain/runs/kept-filter.ts";
import type { FinishedSku, StoredReport } from "../../domain/runs/learned.ts";
import { CODE_VERSION, configHash, type RunManifest } from "../../domain/runs/manifest.ts";
import { decideSkus } from "../../domain/runs/propose.ts";
import type { Settings } from "../../domain/settings/settings.ts";
import { FIRST_DAY, HISTORY_DAYS } from "./calendar.ts";
import { featureDay, featuresOf, type HeldSku, pricingSnapshot, skuReading } from "./views.ts";
import type { ShopDay, SkuPanel } from "./world.ts";

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

function nightOf(t: number): number {
  return (FIRST_DAY + t) * DAY_MS + NIGHT_HOUR * HOUR_MS;
}

/**
 * An install of the product with its tables in memory: it feeds views to the functions that its runs are made of, and keeps
 * what they leave for the next night. It decides nothing itself.
 */
export class Install {
  readonly #skus: readonly HeldSku[];
  readonly #settings: Settings;
  #previous: RunManifest["previous"] = null;

  constructor(panel: readonly SkuPanel[], settings: Settings) {
    this.#settings = settings;
    this.#skus = panel.map((sku) => ({
      panel: sku,
      features: featuresOf(sku),
      price: sku.list,
      priceSince: FIRST_DAY * DAY_MS,
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

  /** The night's runs before the day `t`: elasticities and forecasts, then proposals. */
  night(t: number): Night {
    const asOf = nightOf(t);
    const finished = this.learn(t);
    const manifest = this.#manifest("proposals", asOf);
    const snapshots = this.#skus.map((sku, i) => pricingSnapshot(sku, finished[i]!, asOf));
    const decisions = decideSkus(snapshots, manifest);
    return { reports: finished.map(({ report }) => report), decisions };
  }

  /** The elasticity run before the day `t`. */
  learn(t = HISTORY_DAYS): FinishedSku[] {
    const asOf = nightOf(t);
    const manifest = this.#manifest("elasticity", asOf);
    const keptOf = new Map(this.#skus.map(({ features, kept }) => [features.sku, kept]));
    const snapshots = withKept(this.#skus.map(skuReading), (sku) => keptOf.get(sku), manifest);
    const filtered = identifiedFilters(snapshots, manifest);
    const inputs = filtered.map((filter, i) => poolInput(filter!, snapshots[i]!, manifest));
    const learned = poolSkus(inputs, manifest);
    const finished = finishSkus(snapshots, filtered, learned, manifest);
    this.#skus.forEach((sku, i) => {
      sku.kept = filtered[i]!;
      sku.track = finished[i]!.track;
    });
    const { daily, weekly } = learned.pooled;
    this.#previous = { runId: String(asOf), pooled: { daily, weekly }, shards: [] };
    return finished;
  }

  /** Every proposal is approved in the morning of the day `t`. */
  approve(t: number, { decisions }: Night): void {
    const at = (FIRST_DAY + t) * DAY_MS + APPROVAL_HOUR * HOUR_MS;
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
  record(days: readonly ShopDay[]): void {
    days.forEach((day, i) => {
      const { features, trial } = this.#skus[i]!;
      features.days.push({ ...featureDay(day), ...(trial !== null && { randomStep: trial }) });
    });
  }

  #manifest(kind: RunKind, asOf: number): RunManifest {
    return {
      runId: `${kind} ${asOf}`,
      kind,
      asOf,
      seed: this.#skus[0]!.panel.place.seed,
      skus: this.#skus.length,
      catalogue: this.#skus.length,
      codeVersion: CODE_VERSION,
      configHash: configHash(this.#settings),
      settings: this.#settings,
      previous: kind === "elasticity" ? this.#previous : null,
      overrides: [],
      costRatios: {},
    };
  }
}
