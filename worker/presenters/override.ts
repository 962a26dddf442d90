import type { z } from "@hono/zod-openapi";
import { iso } from "../../domain/contract/page.ts";
import type { Override } from "../../domain/contract/science-shapes.ts";
import { formatMinor } from "../../domain/money/format.ts";
import type { OverrideRecord } from "../../services/overrides/read-overrides.ts";
import { given } from "./given.ts";

export function presentOverride(row: OverrideRecord, now: number): z.infer<typeof Override> {
  const { id, scope, key, kind, reason, createdBy, currency } = row;
  return {
    ...{ id, scope, kind, reason, createdBy },
    active: row.endedAt === null && row.expiresAt > now,
    createdAt: iso(row.createdAt),
    expiresAt: iso(row.expiresAt),
    ...given({
      key: scope === "global" ? null : key,
      price: row.price === null || currency === null ? null : formatMinor(row.price, currency),
      endedAt: row.endedAt === null ? null : iso(row.endedAt),
      endedBy: row.endedBy,
    }),
  };
}
