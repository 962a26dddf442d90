import { plainWords } from "../plain-words.ts";
import type { ProductItem } from "./json-ld.ts";
import { factsOf, type OfferFacts, type ProductFacts } from "./offers.ts";

/** What tells the page's product from the others on it. */
export interface PageIdentity {
  url: string;
  canonical: string | undefined;
  title: string;
  heading: string | undefined;
}

/** A product of structured data, with how well it fits the page. */
interface Fitting {
  facts: ProductFacts;
  fit: number;
}

/** The product of the page among all that structured data tells of; of a group the variant that the address names. */
export function chooseProduct(
  items: readonly ProductItem[],
  page: PageIdentity,
  locale: string | undefined,
): ProductFacts | null {
  const listed = items.filter(({ isListed }) => isListed).length;
  let best: Fitting | null = null;
  for (const { item, isListed } of items) {
    const facts = factsOf(item, locale);
    const fit = fitOf(facts, page) - (isListed ? 0.6 : 0) + (priceOf(facts) ? 0.3 : 0);
    if (best === null || fit > best.fit) best = { facts, fit };
  }
  if (best === null) return null;
  // a page that only lists products tells of none in particular
  if (listed === items.length && listed > 1 && best.fit < 0.4) return null;
  return variantOf(best.facts, page);
}

/** Each further name of the same product (two scripts, or microdata beside JSON-LD) may say what the first does not. */
export function othersLike(
  items: readonly ProductItem[],
  one: ProductFacts,
  locale: string | undefined,
): ProductFacts[] {
  const name = plainWords(one.name ?? "");
  return items
    .map(({ item }) => factsOf(item, locale))
    .filter((facts) => facts.name !== undefined && plainWords(facts.name) === name);
}

function priceOf({ offers, variants }: ProductFacts): boolean {
  return offers.some(({ price }) => price !== null) || variants.some(priceOf);
}

function fitOf({ name, url, sku }: ProductFacts, page: PageIdentity): number {
  const title = overlap(name, page.heading) * 0.6 + overlap(name, page.title) * 0.4;
  const isPage =
    url !== undefined && [page.url, page.canonical].some((one) => one !== undefined && samePage(one, url));
  const isNumbered = sku !== undefined && sku.length > 3 && page.url.includes(sku);
  return title + (isPage ? 0.4 : 0) + (isNumbered ? 0.3 : 0);
}

function variantOf(facts: ProductFacts, page: PageIdentity): ProductFacts {
  if (facts.variants.length === 0) return facts;
  const named = facts.variants.find(
    ({ sku, url }) =>
      (sku !== undefined && sku.length > 3 && page.url.includes(sku)) ||
      (url !== undefined && samePage(url, page.url)),
  );
  if (named === undefined && facts.offers.some(({ price }) => price !== null)) return facts;
  const chosen = named ?? facts.variants.find(priceOf);
  if (chosen === undefined) return facts;
  const own = Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== undefined));
  return { ...facts, ...own, variants: [] };
}

/** The offer of the page: the one that the address names, else the cheapest that can be bought. */
export function chooseOffer(offers: readonly OfferFacts[], page: PageIdentity): OfferFacts | null {
  const priced = offers.filter(({ price }) => price !== null);
  const named = priced.filter(
    ({ sku, url }) =>
      (sku !== undefined && sku.length > 3 && page.url.includes(sku)) ||
      (url !== undefined && url === page.url && priced.length > 1),
  );
  const among = named.length > 0 ? named : priced;
  const buyable = among.filter(({ availability }) => availability !== "out_of_stock");
  const pool = buyable.length > 0 ? buyable : among;
  return (
    pool.reduce<OfferFacts | null>(
      (best, one) => (best === null || Number(one.price!.amount) < Number(best.price!.amount) ? one : best),
      null,
    ) ??
    offers[0] ??
    null
  );
}

/** The share of words that two texts have in common. */
function overlap(one: string | undefined, other: string | undefined): number {
  if (!one || !other) return 0;
  const [a, b] = [one, other].map((text) => new Set(plainWords(text.slice(0, 400)).split(" "))) as [
    Set<string>,
    Set<string>,
  ];
  let shared = 0;
  for (const word of a) if (b.has(word)) shared++;
  return shared / Math.min(a.size, b.size);
}

function samePage(one: string, other: string): boolean {
  const path = (url: string) =>
    url
      .replace(/^https?:\/\/[^/]+/i, "")
      .replace(/[?#].*$/, "")
      .replace(/\/+$/, "")
      .toLowerCase();
  return path(one).length > 1 && path(one) === path(other);
}
