import { desc, eq } from "drizzle-orm";
import { customerScores } from "../../db/schema.ts";
import { type RfmScore, SEGMENTS, type Segment, segmentOf } from "../../domain/analysis/rfm.ts";
import { DEVICES, type Device } from "../../domain/messages/rows.ts";
import type { ServiceContext } from "../context.ts";

/** The customers of one segment; means are over them. Money in minor units. */
interface SegmentSummary {
  segment: Segment;
  customers: number;
  share: number;
  orders: number;
  spend: number;
  meanRecencyDays: number | null;
  meanOrders: number | null;
  meanSpend: number | null;
  meanScores: RfmScore | null;
  /** that most of them bought with */
  device: Device | null;
}

/** The customers of the last year by segment, and by recency and frequency. */
export interface CustomerAnalysis {
  day: string | null;
  customers: number;
  segments: SegmentSummary[];
  grid: { recency: number; frequency: number; customers: number; spend: number }[];
}

type Row = typeof customerScores.$inferSelect;

/** Reads the newest roll-up of the customers. */
export async function readCustomerAnalysis({ db }: ServiceContext): Promise<CustomerAnalysis> {
  const [newest] = await db
    .select({ day: customerScores.day })
    .from(customerScores)
    .orderBy(desc(customerScores.day))
    .limit(1);
  const day = newest?.day ?? null;
  const rows = day === null ? [] : await db.select().from(customerScores).where(eq(customerScores.day, day));
  const customers = sum(rows, (row) => row.customers);
  const groups = Map.groupBy(rows, segmentOf);
  const grid = [...Map.groupBy(rows, ({ recency, frequency }) => `${recency} ${frequency}`).values()];
  return {
    ...{ day, customers },
    segments: SEGMENTS.map((segment) => summarise(segment, groups.get(segment) ?? [], customers)),
    grid: grid.map((group) => ({
      recency: group[0]!.recency,
      frequency: group[0]!.frequency,
      customers: sum(group, (row) => row.customers),
      spend: sum(group, (row) => row.spend),
    })),
  };
}

function summarise(segment: Segment, rows: readonly Row[], all: number): SegmentSummary {
  const customers = sum(rows, (row) => row.customers);
  const [orders, spend] = [sum(rows, (row) => row.orders), sum(rows, (row) => row.spend)];
  const mean = (value: (row: Row) => number) => (customers > 0 ? sum(rows, value) / customers : null);
  const score = (name: keyof RfmScore) => mean((row) => row[name] * row.customers)!;
  const devices = DEVICES.map((_, i) => sum(rows, (row) => row.devices[i] ?? 0));
  return {
    ...{ segment, customers, share: all > 0 ? customers / all : 0, orders, spend },
    meanRecencyDays: mean((row) => row.recencyDays),
    meanOrders: mean((row) => row.orders),
    meanSpend: mean((row) => row.spend),
    meanScores:
      customers > 0
        ? { recency: score("recency"), frequency: score("frequency"), monetary: score("monetary") }
        : null,
    device: customers > 0 ? DEVICES[devices.indexOf(Math.max(...devices))]! : null,
  };
}

function sum(rows: readonly Row[], value: (row: Row) => number): number {
  return rows.reduce((total, row) => total + value(row), 0);
}
