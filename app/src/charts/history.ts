import type { ChartConfiguration, TooltipItem } from "chart.js";
import { money, moneyTick, number } from "../format/number.ts";
import { timeTickLabel, timeTicks, timeTitle } from "./axis-time.ts";
import { commonOptions, linearAxis, type Palette, tooltipColours } from "./options.ts";
import type { ChartPoint, DemandBar, NamedSeries, TimeRange } from "./series.ts";

export interface HistoryChartData {
  currency: string;
  range: TimeRange;
  /** windows shorter than a day */
  intraday: boolean;
  ours: readonly ChartPoint[];
  competitors: readonly NamedSeries[];
  demand: readonly DemandBar[];
  /** what demand is counted in, as a title: "Units", "kg" */
  unit: string;
  /** the proposed price, drawn as a horizontal line; null without one */
  proposed: number | null;
}

type Kind = "line" | "bar";
export type HistoryConfiguration = ChartConfiguration<Kind, ChartPoint[], string>;

/** Bars stay in the lower part of the chart, so that the price lines stay readable above them. */
const DEMAND_HEADROOM = 2.6;
const TICK_WIDTH_PX = 68;

function line(label: string, points: readonly ChartPoint[], color: string) {
  return {
    type: "line" as const,
    label,
    data: [...points],
    yAxisID: "price",
    borderColor: color,
    backgroundColor: color,
    borderWidth: 1.5,
    pointStyle: "line" as const,
    // a series of one or two points has no visible line of its own
    pointRadius: points.length <= 2 ? 3 : 0,
    pointHitRadius: 8,
    order: 2,
  };
}

function priceSets(data: HistoryChartData, palette: Palette) {
  const ours = {
    ...line("Our price", data.ours, palette.ours),
    stepped: "before" as const,
    borderWidth: 2.5,
    pointRadius: 0,
    order: 1,
  };
  // the mean of a window stands in its middle, and for all of it
  const competitors = data.competitors.map((series, i) => ({
    ...line(series.name, series.points, palette.competitors[i % palette.competitors.length] ?? palette.muted),
    stepped: "middle" as const,
  }));
  return [ours, ...proposedSet(data, palette), ...competitors];
}

function proposedSet(data: HistoryChartData, palette: Palette) {
  if (data.proposed === null) return [];
  const level = [data.range.from, data.range.to].map((x) => ({ x, y: data.proposed ?? 0 }));
  const look = { borderDash: [6, 4], borderWidth: 2, pointRadius: 0, order: 0 };
  return [{ ...line("Proposed price", level, palette.proposed), ...look }];
}

function bars(label: string, demand: readonly DemandBar[], color: string) {
  return {
    type: "bar" as const,
    label,
    data: demand.map((bar) => ({ x: bar.x, y: bar.units })),
    yAxisID: "units",
    backgroundColor: color,
    pointStyle: "rect" as const,
    maxBarThickness: 18,
    barPercentage: 0.85,
    categoryPercentage: 1,
    grouped: false,
    order: 9,
  };
}

function demandSets(data: HistoryChartData, palette: Palette) {
  const promoted = data.demand.filter((bar) => bar.promo);
  const others = data.demand.filter((bar) => !bar.promo);
  return [
    ...(others.length > 0 ? [bars(`${data.unit} sold per day`, others, palette.demand)] : []),
    ...(promoted.length > 0 ? [bars(`${data.unit} sold on promotion`, promoted, palette.demandPromo)] : []),
  ];
}

function tooltipLabel(item: TooltipItem<Kind>, data: HistoryChartData): string {
  const y = item.parsed.y ?? 0;
  if (item.dataset.type === "bar") return `${item.dataset.label}: ${number(y)}`;
  return `${item.dataset.label}: ${money(y.toFixed(4), data.currency)}`;
}

function timeAxis(data: HistoryChartData, palette: Palette) {
  const step = { ms: 0 };
  const axis = linearAxis(palette, data.intraday ? "Time (UTC)" : "Day", false);
  return {
    ...axis,
    // bars would otherwise push the axis half a day beyond its range
    offset: false,
    min: data.range.from,
    max: data.range.to,
    afterBuildTicks: (scale: {
      min: number;
      max: number;
      chart: { width: number };
      ticks: { value: number }[];
    }) => {
      const ticks = timeTicks(scale.min, scale.max, Math.floor(scale.chart.width / TICK_WIDTH_PX));
      step.ms = ticks.stepMs;
      scale.ticks = ticks.values.map((value) => ({ value }));
    },
    ticks: { ...axis.ticks, callback: (value: string | number) => timeTickLabel(Number(value), step.ms) },
  };
}

/** Our price and competitors as steps (left axis, currency), over units sold per day as bars (right axis). */
export function historyChart(data: HistoryChartData, palette: Palette): HistoryConfiguration {
  const { legend, ...common } = commonOptions(palette);
  const unitsMax = Math.max(1, ...data.demand.map((bar) => bar.units));
  const price = linearAxis(palette, `Price (${data.currency})`, true);
  const units = linearAxis(palette, `${data.unit} per day`, false);
  return {
    type: "line",
    data: {
      datasets: [...priceSets(data, palette), ...demandSets(data, palette)],
    },
    options: {
      ...common,
      interaction: { mode: "nearest", axis: "x", intersect: false },
      scales: {
        x: timeAxis(data, palette),
        price: {
          ...price,
          position: "left",
          grace: "8%",
          ticks: { ...price.ticks, callback: (value) => moneyTick(Number(value), data.currency) },
        },
        units: {
          ...units,
          position: "right",
          display: data.demand.length > 0,
          beginAtZero: true,
          suggestedMax: Math.ceil(unitsMax * DEMAND_HEADROOM),
          ticks: { ...units.ticks, precision: 0 },
        },
      },
      plugins: {
        legend,
        tooltip: {
          ...tooltipColours(palette),
          callbacks: {
            title: (items) => timeTitle(items[0]?.parsed.x ?? 0, data.intraday),
            label: (item) => tooltipLabel(item as TooltipItem<Kind>, data),
          },
        },
      },
    },
  };
}
