import { uniform } from "../../domain/base/keyed-random.ts";
import { stringHash } from "../../domain/base/sharding.ts";
import type { BatchToAccept } from "../../domain/messages/batch.ts";
import type { BatchKind } from "../../domain/messages/queue.ts";
import type { QuarantineDecision } from "../../domain/messages/shard.ts";
import type { Chance } from "./platform/chance.ts";
import { ShopTraffic } from "./shop-traffic.ts";

export const START = Date.UTC(2026, 5, 15, 12);
const MINUTE = 60_000;

export const SKUS = ["KETTLE-1", "KETTLE-2", "MIXER-1", "LAMP-1", "LAMP-2", "TOASTER-1"] as const;
const COMPETITORS = ["alpha", "beta", "gamma"];
const SOURCES = ["audit", "crawler", "feed"];
const PRICES = [8_800, 9_400, 9_700, 10_000, 10_300, 10_600, 11_200];
const OUTLIERS = [10, 100, 1_000, 55_000, 99_900];
const OUR_PRICES = [9_500, 10_000, 10_500];
/** In which an observation may come late. */
const LATE_MINUTES_MAX = 9 * 60;
/** As common as they stand here. */
const KINDS: readonly BatchKind[] = [
  ...Array<BatchKind>(9).fill("observations"),
  ...(["events", "events", "events", "events"] as const),
  ...(["inventory", "inventory", "demand", "demand", "demand", "aggregates", "aggregates"] as const),
];
/** So many make a batch of several chunks. */
const BULKY_TITLE = "x".repeat(900);

/** A batch that a client posts at an instant, until it is answered. */
export interface Post {
  at: number;
  batch: Omit<BatchToAccept, "receivedAt">;
}

/** A change of our side. */
export interface OursChange {
  at: number;
  sku: string;
  price: number;
  stock: number | null;
}

/** A person settles a quarantined row, and perhaps never comes back if that fails. */
export interface Decision {
  at: number;
  action: QuarantineDecision["action"];
  isPersistent: boolean;
}

export interface Traffic {
  posts: Post[];
  changes: OursChange[];
  decisions: Decision[];
  endsAt: number;
  /** no outliers, and what has the same identity says the same: then the order of arrival must not matter */
  isOrderly: boolean;
}

/** What the clients do in a run: about an hour of it. */
export function trafficOf(seed: number, chance: Chance): Traffic {
  const isOrderly = !chance.happens(0.3);
  const endsAt = START + (20 + chance.below(60)) * MINUTE;
  const anyTime = () => START + chance.below(endsAt - START);
  const posted: Observed[] = [];
  const shop = new ShopTraffic(seed, chance, SKUS, isOrderly);
  const times = Array.from({ length: 25 + chance.below(45) }, anyTime);
  const posts = times
    .sort((a, b) => a - b)
    .map((at, i): Post => {
      const source = chance.pick(SOURCES);
      const kind = chance.pick(KINDS);
      const isBulky = kind === "observations" && chance.happens(0.05);
      const rows = Array.from({ length: isBulky ? 90 : chance.below(9) }, () => {
        if (chance.happens(0.04)) return badRow(chance);
        if (kind === "demand") return shop.demand(at);
        if (kind === "events") return shop.event(at);
        if (kind === "inventory") return shop.inventory(at);
        if (kind === "aggregates") return shop.aggregate(at);
        const repeated = posted.length > 0 && chance.happens(0.2) ? chance.pick(posted) : null;
        const observed = repeated ?? newObserved(chance, at);
        posted.push(observed);
        const draw = isOrderly
          ? uniform(seed, stringHash(JSON.stringify([source, observed])))
          : chance.next();
        return observationRow(observed, draw, { bulky: isBulky, outliers: !isOrderly });
      });
      return { at, batch: { source, batchId: `batch-${i}`, sha256: `sha-${i}`, kind, rows } };
    });
  const decisions = Array.from(
    { length: isOrderly ? 0 : chance.below(8) },
    (): Decision => ({
      at: anyTime(),
      action: chance.pick(["release", "discard"]),
      isPersistent: chance.happens(0.5),
    }),
  );
  return { posts, changes: changesOf(chance, anyTime), decisions, endsAt, isOrderly };
}

/** Changes of our side, many of them right after each other. */
function changesOf(chance: Chance, anyTime: () => number): OursChange[] {
  const changes: OursChange[] = [];
  for (let left = chance.below(50); left > 0; left--) {
    const last = changes.at(-1);
    const isSoon = last !== undefined && chance.happens(0.5);
    changes.push({
      at: isSoon ? last.at + chance.below(3_000) : anyTime(),
      sku: isSoon ? last.sku : chance.pick(SKUS),
      price: chance.pick(OUR_PRICES),
      stock: chance.pick([null, null, 0, 5, 40]),
    });
  }
  return changes;
}

interface Observed {
  sku: string;
  competitor: string;
  observedAt: number;
}

/** On a grid of ten minutes, so that sources meet at the same instant; some are ahead, a few of them too far. */
function newObserved(chance: Chance, at: number): Observed {
  const about = { sku: chance.pick(SKUS), competitor: chance.pick(COMPETITORS) };
  if (chance.happens(0.03)) return { ...about, observedAt: at + (4 * MINUTE + chance.below(2 * MINUTE)) };
  const late = chance.happens(0.5) ? chance.below(20) : chance.below(LATE_MINUTES_MAX);
  return { ...about, observedAt: Math.floor((at - late * MINUTE) / (10 * MINUTE)) * 10 * MINUTE };
}

function observationRow(
  { sku, competitor, observedAt }: Observed,
  draw: number,
  how: { bulky: boolean; outliers: boolean },
) {
  const prices = how.outliers && draw > 0.9 ? OUTLIERS : PRICES;
  const spread = (draw * 1_000) % 1;
  const price = prices[Math.floor(spread * prices.length)]!;
  const availability = draw < 0.08 ? "out_of_stock" : draw < 0.12 ? "preorder" : "in_stock";
  const title = how.bulky ? { title: BULKY_TITLE } : {};
  return { sku, competitor, price: { minor: price, currency: "EUR" }, availability, observedAt, ...title };
}

function badRow(chance: Chance): unknown {
  return chance.pick([
    { sku: "NOBODY-KNOWS", competitor: "alpha", price: 1, observedAt: START },
    { sku: "KETTLE-1", competitor: "alpha", observedAt: START },
    { sku: "KETTLE-1", competitor: "alpha", price: "free", observedAt: START },
    "no row",
    null,
  ]);
}
