import type { ShownAvailability } from "../../messages/rows.ts";
import { readAvailability } from "../availability.ts";
import { gtinOf } from "../gtin.ts";
import { type ProductItem, parseJsonLd, productsIn } from "./json-ld.ts";
import { type Amount, amountOf, type OfferFacts, type ProductFacts } from "./offers.ts";
import { chooseOffer, chooseProduct, othersLike, type PageIdentity } from "./product-choice.ts";
import { numberOf } from "./product-number.ts";
import { type PageFacts, scanPage } from "./scan-page.ts";
import { stateProduct } from "./state.ts";
import { type VisiblePrice, visibleAvailability, visiblePrices } from "./visible.ts";

/** Where a price was found. */
export const HOW_FOUND = ["jsonld", "microdata", "opengraph", "state", "text"] as const;
type HowFound = (typeof HOW_FOUND)[number];

/** What a page says of its product. Absent: the page does not say it. */
export interface ExtractedProduct {
  /** decimal string */
  price?: string;
  /** what it cost before, or is recommended to cost */
  listPrice?: string;
  /** ISO 4217 */
  currency?: string;
  availability: ShownAvailability;
  title?: string;
  brand?: string;
  sku?: string;
  gtin?: string;
  mpn?: string;
  seller?: string;
  how?: HowFound;
  /** 0 to 1: how sure the price is */
  confidence: number;
}

/** Reads the product of a page: its structured data first, then what it shows, each checked against the other. */
export function extractProduct(html: string, url: string): ExtractedProduct {
  const page = scanPage(html);
  const identity: PageIdentity = {
    url,
    canonical: page.canonical,
    title: titleOf(page),
    heading: page.headings[0],
  };
  const found = sourcesOf(page, identity);
  return assemble(page, identity, found);
}

/** A price with where it was found. */
interface Found {
  how: HowFound;
  facts: ProductFacts;
  offer: OfferFacts | null;
}

/** What each kind of structured data says of the page's product, the most trusted first. */
function sourcesOf(page: PageFacts, identity: PageIdentity): Found[] {
  const found: Found[] = [];
  const add = (how: HowFound, facts: ProductFacts | null) => {
    if (facts !== null) found.push({ how, facts, offer: chooseOffer(facts.offers, identity) });
  };
  const kinds: readonly (readonly [HowFound, ProductItem[]])[] = [
    ["jsonld", productsIn(parseJsonLd(page.jsonLd))],
    ["microdata", productsIn(page.items)],
  ];
  for (const [how, items] of kinds) {
    const facts = chooseProduct(items, identity, page.lang);
    add(how, facts === null ? null : completed(facts, othersLike(items, facts, page.lang)));
  }
  add("opengraph", ofMetas(page));
  const state = stateProduct(
    page.states,
    { title: identity.heading ?? identity.title, url: identity.url },
    page.lang,
  );
  if (state !== null) add("state", state.facts);
  return found;
}

/** Fills in what the first of several namesakes does not say. */
function completed(facts: ProductFacts, others: readonly ProductFacts[]): ProductFacts {
  const whole = { ...facts };
  for (const other of others) {
    whole.brand ??= other.brand;
    whole.sku ??= other.sku;
    whole.gtin ??= other.gtin;
    whole.mpn ??= other.mpn;
    if (whole.offers.every(({ price }) => price === null)) whole.offers = other.offers;
  }
  return whole;
}

/** Open Graph and the product tags of social networks. */
function ofMetas({ metas, lang }: PageFacts): ProductFacts | null {
  const any = (...names: string[]) =>
    names.map((name) => metas.get(name)).find((value) => value !== undefined);
  const currency = any(
    "product:price:currency",
    "og:price:currency",
    "product:sale_price:currency",
    "twitter:data1:currency",
  );
  const price = amountOf(
    any("product:sale_price:amount", "product:price:amount", "og:price:amount", "product:price"),
    currency ?? null,
    lang,
  );
  const listPrice = amountOf(
    any("product:original_price:amount", "og:price:standard_amount"),
    currency ?? null,
    lang,
  );
  const availability = readAvailability(
    any("product:availability", "og:availability", "og:product:availability"),
  );
  const sku = any("product:retailer_item_id", "product:sku");
  const gtin = gtinOf(any("product:gtin", "product:ean", "product:upc", "product:isbn"));
  if (price === null && availability === undefined && sku === undefined) return null;
  const offer = {
    price,
    listPrice,
    availability,
    seller: undefined,
    url: undefined,
    sku: undefined,
    isRange: false,
  };
  const brand = any("product:brand", "og:brand");
  return {
    name: any("og:title"),
    url: any("og:url"),
    brand,
    sku,
    gtin,
    mpn: any("product:mfr_part_no"),
    offers: [offer],
    variants: [],
  };
}

function titleOf(page: PageFacts): string {
  return page.metas.get("og:title") ?? page.title;
}

function assemble(page: PageFacts, identity: PageIdentity, found: readonly Found[]): ExtractedProduct {
  const expected = found.map(({ offer }) => offer?.price?.currency).find((code) => code);
  const shown = visiblePrices(page.spots, page.lang, expected ?? undefined);
  const chosen = choosePrice(found, shown);
  const first = <T>(read: (one: Found) => T | undefined): T | undefined =>
    found.map(read).find((value) => value !== undefined);
  const numbers = numberOf(page.spots, identity.url);
  const availability = availabilityOf(found, page, chosen !== null);
  const product: ExtractedProduct = { availability, confidence: chosen?.confidence ?? 0 };
  const fields: Partial<Record<keyof ExtractedProduct, string | undefined>> = {
    price: chosen?.price.amount,
    listPrice: chosen?.listPrice,
    currency: chosen?.price.currency ?? undefined,
    title: identity.heading ?? first(({ facts }) => facts.name) ?? (identity.title || undefined),
    brand: first(({ facts }) => facts.brand),
    sku: numbers.labelled ?? first(({ facts }) => facts.sku) ?? numbers.ofAddress,
    gtin: first(({ facts }) => facts.gtin) ?? numbers.gtin,
    mpn: first(({ facts }) => facts.mpn),
    seller: first(({ offer }) => offer?.seller),
    how: chosen?.how,
  };
  for (const [field, value] of Object.entries(fields))
    if (value !== undefined) Object.assign(product, { [field]: value });
  return product;
}

interface Chosen {
  how: HowFound;
  price: Amount;
  listPrice: string | undefined;
  confidence: number;
}

/** How sure a price of each kind is if nothing else speaks for or against it. */
const TRUST: Readonly<Record<HowFound, number>> = {
  jsonld: 0.72,
  microdata: 0.7,
  opengraph: 0.66,
  state: 0.6,
  text: 0.36,
};
/** What the best place that shows the price adds, for each point of its score. */
const SHOWN = 0.045;
const SHOWN_MAX = 6;
const NOT_SHOWN = -0.1;
/** It is shown only where it is crossed out. */
const CROSSED_OUT = -0.3;
const AGREEING = 0.04;
/** A price less sure than this is not told: a wrong price costs more than none. */
const CONFIDENCE_MIN = 0.5;

/** The surest price. Each kind of structured data and the visible text speak for or against each other's. */
function choosePrice(found: readonly Found[], shown: readonly VisiblePrice[]): Chosen | null {
  const candidates: Chosen[] = [];
  for (const { how, offer } of found) {
    if (!offer?.price) continue;
    const { price } = offer;
    const seen = shown.find(({ reading }) => sameAmount(reading.amount, price.amount));
    if (price.isDoubtful && seen === undefined) continue;
    const agreeing = found.filter(
      (one) => one.how !== how && one.offer?.price && sameAmount(one.offer.price.amount, price.amount),
    );
    const confidence = TRUST[how] + shownWorth(seen) + AGREEING * agreeing.length - (offer.isRange ? 0.1 : 0);
    const currency = price.currency ?? seen?.reading.currency ?? shown[0]?.reading.currency ?? null;
    candidates.push({
      how,
      price: { ...price, currency },
      listPrice: listPriceOf(offer, price, shown),
      confidence,
    });
  }
  const [top] = shown;
  if (top !== undefined) {
    const { amount, currency, doubts } = top.reading;
    const price = { amount: amount!, currency, isDoubtful: doubts.length > 0 };
    candidates.push({
      how: "text",
      price,
      listPrice: listPriceOf(null, price, shown),
      confidence: TRUST.text + shownWorth(top),
    });
  }
  const best = candidates.reduce<Chosen | null>(
    (one, other) => (one === null || other.confidence > one.confidence ? other : one),
    null,
  );
  return best === null || best.confidence < CONFIDENCE_MIN
    ? null
    : { ...best, confidence: Math.min(0.99, best.confidence) };
}

function shownWorth(seen: VisiblePrice | undefined): number {
  if (seen === undefined) return NOT_SHOWN;
  if (seen.spot.isStruck) return CROSSED_OUT;
  return SHOWN * Math.max(-2, Math.min(SHOWN_MAX, seen.score));
}

function listPriceOf(
  offer: OfferFacts | null,
  price: Amount,
  shown: readonly VisiblePrice[],
): string | undefined {
  const listed =
    offer?.listPrice?.amount ??
    shown.find(({ spot, reading }) => spot.isStruck && !spot.isAside && reading.doubts.length === 0)?.reading
      .amount;
  return listed && Number(listed) > Number(price.amount) ? listed : undefined;
}

function sameAmount(one: string | null, other: string): boolean {
  return one !== null && Math.abs(Number(one) - Number(other)) < 0.005;
}

/** What structured data says, then the page. One that asks a price and says nothing else sells. */
function availabilityOf(found: readonly Found[], page: PageFacts, isPriced: boolean): ShownAvailability {
  const shown = visibleAvailability(page.spots);
  for (const { facts, offer } of found) {
    const said = facts.offers
      .map(({ availability }) => availability)
      .filter((one) => one !== undefined && one !== "unknown");
    // sizes and colours that are sold out do not make the product so
    const known = said.includes("in_stock") ? "in_stock" : (offer?.availability ?? said[0]);
    if (known !== undefined && known !== "unknown") return known;
  }
  return shown ?? (isPriced ? "in_stock" : "unknown");
}
