import type { z } from "@hono/zod-openapi";
import { formatMinor } from "../../domain/base/money.ts";
import { iso } from "../../domain/contract/answers.ts";
import type { Decision, DecisionDetail } from "../../domain/contract/decision-log.ts";
import type { DecisionRecord } from "../../services/decisions/list-decisions.ts";
import type { DecisionInFull } from "../../services/decisions/read-decision.ts";
import { presentExplanation } from "./decisions.ts";
import { given } from "./given.ts";

/** The SKU that a decision is about. */
export const skuOf = (record: DecisionRecord): string =>
  record.by === "person" ? record.entry.sku : record.digest.sku;

/** `titles`: of the products, by SKU. */
export function presentDecision(
  record: DecisionRecord,
  titles: ReadonlyMap<string, string>,
): z.infer<typeof Decision> {
  const title = titles.get(skuOf(record)) ?? null;
  if (record.by === "person") {
    const { seq, sku, from, to, currency, causeKind, actor, reason } = record.entry;
    return {
      ...{ id: String(seq), sku, by: "person", actor, verdict: "propose", reason: causeKind, currency },
      at: iso(record.at),
      to: formatMinor(to, currency),
      ...given({ title, from: from === null ? null : formatMinor(from, currency), note: reason }),
    };
  }
  const { runId, at, digest } = record;
  const { sku, verdict, reason, from, to, currency, strategy } = digest;
  const money = (minor: number | undefined) =>
    minor === undefined || currency === undefined ? null : formatMinor(minor, currency);
  return {
    ...{ id: `${runId}:${sku}`, sku, by: "run", runId, actor: "system:run", verdict, reason, at: iso(at) },
    ...given({ title, from: money(from), to: money(to) }),
    ...given({ currency: currency ?? null, strategy: strategy ?? null }),
  };
}

export function presentDecisionDetail(
  { record, decision }: DecisionInFull,
  titles: ReadonlyMap<string, string>,
): z.infer<typeof DecisionDetail> {
  const snapshot = record.by === "run" ? `runs/${record.runId}/snapshot/${record.shard}` : null;
  return {
    ...presentDecision(record, titles),
    ...given({
      snapshot,
      explanation: decision && presentExplanation(decision, decision.currency),
    }),
  };
}
