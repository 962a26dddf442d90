import type { ServiceContext } from "../context.ts";

/** SKUs of one outbox row: a wake-up message for them stays small. */
const SKUS_PER_ROW = 200;

/** Outbox rows saying that our side of these SKUs changed; they go into the batch that changed it. */
export function oursOutbox(
  ctx: Pick<ServiceContext, "d1" | "now">,
  skus: readonly string[],
): D1PreparedStatement[] {
  const rows: string[][] = [];
  for (let start = 0; start < skus.length; start += SKUS_PER_ROW)
    rows.push(skus.slice(start, start + SKUS_PER_ROW));
  if (rows.length === 0) return [];
  return [
    ctx.d1
      .prepare(
        `INSERT INTO outbox (kind, key, body, created_at, attempts)
         SELECT 'ours', value ->> 0, value, ?2, 0 FROM json_each(?1)`,
      )
      .bind(JSON.stringify(rows), ctx.now),
  ];
}
