/** Discounted hits of a daily event and days at risk of it, on top of a Beta prior. */
export interface Hazard {
  hits: number;
  days: number;
}

/** Discounted count, sum and sum of squares of a log quantity. */
export interface Moments {
  count: number;
  sum: number;
  squares: number;
}

/**
 * What is remembered of one competitor's price of one SKU. Plain JSON; logs are of the competitor's own
 * currency.
 */
export interface CompetitorPriceState {
  /** day number of the last observation */
  day: number;
  /** ln of the last price seen, also while out of stock */
  logPrice: number;
  inStock: boolean;
  /** prices seen in stock with the discounted days they held, at most eight */
  levels: { logPrice: number; days: number }[];
  /** changes of a regular price, and which of them were promotions */
  change: Hazard;
  promotion: Hazard;
  /** ends of promotions per promotion day */
  promotionEnd: Hazard;
  stockout: Hazard;
  restock: Hazard;
  /** sizes of ordinary changes, and depths of promotions below the reference */
  move: Moments;
  depth: Moments;
}

/** One observation per day; `logPrice` null when no price is shown. */
interface CompetitorDay {
  day: number;
  logPrice: number | null;
  inStock: boolean;
}

const PROMOTION_DEPTH = 0.08;
const MAX_LEVELS = 8;
const SAME_LEVEL = 0.01;
const SAME_PRICE = 0.0005;
/** forgetting of the price levels: a memory of 28 days */
const LEVEL_MEMORY = 1 - 1 / 28;
/** forgetting of everything else, half-life about 87 days */
const MEMORY = 0.992;

/** The log price that this competitor returns to: the level that was in force longest in recent weeks. */
export function referenceLogPrice(state: CompetitorPriceState): number {
  let best = state.levels[0];
  for (const level of state.levels) if (!best || level.days > best.days) best = level;
  return best?.logPrice ?? state.logPrice;
}

export function isOnPromotion(state: CompetitorPriceState): boolean {
  return state.logPrice < referenceLogPrice(state) - PROMOTION_DEPTH;
}

/**
 * Takes one more day into the state. Days already seen, and observations without a finite price before the first priced
 * one, change nothing. After a gap the days in between count as days at risk with at most one change.
 *
 * @example seen at log price 7, then a day later at 7.02
 * // change { hits: 1, days: 1 }, move { count: 1, sum: 0.02, squares: 0.0004 }
 */
export function observeCompetitor(
  state: CompetitorPriceState | null,
  { day, logPrice, inStock }: CompetitorDay,
): CompetitorPriceState | null {
  const priced = logPrice !== null && Number.isFinite(logPrice);
  if (!Number.isFinite(day)) return state;
  if (state === null) return priced ? firstState(day, logPrice, inStock) : null;
  if (day <= state.day) return state;

  const elapsed = day - state.day;
  const next = aged(state, elapsed);
  const stock = state.inStock ? next.stockout : next.restock;
  stock.days += elapsed;
  if (state.inStock !== inStock) stock.hits += 1;
  next.inStock = inStock;
  next.day = day;
  if (!priced || !inStock) return next;

  recordChange(next, state, logPrice, elapsed);
  next.logPrice = logPrice;
  remember(next, logPrice, elapsed);
  return next;
}

function firstState(day: number, logPrice: number, inStock: boolean): CompetitorPriceState {
  const never = () => ({ hits: 0, days: 0 });
  const none = () => ({ count: 0, sum: 0, squares: 0 });
  return {
    day,
    logPrice,
    inStock,
    levels: inStock ? [{ logPrice, days: 1 }] : [],
    change: never(),
    promotion: never(),
    promotionEnd: never(),
    stockout: never(),
    restock: never(),
    move: none(),
    depth: none(),
  };
}

function recordChange(
  next: CompetitorPriceState,
  previous: CompetitorPriceState,
  logPrice: number,
  elapsed: number,
): void {
  const reference = referenceLogPrice(previous);
  const move = logPrice - previous.logPrice;
  const changed = Math.abs(move) > SAME_PRICE;
  if (isOnPromotion(previous)) {
    next.promotionEnd.days += elapsed;
    if (logPrice >= reference - PROMOTION_DEPTH) next.promotionEnd.hits += 1;
    return;
  }
  next.change.days += elapsed;
  if (!changed) return;
  next.change.hits += 1;
  next.promotion.days += 1;
  if (logPrice < reference - PROMOTION_DEPTH) {
    next.promotion.hits += 1;
    add(next.depth, reference - logPrice);
  } else {
    add(next.move, move);
  }
}

function aged(state: CompetitorPriceState, elapsed: number): CompetitorPriceState {
  const keep = MEMORY ** elapsed;
  const hazard = ({ hits, days }: Hazard) => ({ hits: hits * keep, days: days * keep });
  const moments = (m: Moments) => ({ count: m.count * keep, sum: m.sum * keep, squares: m.squares * keep });
  const keepLevel = LEVEL_MEMORY ** elapsed;
  return {
    ...state,
    levels: state.levels.map((level) => ({ logPrice: level.logPrice, days: level.days * keepLevel })),
    change: hazard(state.change),
    promotion: hazard(state.promotion),
    promotionEnd: hazard(state.promotionEnd),
    stockout: hazard(state.stockout),
    restock: hazard(state.restock),
    move: moments(state.move),
    depth: moments(state.depth),
  };
}

function add(moments: Moments, value: number): void {
  moments.count += 1;
  moments.sum += value;
  moments.squares += value * value;
}

/** Adds the days to the level within 1 %, else to a new one in place of the weakest. */
function remember(state: CompetitorPriceState, logPrice: number, days: number): void {
  const level = state.levels.find((known) => Math.abs(known.logPrice - logPrice) < SAME_LEVEL);
  if (level) {
    level.days += days;
    level.logPrice = logPrice;
    return;
  }
  if (state.levels.length >= MAX_LEVELS) {
    const weakest = state.levels.reduce((least, known) => (known.days < least.days ? known : least));
    state.levels.splice(state.levels.indexOf(weakest), 1);
  }
  state.levels.push({ logPrice, days });
}
