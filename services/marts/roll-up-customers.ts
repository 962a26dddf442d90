import { customerScores } from "../../db/schema.ts";
import { commitBatch } from "../../db/write.ts";
import { type CustomerFigures, type RfmScore, scoreCustomers } from "../../domain/analysis/rfm.ts";
import { VISITOR_COUNT } from "../../domain/base/sharding.ts";
import { civilDay, dayNumber } from "../../domain/base/time.ts";
import { DEVICES, type Device } from "../../domain/messages/rows.ts";
import type { ServiceContext } from "../context.ts";
import type { MartSources } from "../ports.ts";
import { noteRolledDays } from "./mart-days.ts";
import { replaceParts } from "./parts.ts";

/** A customer with its figures and scores. */
export type ScoredCustomer = CustomerFigures & RfmScore & { device: Device; lastOrderAt: number };

/** All customers of the last year with their scores. They are known by hashes only. */
export async function readScoredCustomers(
  { now, sources }: Pick<ServiceContext, "now"> & { sources: MartSources },
  timeZone: string,
): Promise<ScoredCustomer[]> {
  const indexes = Array.from({ length: VISITOR_COUNT }, (_, index) => index);
  const found = (await Promise.all(indexes.map((index) => sources.customers(index, now)))).flat();
  const today = dayNumber(civilDay(now, timeZone));
  return scoreCustomers(
    found.map((one) => ({ ...one, recencyDays: today - dayNumber(civilDay(one.lastOrderAt, timeZone)) })),
  );
}

/** Counts the customers by their scores, as of today. */
export async function rollUpCustomers(
  ctx: ServiceContext & { sources: MartSources },
  timeZone: string,
): Promise<void> {
  const day = civilDay(ctx.now, timeZone);
  const customers = await readScoredCustomers(ctx, timeZone);
  const groups = Map.groupBy(
    customers,
    ({ recency, frequency, monetary }) => `${recency}${frequency}${monetary}`,
  );
  const rows = [...groups.values()].map((group) => {
    const { recency, frequency, monetary } = group[0]!;
    const sum = (value: (one: ScoredCustomer) => number) =>
      group.reduce((total, one) => total + value(one), 0);
    return {
      ...{ day, recency, frequency, monetary, customers: group.length },
      orders: sum(({ orders }) => orders),
      spend: sum(({ spend }) => spend),
      recencyDays: sum(({ recencyDays }) => recencyDays),
      devices: DEVICES.map((device) => sum((one) => (one.device === device ? 1 : 0))),
    };
  });
  await commitBatch(ctx.d1, [
    ...replaceParts(ctx, { mart: "customer_scores", day }, customerScores, rows),
    ...noteRolledDays(ctx, [{ mart: "customer_scores", day, source: customers.length, rows: rows.length }]),
  ]);
}
