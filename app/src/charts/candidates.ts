import type { ChartConfiguration, ChartDataset } from "chart.js";
import type { Candidate } from "../../../domain/contract/decisions.ts";
import { money, moneyTick } from "../format/number.ts";
import { words } from "../format/words.ts";
import { commonOptions, linearAxis, type Palette, tooltipColours } from "./options.ts";
import type { ChartPoint } from "./series.ts";

export interface CandidatesChartData {
  currency: string;
  /** present price */
  from: string;
  /** proposed price */
  to: string;
  candidates: readonly Candidate[];
}

interface CandidatePoint extends ChartPoint {
  reason: string | null;
}

export type CandidatesConfiguration = ChartConfiguration<"line" | "scatter", CandidatePoint[], string>;

/** How far the curve reaches to either side, as a share of the present price; farther if the proposed price is. */
const REACH = 0.25;

/** The candidates near the two prices: one far away (a floor, a recovery price) would flatten the curve. */
export function nearCandidates(data: CandidatesChartData): Candidate[] {
  const from = Number(data.from);
  const reach = Math.max(from * REACH, Math.abs(Number(data.to) - from) * 1.1);
  return data.candidates.filter((c) => Math.abs(Number(c.price) - from) <= reach);
}

function points(candidates: readonly Candidate[]): CandidatePoint[] {
  return candidates
    .map((c) => ({
      x: Number(c.price),
      y: Number(c.expectedProfit),
      reason: c.reason ? words(c.reason) : null,
    }))
    .sort((a, b) => a.x - b.x);
}

function at(all: readonly CandidatePoint[], price: string): CandidatePoint[] {
  const found = all.find((p) => p.x === Number(price));
  return found ? [{ ...found, reason: null }] : [];
}

/** Points that stand out: a filled mark with a ring in the colour of the page. */
function mark(
  label: string,
  data: CandidatePoint[],
  color: string,
  palette: Palette,
): ChartDataset<"scatter", CandidatePoint[]> {
  return {
    type: "scatter",
    label,
    data,
    backgroundColor: color,
    borderColor: palette.surface,
    borderWidth: 2,
    pointRadius: 7,
    pointHoverRadius: 8,
    order: 0,
  };
}

/** Expected profit by candidate price, with removed candidates, the present and the proposed price marked. */
export function candidatesChart(data: CandidatesChartData, palette: Palette): CandidatesConfiguration {
  const { legend, ...common } = commonOptions(palette);
  const near = nearCandidates(data);
  const all = points(near);
  const removed = points(near.filter((c) => c.verdict === "removed"));
  const price = linearAxis(palette, `Candidate price (${data.currency})`, false);
  const profit = linearAxis(palette, `Expected profit (${data.currency})`, true);
  const asTick = (value: string | number) => moneyTick(Number(value), data.currency);
  const asMoney = (value: string | number) => money(Number(value).toFixed(4), data.currency);
  return {
    type: "line",
    data: {
      datasets: [
        {
          type: "line",
          label: "Expected profit",
          data: all,
          borderColor: palette.muted,
          backgroundColor: palette.muted,
          borderWidth: 1.5,
          pointRadius: 2,
          pointStyle: "line",
          order: 3,
        },
        {
          type: "scatter",
          label: "Removed",
          data: removed,
          pointStyle: "crossRot",
          pointRadius: 5,
          borderColor: palette.removed,
          backgroundColor: palette.removed,
          borderWidth: 2,
          order: 1,
        },
        mark("Present price", at(all, data.from), palette.ours, palette),
        mark("Proposed price", at(all, data.to), palette.proposed, palette),
      ],
    },
    options: {
      ...common,
      interaction: { mode: "nearest", intersect: false },
      scales: {
        x: { ...price, ticks: { ...price.ticks, callback: asTick, maxTicksLimit: 8 } },
        y: { ...profit, grace: "8%", ticks: { ...profit.ticks, callback: asTick, maxTicksLimit: 6 } },
      },
      plugins: {
        legend,
        tooltip: {
          ...tooltipColours(palette),
          callbacks: {
            title: (items) => asMoney(items[0]?.parsed.x ?? 0),
            label: (item) => tooltipLines(item.raw as CandidatePoint, asMoney),
          },
        },
      },
    },
  };
}

function tooltipLines(point: CandidatePoint, asMoney: (value: number) => string): string[] {
  const profit = `Expected profit: ${asMoney(point.y)}`;
  return point.reason === null ? [profit] : [profit, `Removed: ${point.reason}`];
}
