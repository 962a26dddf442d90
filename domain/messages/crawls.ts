/** When a source saw some of a competitor's offers, by which it is judged whether another one is missing. */
export interface CompetitorSightings {
  competitor: string;
  offers: OfferSightings[];
}

export interface OfferSightings {
  /** hash of SKU and seller: the offers with the lowest are a fair sample, whichever shard they are in */
  rank: number;
  /** the newest event times at which the source saw it, ms, ascending */
  times: number[];
}

/** A crawl that its source has called complete: the event times from its first to its last observation, ms. */
export interface CompleteCrawl {
  from: number;
  to: number;
}

/** What is known of a source's crawls. */
export interface CrawlEvidence {
  sightings: CompetitorSightings[];
  /** the newest complete crawls of a source that tells them; null = it tells none, so that the sightings decide */
  complete: CompleteCrawl[] | null;
  /** so many crawls in a row have to be without an offer */
  crawlsMin: number;
}

/** That an offer was not seen where its source looked: it holds unless it is seen after `seenAt`. */
export interface OfferAbsence {
  sku: string;
  /** which of the SKU's sellers, see `stateKey` */
  key: string;
  /** when it was seen last, ms */
  seenAt: number;
  /** until when the source's crawls are known, ms */
  at: number;
}
