import { gtinOf } from "../reading/gtin.ts";
import type { MatchThresholds } from "../settings/matching.ts";
import type { Candidate, CatalogueIndex } from "./catalogue-index.ts";
import { packFactor } from "./pack.ts";
import { type Described, type Profile, profileOf } from "./profile.ts";
import { variantsDiffer } from "./variant.ts";

/** What becomes of a listing: taken for the product, shown to a person, or left. */
export const MATCH_DECISIONS = ["auto", "review", "none"] as const;
type MatchDecision = (typeof MATCH_DECISIONS)[number];

/** Another product that a listing may be. */
export interface Suggestion {
  sku: string;
  title: string;
  /** probability, 0 to 1 */
  score: number;
  /** auto only for the one that is taken */
  decision: MatchDecision;
}

/** What a listing was found to be. */
export interface Match {
  /** null: no product is likely enough */
  sku: string | null;
  /** calibrated probability, 0 to 1 */
  score: number;
  decision: MatchDecision;
  /** reasons in plain words */
  why: string[];
  /** packs of the product that the listing's pack holds: its price is to be divided by it */
  packFactor: number | null;
  /** the likeliest products, the best first */
  suggestions: Suggestion[];
}

/** A match is taken without a person only if the next likeliest product is so much less likely. */
const MARGIN = 0.15;
const SAME_GTIN = 0.99;
const SAME_MPN = 0.97;
/** Two valid numbers that differ are two products, whatever the titles say. */
const OTHER_GTIN_MAX = 0.2;
const SUGGESTIONS = 5;
/** A title as unlike as this contradicts an equal number. */
const UNLIKE = 0.005;

/**
 * Finds the product that a listing is. An equal GTIN with a right check digit, or an equal maker's number of the same
 * brand, decides unless the titles contradict it; else the trained scorer does. Another pack size or variant is never
 * taken without a person. `rejected`: SKUs that a person said it is not.
 */
export function decideMatch(
  index: CatalogueIndex,
  listing: Described,
  rejected: ReadonlySet<string>,
  thresholds: MatchThresholds,
): Match {
  const profile = profileOf(listing);
  const candidates = index
    .likeliest(listing, SUGGESTIONS + rejected.size)
    .filter(({ sku }) => !rejected.has(sku))
    .map((candidate) => ({ ...candidate, ...judge(profile, candidate) }))
    .sort((a, b) => b.score - a.score || (a.sku < b.sku ? -1 : 1))
    .slice(0, SUGGESTIONS);
  const [best, ...others] = candidates;
  // an equal number leaves only those that carry it, too
  const next = others.find(({ byNumber }) => byNumber || !best?.byNumber);
  const isSure =
    best !== undefined &&
    decisionOn(best, thresholds) === "auto" &&
    best.score - (next?.score ?? 0) >= MARGIN;
  const suggestions = candidates.map((one): Suggestion => {
    const decision = decisionOn(one, thresholds);
    const { sku, title, score } = one;
    return {
      sku,
      title,
      score: rounded(score),
      decision: decision === "auto" && !(isSure && one === best) ? "review" : decision,
    };
  });
  if (best === undefined || best.score < thresholds.review)
    return {
      sku: null,
      score: rounded(best?.score ?? 0),
      decision: "none",
      why: ["no product is alike enough"],
      packFactor: null,
      suggestions,
    };
  const factor = packFactor(profile.pack, best.profile.pack);
  const why = [
    ...best.why,
    ...(next && best.score - next.score < MARGIN ? [`${next.sku} is almost as likely`] : []),
  ];
  return {
    sku: best.sku,
    score: rounded(best.score),
    decision: isSure ? "auto" : "review",
    why,
    packFactor: factor,
    suggestions,
  };
}

function decisionOn({ score, holdsBack }: Judgement, { auto, review }: MatchThresholds): MatchDecision {
  if (score < review) return "none";
  return score >= auto && !holdsBack ? "auto" : "review";
}

interface Judgement {
  score: number;
  why: string[];
  /** a GTIN or maker's number decided it */
  byNumber: boolean;
  /** something that a person has to look at */
  holdsBack: boolean;
}

function judge(listing: Profile, { probability, profile }: Candidate): Judgement {
  const why: string[] = [];
  let score = probability;
  let byNumber = false;
  if (gtinOf(padded(listing.gtin)) !== undefined && gtinOf(padded(profile.gtin)) !== undefined) {
    if (listing.gtin === profile.gtin) {
      score = probability < UNLIKE ? Math.max(probability, 0.6) : SAME_GTIN;
      byNumber = true;
      why.push("the GTIN is the same");
    } else {
      score = Math.min(score, OTHER_GTIN_MAX);
      why.push("the GTIN is another one");
    }
  } else if (listing.mpn !== "" && listing.mpn === profile.mpn && sameBrand(listing, profile)) {
    score = probability < UNLIKE ? Math.max(probability, 0.6) : Math.max(score, SAME_MPN);
    byNumber = true;
    why.push("the maker's number is the same");
  }
  const model = listing.models.find((one) => one.length > 3 && profile.squeezed.includes(one));
  if (model !== undefined) why.push(`both name ${model}`);
  const shared = listing.words.filter((word) => profile.words.includes(word)).length;
  why.push(`${shared} of ${listing.words.length} words of the title are in the product's`);
  if (listing.logPrice !== null && profile.logPrice !== null)
    why.push(
      `its price is ${Math.round((Math.exp(listing.logPrice - profile.logPrice) - 1) * 100)} % from ours`,
    );
  const factor = packFactor(listing.pack, profile.pack);
  if (factor !== null && factor !== 1) why.push(`its pack is ${factor} times ours`);
  const variant = variantsDiffer(listing, profile);
  if (variant !== null) why.push(`it is ${variant[0]}, ours is ${variant[1]}`);
  return { score, why, byNumber, holdsBack: (factor !== null && factor !== 1) || variant !== null };
}

function sameBrand(listing: Profile, product: Profile): boolean {
  const brands = [listing.brand, product.brand].filter((brand) => brand !== "");
  return brands.every((brand) =>
    [listing, product].every(
      (one) => one.brand === brand || (one.brand === "" && one.squeezed.includes(brand)),
    ),
  );
}

/** A GTIN is the same number with 8, 12, 13 or 14 digits, zeros in front. */
function padded(digits: string): string {
  const length = [8, 12, 13, 14].find((n) => n >= digits.length);
  return length === undefined || digits === "" ? "" : digits.padStart(length, "0");
}

function rounded(score: number): number {
  return Number(score.toFixed(4));
}
