import { DAY_MS, dayIndex } from "../../domain/base/time.ts";
import type { FeatureDay } from "../../domain/learning/features/sku-features.ts";
import { TRACK_DAYS } from "../../domain/runs/competitor-track.ts";
import type { Settings } from "../../domain/settings/settings.ts";
import { Install, type InstallSku } from "../install/install.ts";
import { type SkuFacts, seenAgain } from "../install/views.ts";
import type { ShopDay, SkuPanel } from "./world.ts";

const RIVAL = "rival";

/** An install that takes a shop over. */
export function installFor(panel: readonly SkuPanel[], settings: Settings): Install {
  const skus = panel.map(
    (sku): InstallSku => ({
      ...{ sku: sku.sku, category: sku.category, price: sku.list },
      facts: factsOf(sku, sku.days),
      days: sku.days.map(featureDay),
    }),
  );
  return new Install(skus, { settings, seed: panel[0]!.place.seed });
}

/** One day's row; nobody counted for how long it was on sale. */
export function featureDay({ day, units, price, promo, rival }: ShopDay): FeatureDay {
  return { day, units, price, cheapest: rival, exposure: 1, promo };
}

/** Cost and market of a SKU; the rival's price of each of the last days was seen all day long. */
export function factsOf({ cost }: Pick<SkuPanel, "cost">, days: readonly ShopDay[]): SkuFacts {
  let points: ReturnType<typeof seenAgain> = [];
  for (const { day, rival } of days.slice(-TRACK_DAYS)) {
    if (rival === null) continue;
    const offer = { price: rival, inStock: true };
    points = seenAgain(
      seenAgain(points, offer, dayIndex(day) * DAY_MS),
      offer,
      (dayIndex(day) + 1) * DAY_MS - 1,
    );
  }
  const last = points.at(-1);
  const seen = last && {
    landedPrice: last.price,
    availability: last.availability,
    observedAt: last.lastSeenAt,
  };
  return {
    cost,
    offers: seen ? [{ competitor: RIVAL, ...seen }] : [],
    histories: points.length === 0 ? [] : [{ competitor: RIVAL, points }],
    clearance: null,
  };
}
