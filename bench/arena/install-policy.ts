import { DAY_MS, dayNumber, dayOfNumber, HOUR_MS } from "../../domain/base/time.ts";
import type { FeatureDay, FeatureOffer } from "../../domain/learning/features/sku-features.ts";
import type { CompetitorHistory } from "../../domain/messages/shard.ts";
import { Settings } from "../../domain/settings/settings.ts";
import { doubtOf, type GateState, gateAfter } from "../../domain/shard/competitors/gate.ts";
import { Install, type Night } from "../install/install.ts";
import { type SkuFacts, seenAgain } from "../install/views.ts";
import type { PolicySale, PolicyView, PricingPolicy } from "./contract.ts";
import type { PolicyFactory } from "./simulate.ts";
import { DAYS } from "./world.ts";

const FIRST_DAY = dayNumber("2025-01-06");
/** Competitors are seen an hour before the night's runs. */
const SEEN_HOUR = 1;
const HISTORY_DAYS = 90;

/** An offer once the price gate has let it through. */
interface Seen {
  points: CompetitorHistory["points"];
  gate: GateState | null;
}

/** What is known of a SKU's competitors. */
class Competitors {
  readonly #sellers = new Map<number, Seen>();

  take(day: number, { offers }: Pick<PolicyView, "offers">): void {
    const at = (FIRST_DAY + day) * DAY_MS + SEEN_HOUR * HOUR_MS;
    for (const { seller, price, inStock } of offers) {
      const known = this.#sellers.get(seller) ?? { points: [], gate: null };
      const whole = Math.max(1, Math.round(price));
      const others = [...this.#sellers].flatMap(([other, { points }]) =>
        other === seller || points.length === 0 ? [] : [points.at(-1)!.landedPrice],
      );
      if (isBelieved(known, whole, others)) {
        known.points = seenAgain(known.points, { price: whole, inStock }, at).filter(
          ({ lastSeenAt }) => lastSeenAt > at - HISTORY_DAYS * DAY_MS,
        );
        known.gate = gateAfter(known.gate, whole);
      }
      this.#sellers.set(seller, known);
    }
  }

  get histories(): CompetitorHistory[] {
    return [...this.#sellers].flatMap(([seller, { points }]) =>
      points.length === 0 ? [] : [{ competitor: `seller ${seller}`, points }],
    );
  }

  get offers(): FeatureOffer[] {
    return this.histories.map(({ competitor, points }) => {
      const { landedPrice, availability, lastSeenAt } = points.at(-1)!;
      return { competitor, landedPrice, availability, observedAt: lastSeenAt };
    });
  }

  /** The cheapest offer in stock; null without one. */
  get cheapest(): number | null {
    const prices = this.offers.flatMap(({ landedPrice, availability }) =>
      availability === "in_stock" ? [landedPrice] : [],
    );
    return prices.length === 0 ? null : Math.min(...prices);
  }
}

/** Whether the price gate of an install lets a price in. */
function isBelieved({ points, gate }: Seen, price: number, others: readonly number[]): boolean {
  const own = points.map(({ landedPrice }) => landedPrice);
  return doubtOf(price, { state: gate, own, idleMs: 0, market: () => others }) === null;
}

/** Facts of a SKU this morning. */
function factsOf({ cost, clearance }: PolicyView, competitors: Competitors): SkuFacts {
  return {
    cost,
    offers: competitors.offers,
    histories: competitors.histories,
    clearance: clearance
      ? {
          units: clearance.units,
          date: dayOfNumber(FIRST_DAY + DAYS - 1),
          salvage: Math.round(clearance.salvage),
        }
      : null,
  };
}

function featureDay(day: number, sale: PolicySale, cheapest: number | null, cost: number): FeatureDay {
  return {
    day: dayOfNumber(FIRST_DAY + day),
    ...{ units: sale.units, price: sale.price, cheapest, cost },
    exposure: sale.exposure ?? 1,
    promo: false,
    ...(sale.censored && { censored: true as const }),
  };
}

/**
 * The product's own runs as a policy: an install that takes over after the warm-up, with these settings, every proposal
 * approved in the morning but for those of products that are kept at their price.
 */
export function installPolicy(
  changes: unknown,
  {
    onNight,
    isKept = () => false,
  }: { onNight?(day: number, night: Night): void; isKept?(i: number): boolean } = {},
): PolicyFactory {
  const settings = Settings.parse(changes);
  return ({ world }): PricingPolicy => {
    const competitors = world.skus.map(() => new Competitors());
    const history: FeatureDay[][] = world.skus.map(() => []);
    let costs = world.skus.map(({ cost }) => cost);
    let install: Install | null = null;
    const begin = (views: readonly PolicyView[]) =>
      new Install(
        world.skus.map(({ category, price }, i) => ({
          ...{ sku: `S${String(i).padStart(4, "0")}`, category: `c${category}`, price },
          facts: factsOf(views[i]!, competitors[i]!),
          days: history[i]!,
        })),
        { settings, seed: world.seed },
      );
    return {
      decide(day, views) {
        for (const [i, view] of views.entries()) competitors[i]!.take(day, view);
        costs = views.map(({ cost }) => cost);
        install ??= begin(views);
        install.tell(views.map((view, i) => factsOf(view, competitors[i]!)));
        const night = install.night(FIRST_DAY + day);
        onNight?.(day, night);
        const decisions = night.decisions.map((decision, i) =>
          isKept(i) ? { ...decision, verdict: "hold" as const } : decision,
        );
        install.approve(FIRST_DAY + day, { ...night, decisions });
        return install.prices;
      },
      observe(day, sales) {
        for (const [i, { offers = [] }] of sales.entries())
          if (install === null) competitors[i]!.take(day, { offers });
        const days = sales.map((sale, i) => featureDay(day, sale, competitors[i]!.cheapest, costs[i]!));
        if (install) install.record(days);
        else for (const [i, one] of days.entries()) history[i]!.push(one);
      },
    };
  };
}
