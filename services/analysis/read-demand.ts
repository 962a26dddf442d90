import { ne } from "drizzle-orm";
import { hourlyDemand } from "../../db/schema.ts";
import {
  ewmForecast,
  type ForecastScore,
  movingAverage,
  scoreForecasts,
  variation,
} from "../../domain/analysis/hourly-demand.ts";
import { type HeatCell, weekHeat } from "../../domain/analysis/week-heat.ts";
import { civilDay, DAY_MS, dayNumber, dayOfNumber, dayStart, HOUR_MS } from "../../domain/base/time.ts";
import type { ServiceContext } from "../context.ts";
import { readMart } from "../marts/read-mart.ts";
import { sumMart } from "../marts/sum-mart.ts";

/** How much and how evenly a category sells. */
interface CategoryDemand {
  category: string;
  units: number;
  revenue: number;
  /** of its days; null = nothing was sold */
  variation: number | null;
}

/** The purchases of a category by the hour, and what a simple method makes of them. */
interface HourlyCategory {
  category: string;
  /** the last full hours, oldest first */
  purchases: number[];
  movingAverage3: number[];
  next6: number[];
}

/** What was forecast for a day on the day before, and what came; null = not known. */
interface ForecastDay {
  day: string;
  actual: number | null;
  forecast: number | null;
  baseline: number | null;
}

/** When and what shoppers buy. */
export interface DemandAnalysis {
  from: string;
  to: string;
  heat: HeatCell[];
  topCells: HeatCell[];
  ranking: CategoryDemand[];
  /** start of the first of the hours, ms */
  hoursFrom: number;
  /** those that sold most first */
  hourly: HourlyCategory[];
  days: ForecastDay[];
  scores: { forecast: ForecastScore; baseline: ForecastScore };
}

const HOURS_SHOWN = 48;
const TOP_CELLS = 5;

/** Reads the demand of a span of days. A category narrows everything but the ranking. */
export async function readDemandAnalysis(
  ctx: ServiceContext,
  { from, to, category }: { from: string; to: string; category?: string | undefined },
  timeZone: string,
): Promise<DemandAnalysis> {
  const span = { from, to };
  const today = civilDay(ctx.now, timeZone);
  const lately = {
    from: dayOfNumber(dayNumber(today) - (HOURS_SHOWN * HOUR_MS) / DAY_MS),
    to: today,
    category,
  };
  const ofProducts = [ne(hourlyDemand.category, "")];
  const [hours, newest, days, forecasts] = await Promise.all([
    sumMart(
      ctx,
      "hourly-demand",
      { ...span, category },
      { by: ["day", "hour"], sums: ["purchases"] },
      ofProducts,
    ),
    readMart(ctx, "hourly-demand", lately, ofProducts),
    readMart(ctx, "daily-demand", span),
    readMart(ctx, "daily-forecasts", { ...span, category }),
  ]);
  const finished = daysBetween(from, to).filter((day) => day < today);
  const heat = weekHeat(
    hours.map(({ day, hour, purchases }) => ({ day, hour, count: purchases })),
    daysBetween(from, to),
  );
  const ofCategory = days.filter((row) => category === undefined || row.category === category);
  const compared = forecastDays(finished, ofCategory, forecasts);
  return {
    ...span,
    heat,
    topCells: [...heat]
      .sort((a, b) => b.mean - a.mean)
      .filter(({ mean }) => mean > 0)
      .slice(0, TOP_CELLS),
    ranking: rank(days, finished),
    ...hourlySeries(ctx.now, newest, timeZone),
    days: compared,
    scores: { forecast: scoreOf(compared, "forecast"), baseline: scoreOf(compared, "baseline") },
  };
}

function daysBetween(from: string, to: string): string[] {
  const first = dayNumber(from);
  return Array.from({ length: Math.max(0, dayNumber(to) - first + 1) }, (_, i) => dayOfNumber(first + i));
}

type DayRow = Awaited<ReturnType<typeof readMart<"daily-demand">>>[number];
type HourRow = Awaited<ReturnType<typeof readMart<"hourly-demand">>>[number];
type ForecastRow = Awaited<ReturnType<typeof readMart<"daily-forecasts">>>[number];

/** By units; a day without a row sold nothing, and a day that is not over does not count. */
function rank(rows: readonly DayRow[], finished: readonly string[]): CategoryDemand[] {
  return [...Map.groupBy(rows, ({ category }) => category)]
    .map(([category, group]) => {
      const byDay = new Map(group.map(({ day, units }) => [day, units]));
      const units = finished.map((day) => byDay.get(day) ?? 0);
      return {
        category,
        units: group.reduce((sum, row) => sum + row.units, 0),
        revenue: group.reduce((sum, row) => sum + row.revenue, 0),
        variation: units.length > 0 ? variation(units) : null,
      };
    })
    .sort((a, b) => b.units - a.units);
}

function hourlySeries(
  now: number,
  rows: readonly HourRow[],
  timeZone: string,
): Pick<DemandAnalysis, "hoursFrom" | "hourly"> {
  const today = dayStart(civilDay(now, timeZone), timeZone);
  const thisHour = today + Math.floor((now - today) / HOUR_MS) * HOUR_MS;
  const hoursFrom = thisHour - HOURS_SHOWN * HOUR_MS;
  const starts = new Map<string, number>();
  const hourly = [...Map.groupBy(rows, ({ category }) => category)].map(([category, group]) => {
    const purchases = new Array<number>(HOURS_SHOWN).fill(0);
    for (const { day, hour, purchases: count } of group) {
      const start = starts.get(day) ?? dayStart(day, timeZone);
      starts.set(day, start);
      const place = (start + hour * HOUR_MS - hoursFrom) / HOUR_MS;
      if (place >= 0 && place < HOURS_SHOWN) purchases[place]! += count;
    }
    return {
      category,
      purchases,
      movingAverage3: movingAverage(purchases, 3),
      next6: ewmForecast(purchases),
    };
  });
  const sold = ({ purchases }: HourlyCategory) => purchases.reduce((sum, count) => sum + count, 0);
  return { hoursFrom, hourly: hourly.sort((a, b) => sold(b) - sold(a)) };
}

function forecastDays(
  finished: readonly string[],
  actual: readonly DayRow[],
  forecasts: readonly ForecastRow[],
): ForecastDay[] {
  const sums = (rows: readonly { day: string }[], value: (row: never) => number) => {
    const found = new Map<string, number>();
    for (const row of rows) found.set(row.day, (found.get(row.day) ?? 0) + value(row as never));
    return found;
  };
  const sold = sums(actual, (row: DayRow) => row.units);
  const expected = sums(forecasts, (row: ForecastRow) => row.units);
  const baseline = sums(forecasts, (row: ForecastRow) => row.baseline);
  const isOver = new Set(finished);
  const days = new Set([...finished, ...expected.keys()]);
  return [...days].sort().map((day) => ({
    day,
    actual: isOver.has(day) ? (sold.get(day) ?? null) : null,
    forecast: expected.get(day) ?? null,
    baseline: baseline.get(day) ?? null,
  }));
}

function scoreOf(days: readonly ForecastDay[], name: "forecast" | "baseline"): ForecastScore {
  return scoreForecasts(
    days.flatMap(({ actual, [name]: forecast }) =>
      actual === null || forecast === null ? [] : [{ actual, forecast }],
    ),
  );
}
