import { packFactor } from "./pack.ts";
import type { Profile } from "./profile.ts";

/** How rare a word is in the catalogue: its inverse document frequency. */
export type Rarity = (word: string) => number;

/** What the scorer sees of a pair, in the order of the trained model. */
export const FEATURES = [
  ...[
    "wordCosine",
    "sharedOfLess",
    "sharedOfBoth",
    "trigramDice",
    "rarestMissingInProduct",
    "rarestMissingInListing",
  ],
  ...[
    "missingInProduct",
    "missingInListing",
    "modelShared",
    "modelInProduct",
    "modelInListing",
    "modelLikeness",
  ],
  ...[
    "modelsListing",
    "modelsProduct",
    "numbersShared",
    "numbersMissingInProduct",
    "numbersMissingInListing",
  ],
  ...[
    "priceGap",
    "brand",
    "gtin",
    "mpn",
    "pack",
    "wordsListing",
    "wordsProduct",
    "softWords",
    "firstWord",
    "longestRun",
  ],
] as const;

/** The value of a feature that is not known; trees part it from all others. */
const UNKNOWN = -1;

/** The features of a pair, 0 to 1 mostly, by `FEATURES`. */
export function featuresOf(listing: Profile, product: Profile, rarity: Rarity): number[] {
  const words = comparedWords(listing, product, rarity);
  const dice =
    (2 * sharedCount(listing.trigrams, product.trigrams)) /
    Math.max(1, listing.trigrams.size + product.trigrams.size);
  const [numbersShared, numbersListing, numbersProduct] = comparedNumbers(listing, product);
  return [
    ...[words.cosine, words.shared / Math.max(1e-9, Math.min(words.listing, words.product))],
    ...[words.shared / Math.max(1e-9, words.listing + words.product - words.shared), dice],
    ...[words.rarestListing, words.rarestProduct, words.listing - words.shared, words.product - words.shared],
    ...comparedModels(listing, product),
    ...[listing.models.length, product.models.length, numbersShared, numbersListing, numbersProduct],
    listing.logPrice === null || product.logPrice === null
      ? UNKNOWN
      : Math.abs(listing.logPrice - product.logPrice),
    brandOf(listing, product),
    equality(listing.gtin, product.gtin),
    equality(listing.mpn, product.mpn),
    packLikeness(listing, product),
    ...[listing.words.length, product.words.length, words.soft],
    listing.words[0] !== undefined && listing.words[0] === product.words[0] ? 1 : 0,
    longestRun(listing, product),
  ];
}

interface ComparedWords {
  cosine: number;
  /** sums of rarity */
  shared: number;
  listing: number;
  product: number;
  /** the rarest word that the other side does not have */
  rarestListing: number;
  rarestProduct: number;
  /** mean likeness of each word to its likest on the other side, by rarity */
  soft: number;
}

function comparedWords(listing: Profile, product: Profile, rarity: Rarity): ComparedWords {
  const sums: ComparedWords = {
    cosine: 0,
    shared: 0,
    listing: 0,
    product: 0,
    rarestListing: 0,
    rarestProduct: 0,
    soft: 0,
  };
  const [ofListing, ofProduct] = [
    [...listing.words, ...listing.numbers],
    [...product.words, ...product.numbers],
  ];
  const inProduct = new Set(ofProduct);
  const inListing = new Set(ofListing);
  let [dot, squaresListing, squaresProduct, soft] = [0, 0, 0, 0];
  for (const word of ofListing) {
    const rare = rarity(word);
    sums.listing += rare;
    squaresListing += rare * rare;
    // "wi fi" and "wifi" are the same
    const has = inProduct.has(word) || (word.length > 3 && product.squeezed.includes(word));
    if (has) {
      sums.shared += rare;
      dot += rare * rare;
      soft += rare;
    } else {
      sums.rarestListing = Math.max(sums.rarestListing, rare);
      soft += rare * likest(word, product.words);
    }
  }
  for (const word of ofProduct) {
    const rare = rarity(word);
    sums.product += rare;
    squaresProduct += rare * rare;
    if (!inListing.has(word) && !(word.length > 3 && listing.squeezed.includes(word)))
      sums.rarestProduct = Math.max(sums.rarestProduct, rare);
  }
  sums.cosine = dot / Math.max(1e-9, Math.sqrt(squaresListing * squaresProduct));
  sums.soft = soft / Math.max(1e-9, sums.listing);
  return sums;
}

/** The likeness of a word to the likest of others: the share of its beginning that they have in common. */
function likest(word: string, others: readonly string[]): number {
  let best = 0;
  for (const other of others)
    best = Math.max(best, commonStart(word, other) / Math.max(word.length, other.length));
  return best > 0.5 ? best : 0;
}

function commonStart(one: string, other: string): number {
  let n = 0;
  while (n < one.length && n < other.length && one[n] === other[n]) n++;
  return n;
}

function sharedCount(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  let count = 0;
  for (const value of one) if (other.has(value)) count++;
  return count;
}

/** Numbers beside words: how many are shared, and how many each side has alone. */
function comparedNumbers(
  listing: Profile,
  product: Profile,
): [shared: number, listing: number, product: number] {
  const shared = listing.numbers.filter((one) => product.numbers.includes(one)).length;
  const alone = (of: Profile, other: Profile) =>
    of.numbers.filter((one) => !other.numbers.includes(one) && !other.squeezed.includes(one)).length;
  return [shared, alone(listing, product), alone(product, listing)];
}

/** Models: letters of the longest shared, of the longest of each that the other's title holds, and the best likeness. */
function comparedModels(listing: Profile, product: Profile): [number, number, number, number] {
  const longest = (models: readonly string[], holds: (model: string) => boolean) =>
    Math.max(0, ...models.filter(holds).map(({ length }) => length));
  const shared = longest(listing.models, (model) => product.models.includes(model));
  const inProduct = longest(listing.models, (model) => product.squeezed.includes(model));
  const inListing = longest(product.models, (model) => listing.squeezed.includes(model));
  if (listing.models.length === 0 || product.models.length === 0)
    return [shared, inProduct, inListing, UNKNOWN];
  let likeness = 0;
  for (const one of listing.models)
    for (const other of product.models)
      likeness = Math.max(likeness, (2 * commonStart(one, other)) / (one.length + other.length));
  return [shared, inProduct, inListing, likeness];
}

function equality(one: string, other: string): number {
  if (one === "" || other === "") return UNKNOWN;
  return one === other ? 1 : 0;
}

/** One brand is the other, or stands in the other's title. */
function brandOf(listing: Profile, product: Profile): number {
  if (listing.brand !== "" && product.brand !== "")
    return listing.brand.includes(product.brand) || product.brand.includes(listing.brand) ? 1 : 0;
  const [brand, title] =
    listing.brand !== "" ? [listing.brand, product.squeezed] : [product.brand, listing.squeezed];
  if (brand === "") return UNKNOWN;
  return title.includes(brand) ? 0.8 : 0.3;
}

/** The share of the smaller pack in the larger. */
function packLikeness(listing: Profile, product: Profile): number {
  const factor = packFactor(listing.pack, product.pack);
  return factor === null ? UNKNOWN : Math.min(factor, 1 / factor);
}

/** The share of the shorter title that one piece of both makes. */
function longestRun(listing: Profile, product: Profile): number {
  const [one, other] =
    listing.squeezed.length <= product.squeezed.length
      ? [listing.squeezed, product.squeezed]
      : [product.squeezed, listing.squeezed];
  if (one.length === 0) return 0;
  let best = 0;
  for (let from = 0; from + best < one.length; from++)
    while (from + best < one.length && other.includes(one.slice(from, from + best + 1))) best++;
  return best / one.length;
}
