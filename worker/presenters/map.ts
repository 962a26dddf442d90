import type { z } from "@hono/zod-openapi";
import { formatMinor } from "../../domain/base/money.ts";
import { iso } from "../../domain/contract/answers.ts";
import type { MapNotice, MapViolation } from "../../domain/contract/map.ts";
import type { NoticeRecord, Violation } from "../../services/map/violations.ts";
import { given } from "./given.ts";

export function presentViolation({
  violation,
  title,
  authorised,
  notices,
}: Pick<Violation, "violation" | "title" | "authorised" | "notices">): z.infer<typeof MapViolation> {
  const { id, sku, competitor, seller, currency, status, mapPrice, price, source, batchId, row } = violation;
  const amount = (minor: number) => formatMinor(minor, currency);
  return {
    ...{ id, sku, title: title ?? sku, competitor, currency, status, notices },
    ...{ mapPrice: amount(mapPrice), price: amount(price) },
    ...{ firstPrice: amount(violation.firstPrice), lowestPrice: amount(violation.lowestPrice) },
    gapPct: Math.round((1 - price / mapPrice) * 10_000) / 100,
    firstSeenAt: iso(violation.firstSeenAt),
    lastSeenAt: iso(violation.lastSeenAt),
    evidence: {
      source,
      batchId,
      row,
      observedAt: iso(violation.lastSeenAt),
      ...given({ url: violation.url }),
    },
    ...given({
      seller: seller === "" ? null : seller,
      authorised,
      endedAt: violation.endedAt === null ? null : iso(violation.endedAt),
      decidedBy: violation.decidedBy,
      note: violation.note,
    }),
  };
}

export function presentNotice({ at, recipient, ...notice }: NoticeRecord): z.infer<typeof MapNotice> {
  return { ...notice, at: iso(at), ...given({ recipient }) };
}
