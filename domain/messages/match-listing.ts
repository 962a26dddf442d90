/** What a person's review of a match ends in. */
export const MATCH_STATUSES = ["review", "accepted", "rejected"] as const;
export type MatchStatus = (typeof MATCH_STATUSES)[number];

/** A competitor's product as it calls it, to be found among ours. */
export interface MatchListing {
  id: string;
  title: string;
  gtin?: string | null | undefined;
  mpn?: string | null | undefined;
  brand?: string | null | undefined;
  price?: string | number | null | undefined;
  competitor?: string | null | undefined;
  competitorSku?: string | null | undefined;
  url?: string | null | undefined;
}
