import type { FeatureDay, SkuFeatures } from "../../domain/features/sku-features.ts";
import type { PricingDecision } from "../../domain/proposals/decision.ts";
import type { CompetitorTrack } from "../../domain/runs/competitor-track.ts";
import {
  type FinishedSku,
  filterSkus,
  finishSkus,
  poolInput,
  poolSkus,
  type StoredReport,
} from "../../domain/runs/elasticity-run.ts";
import { type KeptFilter, withKept } from "../../domain/runs/kept-filter.ts";
import { CODE_VERSION, configHash, type RunManifest } from "../../domain/runs/manifest.ts";
import type { RunKind } from "../../domain/runs/phases.ts";
import type { ForecastView, OwnSide } from "../../domain/runs/pricing-inputs.ts";
import { decideSkus, type PricingSnapshot } from "../../domain/runs/proposals-run.ts";
import { DEFAULT_SETTINGS, type Settings } from "../../domain/settings/settings.ts";
import { FIRST_DAY, HISTORY_DAYS } from "./calendar.ts";
import type { ShopDay, SkuPanel } from "./world.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** The hours of the night's runs and of the approvals, as with the default settings. */
const NIGHT_HOUR = 2;
const APPROVAL_HOUR = 7;
/** Days of demand that a decision reads, and days of the ledger. */
const DECISION_DAYS = 120;
const LEDGER_DAYS = 30;
const CURRENCY = "EUR";

/** What an install holds of one SKU: catalogue, demand, ledger, and what the last runs left. */
interface HeldSku {
  readonly panel: SkuPanel;
  readonly features: SkuFeatures;
  price: number;
  priceSince: number;
  changes: OwnSide["changes"];
  kept: KeptFilter | undefined;
  track: CompetitorTrack | null;
}

/** One night's outcome, SKU by SKU. */
export interface Night {
  readonly reports: readonly (StoredReport | null)[];
  readonly decisions: readonly PricingDecision[];
}

function nightOf(t: number): number {
  return (FIRST_DAY + t) * DAY_MS + NIGHT_HOUR * HOUR_MS;
}

/** A SKU's history as a run reads it. */
export function featuresOf({ sku, category, days }: SkuPanel): SkuFeatures {
  return { sku, category, currency: CURRENCY, days: days.map(featureDay), offers: [] };
}

/** Nobody counted for how long it was on sale, and nobody else sells it. */
function featureDay({ day, units, price, promo }: ShopDay): FeatureDay {
  return { day, units, price, cheapest: null, exposure: 1, promo };
}

/**
 * An install of the product with its tables in memory: it feeds views to the functions that its runs are made of, and keeps
 * what they leave for the next night. It decides nothing itself.
 */
export class Install {
  readonly #skus: readonly HeldSku[];
  readonly #settings: Settings;
  #previous: RunManifest["previous"] = null;

  constructor(panel: readonly SkuPanel[], settings: Settings = DEFAULT_SETTINGS) {
    this.#settings = settings;
    this.#skus = panel.map((sku) => ({
      panel: sku,
      features: featuresOf(sku),
      price: sku.list,
      priceSince: FIRST_DAY * DAY_MS,
      changes: [],
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
    const snapshots = withKept(
      this.#skus.map((sku) => reading(sku)),
      (sku) => keptOf.get(sku),
      manifest,
    );
    const filtered = filterSkus(snapshots, manifest);
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
    decisions.forEach(({ verdict, from, to }, i) => {
      if (verdict !== "propose") return;
      const sku = this.#skus[i]!;
      sku.price = to;
      sku.priceSince = at;
      const recent = sku.changes.filter((change) => change.at > at - LEDGER_DAYS * DAY_MS);
      sku.changes = [...recent, { from, to, at, causeKind: "proposal" }];
    });
  }

  /** The demand of a day that is over, one row a SKU. */
  record(days: readonly ShopDay[]): void {
    days.forEach((day, i) => {
      this.#skus[i]!.features.days.push(featureDay(day));
    });
  }

  #manifest(kind: RunKind, asOf: number): RunManifest {
    return {
      runId: `${kind} ${asOf}`,
      kind,
      asOf,
      seed: this.#skus[0]!.panel.place.seed,
      skus: this.#skus.length,
      codeVersion: CODE_VERSION,
      configHash: configHash(this.#settings),
      settings: this.#settings,
      previous: kind === "elasticity" ? this.#previous : null,
      overrides: [],
      costRatios: {},
    };
  }
}

/** A SKU as the elasticity run reads it: stock is not counted, nobody else sells it. */
function reading({ features, price, track }: HeldSku) {
  return {
    ...{ features, price, track },
    competitors: [],
    stock: null,
    restockDate: null,
    unitsToday: null,
    sales: null,
  };
}

function pricingSnapshot(sku: HeldSku, { report, forecast }: FinishedSku, asOf: number): PricingSnapshot {
  const { features, panel, price, priceSince, changes } = sku;
  const { demand, competitor, followRate } = forecast;
  const view: ForecastView = {
    asOf,
    daily: demand?.daily.mean ?? [],
    price,
    expectedCheapest: competitor.anchor.usesForecast ? competitor.anchor.price : null,
    followRate,
  };
  return {
    features: { ...features, days: features.days.slice(-DECISION_DAYS) },
    own: {
      ...NOTHING_SPECIAL,
      ...{ sku: panel.sku, category: panel.category, currency: CURRENCY },
      ...{ price, basePrice: price, priceSince, unitCost: panel.cost, changes },
      elasticity: report,
      forecast: view,
    },
  };
}

/** What an ordinary product has not. */
const NOTHING_SPECIAL = {
  brand: null,
  priceSource: "base",
  taxRate: null,
  feeRate: null,
  unitFee: null,
  minPrice: null,
  maxPrice: null,
  mapPrice: null,
  msrp: null,
  packSize: null,
  lineRank: null,
  clearanceDate: null,
  launchDate: null,
  salvageValue: null,
  siblings: [],
  stock: null,
  priceWar: false,
};
