import { and, asc, eq, gt, isNotNull } from "drizzle-orm";
import { isOfSkus, ownerOf } from "../../db/reads/lineage.ts";
import { priceLedger, proposals } from "../../db/schema.ts";
import { civilDay, DAY_MS, dayNumber } from "../../domain/base/time.ts";
import {
  addPlacebo,
  changeGrowth,
  OUTCOME_BEFORE,
  OUTCOME_DAYS,
  OUTCOME_LEAST,
  type PlaceboGrowths,
  type PriceChangeMeasured,
} from "../../domain/evaluation/outcome.ts";
import type { Outcome } from "../../domain/pricing/decision/decision.ts";
import { HORIZON_DAYS } from "../../domain/pricing/optimisation/sales.ts";
import { contribution, knownEconomics, netPrice } from "../../domain/pricing/unit-economics.ts";
import type { RunManifest } from "../../domain/runs/manifest.ts";
import type { ServiceContext } from "../context.ts";
import type { Measured } from "./measured.ts";

/** Price changes that make a product no control, and end another change's days. */
const LOOK_BACK = OUTCOME_DAYS + OUTCOME_BEFORE + 2;

type Entry = Awaited<ReturnType<typeof readChanges>>[number];

function readChanges({ db }: ServiceContext, skus: readonly string[], since: number) {
  return (
    db
      .select({
        sku: ownerOf().as("owner"),
        entry: priceLedger,
        expected: proposals.expected,
        experiment: proposals.experiment,
      })
      .from(priceLedger)
      .leftJoin(proposals, and(eq(priceLedger.causeKind, "proposal"), eq(proposals.id, priceLedger.causeId)))
      // the price that a product came with replaced none
      .where(and(isOfSkus(skus), gt(priceLedger.at, since), isNotNull(priceLedger.from)))
      .orderBy(asc(priceLedger.seq))
  );
}

/** The changed prices of a shard that are old enough to be measured, and what unchanged products did over the same days. */
export async function measureOutcomes(
  ctx: ServiceContext,
  measured: readonly Measured[],
  manifest: RunManifest,
  today: number,
): Promise<{ changes: PriceChangeMeasured[]; placebos: PlaceboGrowths }> {
  const skus = measured.map(({ row }) => row.sku);
  const found = await readChanges(ctx, skus, manifest.asOf - LOOK_BACK * DAY_MS);
  const changesOf = Map.groupBy(found, ({ sku }) => sku);
  const changes: PriceChangeMeasured[] = [];
  const placebos: PlaceboGrowths = {};
  for (const one of measured) {
    const entries = changesOf.get(one.row.sku);
    if (entries) changes.push(...changesOfProduct(one, entries, manifest, today));
    else if (one.row.status === "active") addPlacebo(placebos, one.row.category, one.days, today);
  }
  return { changes, placebos };
}

function changesOfProduct(
  { row, days }: Measured,
  entries: readonly Entry[],
  manifest: RunManifest,
  today: number,
): PriceChangeMeasured[] {
  const { settings } = manifest;
  const economics = knownEconomics(row, settings)!;
  const dayOf = (at: number) => dayNumber(civilDay(at, settings.timeZone));
  return entries.flatMap(({ entry, expected, experiment }, i) => {
    if (expected === null || entry.from === null) return [];
    const day = dayOf(entry.at);
    const next = entries[i + 1];
    const until = next ? dayOf(next.entry.at) - 1 : today - 1;
    const age = Math.min(until - day, OUTCOME_DAYS);
    if (age < OUTCOME_LEAST || today - 1 - day > OUTCOME_DAYS) return [];
    const previous = entries[i - 1];
    const before = previous ? day - dayOf(previous.entry.at) - 1 : OUTCOME_BEFORE;
    const { delta, revenue, pGain } = expected as Outcome & { delta: Outcome; pGain?: number };
    return [
      {
        ...{ seq: entry.seq, sku: row.sku, proposalId: entry.causeId!, category: row.category },
        ...{ currency: row.currency, from: entry.from, to: entry.to, at: entry.at, day, age, before },
        unit: {
          before: contribution(entry.from, economics),
          after: contribution(entry.to, economics),
          net: netPrice(entry.to, economics),
        },
        pGain: pGain ?? 0,
        isTrial: experiment !== null,
        expected: {
          units: delta.units / HORIZON_DAYS,
          revenue: delta.revenue / HORIZON_DAYS,
          profit: delta.profit / HORIZON_DAYS,
          revenueThen: revenue / HORIZON_DAYS,
        },
        isFinal: age === OUTCOME_DAYS || next !== undefined,
        growth: changeGrowth(days, { day, age, before }),
      },
    ];
  });
}
