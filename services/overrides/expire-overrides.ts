import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { selectOverrides } from "./read-overrides.ts";

/** Marks the overrides whose time is over as ended, at the instant it was, with one audit entry for all. */
export async function expireOverrides(ctx: ServiceContext): Promise<void> {
  const expired = await selectOverrides(ctx.d1, "o.ended_at IS NULL AND o.expires_at <= ?1", ctx.now);
  if (expired.length === 0) return;
  const ids = expired.map(({ id }) => id);
  await commitChained(ctx, {
    audit: [{ action: "override.expired", subject: "overrides", detail: { ids } }],
    statements: () => [
      ctx.d1
        .prepare(
          `UPDATE overrides SET ended_at = expires_at, ended_by = 'system:expiry', settled = (kind <> 'FIXED_PRICE')
           WHERE ended_at IS NULL AND id IN (SELECT value FROM json_each(?1))`,
        )
        .bind(JSON.stringify(ids)),
    ],
  });
}
