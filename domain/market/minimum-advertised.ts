/** One observation of a product that dealers agreed not to advertise under a price. Minor units; ms. */
export interface MapSighting {
  sku: string;
  competitor: string;
  /** whose offer it is on a marketplace; empty: the competitor's own */
  seller: string;
  currency: string;
  price: number;
  mapPrice: number;
  observedAt: number;
  source: string;
  batchId: string;
  row: number;
  url: string | null;
}

/** A violation that has not ended. */
export interface OpenViolation {
  id: string;
  sku: string;
  competitor: string;
  seller: string;
  currency: string;
  mapPrice: number;
  /** as first and last seen, and the lowest in between */
  firstPrice: number;
  price: number;
  lowestPrice: number;
  firstSeenAt: number;
  lastSeenAt: number;
  endedAt: number | null;
  /** the newest observation that shows it */
  source: string;
  batchId: string;
  row: number;
  url: string | null;
}

/** Who offers what: a dealer has at most one open violation for a product. */
export function dealerKey({
  sku,
  competitor,
  seller,
}: Pick<MapSighting, "sku" | "competitor" | "seller">): string {
  return JSON.stringify([sku, competitor, seller]);
}

/**
 * What sightings come to, in the order of their time: a price below the minimum opens a violation or goes on with the open
 * one, a price at or above it ends it. One that is older than what is known of the violation changes nothing.
 *
 * @param idOf the id of the violation that a sighting opens: the same for the same sighting
 */
export function followSightings(
  known: readonly OpenViolation[],
  sightings: readonly MapSighting[],
  idOf: (sighting: MapSighting) => string,
): { opened: OpenViolation[]; changed: OpenViolation[] } {
  const current = new Map(known.map((one) => [dealerKey(one), one]));
  const touched = new Map<string, OpenViolation>();
  const isNew = new Set<string>();
  for (const sighting of [...sightings].sort((a, b) => a.observedAt - b.observedAt || a.row - b.row)) {
    const key = dealerKey(sighting);
    const before = current.get(key);
    const after = followed(before, sighting, idOf);
    if (after === null) continue;
    if (before === undefined) isNew.add(after.id);
    touched.set(after.id, after);
    if (after.endedAt === null) current.set(key, after);
    else current.delete(key);
  }
  const all = [...touched.values()];
  return { opened: all.filter(({ id }) => isNew.has(id)), changed: all.filter(({ id }) => !isNew.has(id)) };
}

/** The violation after a sighting; null if it is none, or changes nothing. */
function followed(
  before: OpenViolation | undefined,
  sighting: MapSighting,
  idOf: (sighting: MapSighting) => string,
): OpenViolation | null {
  const { price, mapPrice, observedAt, sku, competitor, seller, currency, source, batchId, row, url } =
    sighting;
  const isBelow = price < mapPrice;
  if (before !== undefined && observedAt <= before.lastSeenAt) return null;
  if (!isBelow) return before === undefined ? null : { ...before, endedAt: observedAt };
  const evidence = { price, lastSeenAt: observedAt, source, batchId, row, url, mapPrice };
  if (before !== undefined)
    return { ...before, ...evidence, lowestPrice: Math.min(before.lowestPrice, price) };
  return {
    ...{ id: idOf(sighting), sku, competitor, seller, currency, ...evidence },
    ...{ firstPrice: price, lowestPrice: price, firstSeenAt: observedAt, endedAt: null },
  };
}
