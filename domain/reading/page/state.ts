import { readAvailability } from "../availability.ts";
import { gtinOf } from "../gtin.ts";
import { plainWords } from "../plain-words.ts";
import { type Item, type ItemValue, isItem } from "./items.ts";
import type { ProductFacts } from "./offers.ts";
import { amountOf, textOf } from "./offers.ts";

/**
 * The state that shop systems embed for their scripts: Shopify's and WooCommerce's product JSON, the data of Magento,
 * PrestaShop and BigCommerce, the data layer of analytics, and the state of Next.js, Nuxt and other front ends. All of
 * it is JSON somewhere in a script; what looks like the page's product is taken.
 */

const NAMES = ["name", "title", "productName", "product_name", "displayName", "item_name", "productTitle"];
const PRICES = [
  "price",
  "salePrice",
  "sale_price",
  "finalPrice",
  "final_price",
  "currentPrice",
  "sellingPrice",
  "display_price",
  "displayPrice",
  "price_amount",
  "priceValue",
  "nowPrice",
  "value",
  "amount",
  "priceWithTax",
  "formattedPrice",
  "formattedValue",
];
const LISTS = [
  "listPrice",
  "list_price",
  "regularPrice",
  "regular_price",
  "oldPrice",
  "old_price",
  "compare_at_price",
  "wasPrice",
  "originalPrice",
  "original_price",
  "display_regular_price",
  "msrp",
  "rrp",
  "regular_price_amount",
];
const CURRENCIES = [
  "currency",
  "priceCurrency",
  "currencyCode",
  "currency_code",
  "currencyIso",
  "currencyIsoCode",
];
const SKUS = [
  "sku",
  "productId",
  "product_id",
  "productCode",
  "item_id",
  "itemNumber",
  "articleNumber",
  "code",
  "partNumber",
  "reference",
];
const GTINS = ["gtin13", "gtin", "ean", "ean13", "barcode", "gtin14", "upc"];
const STOCKS = [
  "availability",
  "inStock",
  "in_stock",
  "available",
  "isAvailable",
  "is_in_stock",
  "stockStatus",
  "stock_status",
  "availabilityStatus",
  "isInStock",
];
const BRANDS = ["brand", "brandName", "vendor", "manufacturer", "item_brand"];
/** Objects looked at on one page, and how deep. */
const OBJECTS_MAX = 60_000;
const DEPTH_MAX = 25;
/** Texts of scripts that are taken apart, in all. */
const CHARACTERS_MAX = 2_500_000;

/** A product of the page's state, with how well it fits the page: 0 to 1. */
export interface StateProduct {
  facts: ProductFacts;
  fit: number;
}

/** What the page itself says, to tell its product from the others in the state. */
export interface PageNames {
  title: string;
  url: string;
}

/** The product of the page among all that its state tells of; null if none fits. */
export function stateProduct(
  states: readonly string[],
  names: PageNames,
  locale: string | undefined,
): StateProduct | null {
  const wanted = new Set(
    plainWords(names.title)
      .split(" ")
      .filter((word) => word.length > 1),
  );
  if (wanted.size === 0) return null;
  const search: Search = { wanted, url: names.url, locale, left: OBJECTS_MAX, best: null };
  let characters = 0;
  for (const state of states) {
    for (const json of jsonIn(state)) {
      characters += json.length;
      if (characters > CHARACTERS_MAX) return search.best;
      const value = parse(json);
      if (value !== null) walk(value, 0, search);
    }
  }
  return search.best;
}

interface Search {
  wanted: ReadonlySet<string>;
  url: string;
  locale: string | undefined;
  left: number;
  best: StateProduct | null;
}

function parse(json: string): ItemValue | null {
  try {
    return JSON.parse(json) as ItemValue;
  } catch {
    return null;
  }
}

/** The JSON of a script: all of it, or what is assigned or passed to a function. */
function* jsonIn(script: string): Generator<string> {
  const bare = script.trim();
  if (/^[[{]/.test(bare)) {
    yield bare;
    return;
  }
  const starts = /(?:=|\(|:|,)\s*([{[])(?=\s*["{[])/g;
  let tries = 0;
  for (let match = starts.exec(bare); match !== null && tries < 40; match = starts.exec(bare)) {
    const from = match.index + match[0].length - 1;
    const to = endOfJson(bare, from);
    tries++;
    if (to === null) continue;
    if (to - from > 60) yield bare.slice(from, to);
    starts.lastIndex = to;
  }
}

/** Where the object or list that begins at a place ends, texts regarded; null if it does not. */
function endOfJson(text: string, from: number): number | null {
  let depth = 0;
  let inText = false;
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (inText) {
      if (code === 92) i++;
      else if (code === 34) inText = false;
    } else if (code === 34) inText = true;
    else if (code === 123 || code === 91) depth++;
    else if ((code === 125 || code === 93) && --depth === 0) return i + 1;
  }
  return null;
}

function walk(value: ItemValue | undefined, depth: number, search: Search): void {
  if (depth > DEPTH_MAX || search.left <= 0 || typeof value !== "object" || value === null) return;
  search.left--;
  if (Array.isArray(value)) {
    for (const one of value) walk(one, depth + 1, search);
    return;
  }
  consider(value, search);
  for (const property in value) {
    const inner = value[property];
    if (typeof inner === "object" && inner !== null) walk(inner, depth + 1, search);
  }
}

function consider(item: Item, search: Search): void {
  const name = firstText(item, NAMES);
  if (name === undefined || name.length < 3) return;
  const fit = fitOf(name, item, search);
  if (fit < 0.5 || fit <= (search.best?.fit ?? 0)) return;
  const facts = readItem(item, name, search.locale);
  if (facts.offers.length > 0 || (search.best === null && facts.sku !== undefined))
    search.best = { facts, fit };
}

/** The share of the words that name and title have in common, more if the address holds the number. */
function fitOf(name: string, item: Item, { wanted, url }: Search): number {
  const words = new Set(
    plainWords(name)
      .split(" ")
      .filter((word) => word.length > 1),
  );
  let shared = 0;
  for (const word of words) if (wanted.has(word)) shared++;
  const union = words.size + wanted.size - shared;
  const number = firstText(item, SKUS);
  const isNamed = number !== undefined && number.length > 4 && url.includes(number);
  return (union === 0 ? 0 : shared / union) + (isNamed ? 0.3 : 0);
}

function readItem(item: Item, name: string, locale: string | undefined): ProductFacts {
  // Shopify's product JSON has no currency and counts in hundredths
  const isShopify =
    Array.isArray(item.variants) &&
    ("vendor" in item || "handle" in item) &&
    typeof item.price === "number" &&
    Number.isInteger(item.price);
  const currency = deepText(item, CURRENCIES) ?? null;
  const scale = isShopify ? 0.01 : 1;
  const price = amountIn(item, PRICES, currency, locale, scale);
  const listPrice = amountIn(item, LISTS, currency, locale, scale);
  const availability = STOCKS.map((property) => readAvailability(item[property])).find(
    (one) => one !== undefined && one !== "unknown",
  );
  const brand = BRANDS.map((property) => item[property])
    .map((value) => (isItem(value) ? textOf(value.name) : textOf(value)))
    .find((one) => one !== undefined);
  const offer = {
    price,
    listPrice,
    availability,
    seller: undefined,
    url: undefined,
    sku: undefined,
    isRange: false,
  };
  return {
    ...{ name, url: undefined, brand, sku: firstText(item, SKUS), mpn: firstText(item, ["mpn"]) },
    gtin: GTINS.map((property) => gtinOf(textOf(item[property]))).find((one) => one !== undefined),
    offers: price === null && availability === undefined ? [] : [offer],
    variants: [],
  };
}

/** The amount of the first of the properties that holds one, itself or within an object. */
function amountIn(
  item: Item,
  properties: readonly string[],
  currency: string | null,
  locale: string | undefined,
  scale: number,
) {
  for (const property of properties) {
    const value = item[property];
    const inner = isItem(value)
      ? PRICES.map((one) => value[one]).find((one) => typeof one === "number" || typeof one === "string")
      : value;
    const own = isItem(value) ? (deepText(value, CURRENCIES) ?? currency) : currency;
    const scaled = typeof inner === "number" ? inner * scale : inner;
    const amount =
      typeof scaled === "string" || typeof scaled === "number" ? amountOf(scaled, own, locale) : null;
    if (amount !== null) return amount;
  }
  return null;
}

function firstText(item: Item, properties: readonly string[]): string | undefined {
  for (const property of properties) {
    const value = item[property];
    const text = typeof value === "string" || typeof value === "number" ? textOf(value) : undefined;
    if (text !== undefined) return text;
  }
  return undefined;
}

/** A text of the item, or of an object within it. */
function deepText(item: Item, properties: readonly string[]): string | undefined {
  const own = firstText(item, properties);
  if (own !== undefined) return own;
  for (const value of Object.values(item)) {
    const inner = isItem(value) ? firstText(value, properties) : undefined;
    if (inner !== undefined) return inner;
  }
  return undefined;
}
