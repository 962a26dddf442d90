/** Which of these (SKU, competitor) pairs have an offer; as `sku competitor` texts of JSON. */
export async function knownOffers(
  d1: D1Database,
  pairs: readonly (readonly [sku: string, competitor: string])[],
): Promise<Set<string>> {
  return known(
    d1,
    "SELECT 1 FROM offers WHERE sku = wanted.value ->> 0 AND competitor = wanted.value ->> 1",
    pairs,
  );
}

/** Which of these (SKU, day) pairs have a day of demand. */
export async function knownDays(
  d1: D1Database,
  pairs: readonly (readonly [sku: string, day: string])[],
): Promise<Set<string>> {
  return known(
    d1,
    "SELECT 1 FROM demand_days WHERE sku = wanted.value ->> 0 AND day = wanted.value ->> 1",
    pairs,
  );
}

/** A pair as one text. */
export function pairKey(pair: readonly [string, string]): string {
  return JSON.stringify(pair);
}

async function known(
  d1: D1Database,
  exists: string,
  pairs: readonly (readonly [string, string])[],
): Promise<Set<string>> {
  const found = new Set<string>();
  for (let start = 0; start < pairs.length; start += PAIRS_PER_QUERY) {
    const slice = pairs.slice(start, start + PAIRS_PER_QUERY);
    const { results } = await d1
      .prepare(
        `SELECT wanted.value ->> 0 AS a, wanted.value ->> 1 AS b FROM json_each(?1) AS wanted WHERE EXISTS (${exists})`,
      )
      .bind(JSON.stringify(slice))
      .all<{ a: string; b: string }>();
    for (const { a, b } of results) found.add(pairKey([a, b]));
  }
  return found;
}

/** Their JSON stays far under the 2 MB of a parameter. */
const PAIRS_PER_QUERY = 5_000;
