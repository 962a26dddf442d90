import { type Item, type ItemValue, isItem, typesOf, valuesOf } from "./items.ts";

/** Nested deeper than this it is hostile. */
const DEPTH_MAX = 12;
const PRODUCTS_MAX = 200;
const PRODUCT_TYPES = new Set(
  "Product ProductGroup IndividualProduct SomeProducts ProductModel Vehicle Car Book Offer AggregateOffer".split(
    " ",
  ),
);

/** A product that structured data tells of, and whether it is only listed among others. */
export interface ProductItem {
  item: Item;
  isListed: boolean;
}

/** The documents in JSON-LD scripts; what does not parse is mended where shops are known to break it, or left out. */
export function parseJsonLd(texts: readonly string[]): ItemValue[] {
  return texts.map(parseLoosely).filter((value) => value !== null);
}

function parseLoosely(text: string): ItemValue | null {
  const bare = text
    .replace(
      /^\s*(?:<!--|\/\*\s*<!\[CDATA\[\s*\*\/|<!\[CDATA\[|\/\/<!\[CDATA\[)|(?:-->|\/\*\s*\]\]>\s*\*\/|\/\/\]\]>|\]\]>)\s*$/g,
      "",
    )
    .trim();
  for (const attempt of [bare, mended(bare)])
    try {
      return JSON.parse(attempt) as ItemValue;
    } catch {}
  return null;
}

/** Line breaks within texts, commas before an end, and a semicolon behind: what templates often write. */
function mended(text: string): string {
  return text
    .replace(/\p{Cc}+/gu, " ")
    .replace(/,\s*([}\]])/g, "$1")
    .replace(/;\s*$/, "")
    .replace(/\\'/g, "'");
}

/** Every product in documents and items: at the top, in a graph, or within a page, a list or another item. */
export function productsIn(roots: readonly ItemValue[]): ProductItem[] {
  const found: ProductItem[] = [];
  for (const root of roots) collect(root, false, 0, found);
  return found;
}

function collect(value: ItemValue | undefined, isListed: boolean, depth: number, found: ProductItem[]): void {
  if (depth > DEPTH_MAX || found.length >= PRODUCTS_MAX) return;
  if (Array.isArray(value)) for (const one of value) collect(one, isListed, depth + 1, found);
  if (!isItem(value)) return;
  const types = typesOf(value);
  if (isProduct(value, types)) {
    found.push({ item: value, isListed });
    // a product's own accessories are other products
    for (const property of ["isRelatedTo", "isSimilarTo", "isAccessoryOrSparePartFor"])
      collect(value[property], true, depth + 1, found);
    return;
  }
  const lists =
    types.includes("ItemList") || types.includes("SearchResultsPage") || types.includes("OfferCatalog");
  for (const [property, inner] of Object.entries(value))
    if (typeof inner === "object" && inner !== null)
      collect(inner, isListed || lists || property === "itemListElement", depth + 1, found);
}

/** Events, courses and the like sell, too: anything with a name and offers. */
function isProduct(item: Item, types: readonly string[]): boolean {
  if (types.includes("Offer") || types.includes("AggregateOffer"))
    return isItem(item.itemOffered) || "price" in item || "lowPrice" in item;
  return (
    types.some((type) => PRODUCT_TYPES.has(type)) ||
    (valuesOf(item, "offers").some(isItem) && typeof item.name === "string")
  );
}
