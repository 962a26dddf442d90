import type { ShownAvailability } from "../../messages/rows.ts";
import { readAvailability } from "../availability.ts";
import { type PriceReading, readPrice } from "../price-text.ts";
import type { PriceSpot } from "./spots.ts";

/** A price that the page shows, with how likely it is the product's. */
export interface VisiblePrice {
  reading: PriceReading;
  spot: PriceSpot;
  /** the higher the likelier; comparable within a page */
  score: number;
}

/** Names of elements that hold the price to pay. */
const MAIN_NAME =
  /our-?price|ourprice|sale-?price|price-?sale|special-?price|final-?price|current-?price|price-?current|selling-?price|now-?price|price-?now|buybox|buy-?box|product-?price|price-?product|price__?value|main-?price|price-?main|prcisum|mm-price|prix-?actuel|product-detail|pdp|product-?info|product__?price|offer-?price|deal-?price/;
const PRICE_NAME = /pric|preis|prix|prezzo|precio|prijs|cena|cijena|preco|hinta|fiyat/;
const ITEMPROP_PRICE = /(?:^| )price(?: |$)/;
const OTHER_NAME =
  /shipping|delivery|versand|livraison|unit-?price|price-?per|per-?unit|base-?price|grundpreis|save|saving|discount|installment|instalment|rate|financ|monthly|points|from-?price|min-?price|total|subtotal|cart|basket|filter|range|coupon|voucher|gift|warranty|service|option/;
/** Beyond so many characters from the heading it is another part of the page. */
const NEAR_HEADING = 3000;

/** Every price of a page's visible text, the likeliest first. `locale`: the page's language. */
export function visiblePrices(
  spots: readonly PriceSpot[],
  locale: string | undefined,
  currency: string | undefined,
): VisiblePrice[] {
  const buys = spots.filter(({ kind, isAside }) => kind === "buy" && !isAside).map(({ at }) => at);
  const firstBuy = buys.length > 0 ? Math.min(...buys) : null;
  const prices: VisiblePrice[] = [];
  const repeats = new Map<string, number>();
  for (const spot of spots) {
    if (spot.kind !== "price" || !/\p{Nd}/u.test(spot.text)) continue;
    const reading = readPrice(spot.text, { locale, currency });
    if (reading.amount === null || !(Number(reading.amount) > 0)) continue;
    const shape = spot.names.slice(0, 2).join("<").replace(/\d+/g, "");
    repeats.set(shape, (repeats.get(shape) ?? 0) + 1);
    prices.push({ reading, spot, score: 0 });
  }
  // where everything is crossed out, nothing is
  const isAllStruck = prices.every(
    ({ spot, reading }) => spot.isStruck || spot.isAside || reading.sign === null,
  );
  for (const price of prices) {
    if (isAllStruck) price.spot = { ...price.spot, isStruck: false };
    const shape = price.spot.names.slice(0, 2).join("<").replace(/\d+/g, "");
    price.score = scoreOf(price, repeats.get(shape)!, firstBuy);
  }
  return prices.sort((a, b) => b.score - a.score);
}

function scoreOf({ reading, spot }: VisiblePrice, repeats: number, firstBuy: number | null): number {
  const names = spot.names.slice(0, 3).join(" ");
  const own = spot.names[0] ?? "";
  let score = 0;
  if (reading.sign !== null) score += 2;
  else if (PRICE_NAME.test(own) && /[.]\d\d$/.test(reading.amount!)) score += 1.2;
  if (ITEMPROP_PRICE.test(own)) score += 2;
  if (PRICE_NAME.test(own)) score += 1.5;
  if (MAIN_NAME.test(names)) score += 1.5;
  if (OTHER_NAME.test(names)) score -= 2;
  if (spot.isStruck) score -= 4;
  if (spot.isHidden) score -= 1.5;
  if (spot.isAside) score -= 3;
  if (spot.isLinked) score -= 2;
  if (repeats > 3) score -= Math.min(2, 0.4 * (repeats - 3));
  score -= 1.5 * reading.doubts.length;
  if (reading.isFrom) score -= 0.5;
  score += nearness(spot, firstBuy);
  return score - Math.min(1, reading.amount!.length / 30);
}

/** Behind the heading and before the first button that buys is where the price is. */
function nearness({ sinceHeading, at }: PriceSpot, firstBuy: number | null): number {
  const heading =
    sinceHeading === null ? -0.5 : sinceHeading > NEAR_HEADING ? -1 : 2 - (2 * sinceHeading) / NEAR_HEADING;
  const buy = firstBuy === null ? 0 : Math.abs(at - firstBuy) < 1200 ? 1 : 0;
  return heading + buy;
}

/** What the page shows of the product's availability: a named place first, then a button that buys. */
export function visibleAvailability(spots: readonly PriceSpot[]): ShownAvailability | undefined {
  const said = spots.filter(({ kind, isAside, isHidden, isLinked, text }) => {
    if (isAside || isHidden || isLinked) return false;
    return kind === "availability" || (kind === "price" && !/\d/.test(text));
  });
  const near = said.filter(({ sinceHeading }) => sinceHeading !== null && sinceHeading < NEAR_HEADING * 4);
  for (const { text } of near.length > 0 ? near : said) {
    const availability = readAvailability(text.split(/[.!|]/)[0]!.slice(0, 80));
    if (availability !== undefined && availability !== "unknown") return availability;
  }
  const isSold = spots.some(
    ({ kind, isAside, isHidden, text }) => kind === "buy" && !isAside && !isHidden && BUYS.test(text),
  );
  return isSold ? "in_stock" : undefined;
}

const BUYS =
  /add to (?:cart|bag|basket|trolley)|buy (?:it )?now|in den (?:warenkorb|einkaufswagen)|ajouter au panier|añadir (?:al carrito|a la cesta)|agregar al carrito|aggiungi al carrello|adicionar ao carrinho|in winkelwagen|do koszyka|do košíku|do košíka|adaugă în coș|u košaricu|kosárba|sepete ekle|в корзину|до кошика|カートに入れる|加入购物车|加入購物車|장바구니/iu;
