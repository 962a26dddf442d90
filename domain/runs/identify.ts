import { addDays, type DaySums } from "../learning/elasticity/day-sums.ts";
import { type Identification, identify, unidentified } from "../learning/elasticity/identification.ts";
import { WIDEST } from "../learning/elasticity/own-design.ts";
import type { ElasticitySeries } from "../learning/elasticity/series.ts";
import { covariatesOf, elasticitySeries, type SkuFeatures } from "../learning/features/sku-features.ts";
import { filterSkus } from "./elasticity-run.ts";
import { filterContexts, type KeptFilter } from "./kept-filter.ts";
import type { IdentifiedFilter, SkuSnapshot } from "./learned.ts";
import type { RunManifest } from "./manifest.ts";

/** What each category did day by day. Plain JSON. */
export type CategoryDays = Record<string, DaySums>;

/** Newest days of demand that elasticity is identified from: a year, for its seasons. */
const IDENTIFYING_DAYS = 365;

function newest(features: SkuFeatures): ElasticitySeries {
  return elasticitySeries(features, Math.max(0, features.days.length - IDENTIFYING_DAYS));
}

/** A group of SKUs' part of their categories' days: whole numbers, so that the grouping does not matter. */
export function categoryDays(snapshots: readonly { features: SkuFeatures }[]): CategoryDays {
  const days: CategoryDays = {};
  for (const { features } of snapshots) {
    if (features.days.length === 0) continue;
    addDays(days, nameOf(features), newest(features).periods);
  }
  return days;
}

function nameOf({ category, currency }: SkuFeatures): string {
  return `${currency} ${category}`;
}

/** Adds to each SKU's filter what its history says of its elasticity, its categories' days taken out. */
export function identifySkus(
  filtered: readonly (KeptFilter | null)[],
  snapshots: readonly Pick<SkuSnapshot, "features" | "incumbent">[],
  days: CategoryDays,
  manifest: RunManifest,
): (IdentifiedFilter | null)[] {
  const found = identifications(snapshots, days, manifest);
  return filtered.map((filter, i) => filter && { ...filter, identification: found[i]! });
}

/** What each SKU's history says of its elasticity. */
function identifications(
  snapshots: readonly Pick<SkuSnapshot, "features" | "incumbent">[],
  days: CategoryDays,
  manifest: RunManifest,
): Identification[] {
  const contextOf = filterContexts(manifest);
  const { slowScales: slow = WIDEST, calendarScale = 1 } = manifest.previous?.pooled.daily ?? {};
  return snapshots.map(({ features, incumbent = null }) => {
    if (features.days.length === 0) return unidentified(covariatesOf(features));
    const { factors } = contextOf(features);
    const found = identify(newest(features), days[nameOf(features)], { factors, slow, calendarScale });
    return { ...found, lerner: incumbent };
  });
}

/** The filters of SKUs that are a whole catalogue, with what their histories say. */
export function identifiedFilters(
  snapshots: readonly SkuSnapshot[],
  manifest: RunManifest,
): (IdentifiedFilter | null)[] {
  return identifySkus(filterSkus(snapshots, manifest), snapshots, categoryDays(snapshots), manifest);
}
