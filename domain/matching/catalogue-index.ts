import { featuresOf } from "./features.ts";
import { MATCH_MODEL } from "./match-model.ts";
import { type Described, type Profile, profileOf } from "./profile.ts";
import { probabilityOf } from "./trees.ts";

/** A product of the catalogue as the index holds it. */
export interface IndexedProduct extends Described {
  sku: string;
  /** a product that is no longer sold takes part in no match */
  isActive: boolean;
}

/** A product that a listing may be. */
export interface Candidate {
  sku: string;
  title: string;
  /** calibrated probability, 0 to 1 */
  probability: number;
  profile: Profile;
}

/** So many products are compared with a listing, those that share the rarest words with it. */
const COMPARED_MAX = 40;
/** A word that so many products have says nothing of one of them; all of them are looked at only if no rarer one is there. */
const COMMON = 2000;
/** Products looked at for one listing while candidates are gathered. */
const GATHERED_MAX = 20_000;

/**
 * The catalogue by words, models and numbers: finds the few products that a listing can be among a hundred thousand, and
 * tells how likely each is. Profiles are made when they are first compared.
 */
export class CatalogueIndex {
  private readonly products: IndexedProduct[] = [];
  private readonly profiles: (Profile | undefined)[] = [];
  private readonly places = new Map<string, number>();
  private readonly postings = new Map<string, number[]>();

  /** Products that are looked up; those that were replaced or retired are not. */
  get size(): number {
    return this.places.size;
  }

  /** Adds products, or replaces those of the same SKU. */
  put(products: readonly IndexedProduct[]): void {
    for (const product of products) {
      const before = this.places.get(product.sku);
      if (before !== undefined) {
        const known = this.products[before]!;
        if (product.isActive && isSameText(known, product)) {
          this.products[before] = product;
          this.profiles[before] = undefined;
          continue;
        }
        this.places.delete(product.sku);
      }
      if (product.isActive) this.add(product);
    }
  }

  private add(product: IndexedProduct): void {
    const place = this.products.length;
    this.products.push(product);
    this.profiles.push(undefined);
    this.places.set(product.sku, place);
    for (const key of keysOf(profileOf(product))) {
      const posting = this.postings.get(key);
      if (posting === undefined) this.postings.set(key, [place]);
      else posting.push(place);
    }
  }

  /** The products that a listing is likeliest to be, the likeliest first. */
  likeliest(listing: Described, limit: number): Candidate[] {
    const profile = profileOf(listing);
    const found = this.gather(profile).map((place): Candidate => {
      const product = this.products[place]!;
      const of = this.profileAt(place);
      const features = featuresOf(profile, of, this.rarity);
      return {
        sku: product.sku,
        title: product.title,
        probability: probabilityOf(MATCH_MODEL, features),
        profile: of,
      };
    });
    found.sort((a, b) => b.probability - a.probability || (a.sku < b.sku ? -1 : 1));
    return found.slice(0, limit);
  }

  /** Inverse document frequency of a word: ln((n + 1) / (count + 0.5)). */
  readonly rarity = (word: string): number => {
    const count = this.postings.get(word)?.length ?? 0;
    return Math.log((this.products.length + 1) / (count + 0.5));
  };

  /** Places of the products that share the most with a listing, weighted by rarity; the rarest words are asked first. */
  private gather(profile: Profile): number[] {
    const weights = new Map<number, number>();
    const keys = [...keysOf(profile)]
      .map((key) => ({ key, posting: this.postings.get(key) ?? [] }))
      .filter(({ posting }) => posting.length > 0)
      .sort((a, b) => a.posting.length - b.posting.length);
    let looked = 0;
    for (const { key, posting } of keys) {
      if (weights.size > 0 && (posting.length > COMMON || looked + posting.length > GATHERED_MAX)) break;
      looked += posting.length;
      const weight = this.rarity(key);
      for (const place of posting.length > GATHERED_MAX ? posting.slice(0, GATHERED_MAX) : posting) {
        const product = this.products[place]!;
        if (this.places.get(product.sku) === place) weights.set(place, (weights.get(place) ?? 0) + weight);
      }
    }
    return [...weights]
      .sort(([a, x], [b, y]) => y - x || a - b)
      .slice(0, COMPARED_MAX)
      .map(([place]) => place);
  }

  private profileAt(place: number): Profile {
    this.profiles[place] ??= profileOf(this.products[place]!);
    return this.profiles[place]!;
  }
}

function isSameText(one: Described, other: Described): boolean {
  return (
    one.title === other.title && one.brand === other.brand && one.gtin === other.gtin && one.mpn === other.mpn
  );
}

/** What a product is looked up by. */
function keysOf({ words, numbers, models, gtin, mpn }: Profile): Set<string> {
  const keys = new Set<string>([...words, ...numbers]);
  for (const model of models) keys.add(`m:${model}`);
  if (gtin !== "") keys.add(`g:${gtin}`);
  if (mpn !== "") keys.add(`m:${mpn}`);
  return keys;
}
