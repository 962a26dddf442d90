import type { ChartConfiguration } from "chart.js";
import { number } from "../format/number.ts";
import { commonOptions, linearAxis, type Palette, tooltipColours } from "./options.ts";

/** A series over the labels of a chart; null = nothing is known there. */
interface PlainSeries {
  name: string;
  values: readonly (number | null)[];
  /** in the palette: ours, proposed, demand, or the number of a further colour */
  colour?: "ours" | "proposed" | "demand" | number;
  kind?: "line" | "step" | "bar";
  dashed?: boolean;
  /** figures of the right axis */
  right?: boolean;
}

export interface PlainChart {
  labels: readonly string[];
  series: readonly PlainSeries[];
  xTitle: string;
  yTitle: string;
  /** of the right axis */
  rightTitle?: string;
  stacked?: boolean;
  /** bars that lie, with their labels on the left */
  lying?: boolean;
  /** the figures below 0 are of interest: the axis does not begin there */
  free?: boolean;
  /** decimals shown */
  digits?: number;
  /** the last label is not over: lines to it are dashed and bars pale */
  unfinished?: boolean;
}

/** Whether there is anything to draw. */
export function hasFigures({ series }: PlainChart): boolean {
  return series.some(({ values }) => values.some((value) => value !== null && value !== 0));
}

type Kind = "bar" | "line";
type Value = number | null;

function colourOf(palette: Palette, colour: PlainSeries["colour"], place: number): string {
  if (typeof colour === "string") return palette[colour];
  const n = colour ?? place;
  return palette.competitors[n % palette.competitors.length] ?? palette.ours;
}

/** Most colours of the theme are six hexadecimal digits: two more make them translucent. Others are so already. */
function pale(colour: string): string {
  return /^#[0-9a-f]{6}$/i.test(colour) ? `${colour}73` : colour;
}

/** More classes than this are days, hours or steps of a scale: some of their labels say enough, and none has to lie aslant. */
const NAMED_MAX = 8;

/** An axis without a title leaves no room for one. */
function axis(palette: Palette, title: string, gridShown: boolean) {
  const base = linearAxis(palette, title, gridShown);
  return { ...base, title: { ...base.title, display: title !== "" } };
}

function lineSet(chart: PlainChart, series: PlainSeries, colour: string, side: string) {
  const last = chart.labels.length - 1;
  const isShort = series.values.filter((value) => value !== null).length <= 2;
  return {
    type: "line" as const,
    label: series.name,
    data: [...series.values],
    yAxisID: side,
    borderColor: colour,
    backgroundColor: colour,
    borderWidth: 2,
    borderDash: series.dashed ? [6, 4] : [],
    // a series of one or two points has no visible line of its own
    pointStyle: isShort ? ("circle" as const) : ("line" as const),
    pointRadius: isShort ? 4 : 0,
    pointHitRadius: 8,
    ...(series.kind === "step" ? { stepped: "before" as const } : {}),
    segment: {
      borderDash: ({ p1DataIndex }: { p1DataIndex: number }) =>
        chart.unfinished && p1DataIndex === last ? [3, 3] : undefined,
    },
    order: 1,
  };
}

function barSet(chart: PlainChart, series: PlainSeries, colour: string, side: string) {
  const last = chart.labels.length - 1;
  const colours = series.values.map((_, i) => (chart.unfinished && i === last ? pale(colour) : colour));
  return {
    type: "bar" as const,
    label: series.name,
    data: [...series.values],
    ...(chart.lying ? { xAxisID: "x" } : { yAxisID: side }),
    backgroundColor: colours,
    pointStyle: "rect" as const,
    maxBarThickness: 44,
    ...(chart.stacked ? { stack: "all" } : {}),
    order: 2,
  };
}

/** Bars and lines over named classes or days: one axis for both, a second one on the right where figures differ in unit. */
export function plainChart(chart: PlainChart, palette: Palette): ChartConfiguration<Kind, Value[], string> {
  const { legend, ...common } = commonOptions(palette);
  const sets = chart.series.flatMap((series, i) => {
    // a series of which nothing is known yet would only stand in the legend
    if (series.values.every((value) => value === null)) return [];
    const colour = colourOf(palette, series.colour, i);
    const side = series.right ? "right" : "y";
    return series.kind === "bar" ? barSet(chart, series, colour, side) : lineSet(chart, series, colour, side);
  });
  const { callback: _figure, ...classTicks } = axis(palette, "", false).ticks;
  const classes = {
    ...axis(palette, chart.xTitle, false),
    type: "category" as const,
    stacked: chart.stacked ?? false,
    ticks: {
      ...classTicks,
      autoSkip: !chart.lying,
      maxRotation: chart.lying || chart.labels.length > NAMED_MAX ? 0 : 45,
    },
  };
  const base = axis(palette, chart.yTitle, true);
  const figures = {
    ...base,
    // counts have no halves
    ticks: chart.digits === 0 ? { ...base.ticks, precision: 0 } : base.ticks,
    stacked: chart.stacked ?? false,
    beginAtZero: !chart.free,
  };
  const right = {
    ...axis(palette, chart.rightTitle ?? "", false),
    position: "right" as const,
    beginAtZero: true,
  };
  const hasRight = sets.some((set) => "yAxisID" in set && set.yAxisID === "right");
  return {
    type: "bar",
    data: { labels: [...chart.labels], datasets: sets },
    options: {
      ...common,
      indexAxis: chart.lying ? "y" : "x",
      interaction: { mode: "index", intersect: false, axis: chart.lying ? "y" : "x" },
      scales: chart.lying
        ? { x: figures, y: classes }
        : { x: classes, y: figures, ...(hasRight ? { right } : {}) },
      plugins: {
        legend: { ...legend, display: sets.length > 1 },
        tooltip: {
          ...tooltipColours(palette),
          callbacks: {
            label: (item) => {
              const value = chart.lying ? item.parsed.x : item.parsed.y;
              return `${item.dataset.label}: ${value === null ? "–" : number(value, chart.digits ?? 1)}`;
            },
          },
        },
      },
    },
  } as ChartConfiguration<Kind, Value[], string>;
}
