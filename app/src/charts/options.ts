import type { ScaleOptionsByType, TooltipOptions } from "chart.js";
import { number } from "../format/number.ts";

/** The colours of a chart, taken from the theme's custom properties. */
export interface Palette {
  text: string;
  muted: string;
  grid: string;
  surface: string;
  ours: string;
  proposed: string;
  demand: string;
  demandPromo: string;
  removed: string;
  competitors: readonly string[];
}

/** Competitors drawn in a chart; the table beside it has all of them. */
export const COMPETITORS_MAX = 6;

/** The font of every label on a canvas: that of the page. */
const FONT_FAMILY = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';

const FONT = { family: FONT_FAMILY, size: 11 } as const;

/** The figure of a tick, without decimals that say nothing: "5", "−0.25". */
function tickText(value: string | number): string {
  return number(Number(value), 2);
}

/** A linear axis with a titled unit. */
export function linearAxis(palette: Palette, title: string, gridShown: boolean) {
  return {
    type: "linear" as const,
    title: { display: true, text: title, color: palette.muted, font: FONT },
    grid: { display: gridShown, color: palette.grid, drawTicks: false },
    border: { display: false },
    ticks: { color: palette.muted, font: FONT, padding: 6, maxRotation: 0, callback: tickText },
  } satisfies DeepPartial<ScaleOptionsByType<"linear">>;
}

/** Tooltips in the page's own colours. */
export function tooltipColours(palette: Palette) {
  return {
    backgroundColor: palette.surface,
    titleColor: palette.text,
    bodyColor: palette.text,
    borderColor: palette.grid,
    borderWidth: 1,
    padding: 10,
    titleFont: { ...FONT, size: 12, weight: "bold" },
    bodyFont: { ...FONT, size: 12 },
    usePointStyle: true,
    boxPadding: 4,
  } satisfies DeepPartial<TooltipOptions>;
}

/** What all charts share: they fill their box, do not animate, and name their series below. */
export function commonOptions(palette: Palette) {
  return {
    responsive: true,
    maintainAspectRatio: false,
    animation: false as const,
    normalized: true,
    layout: { padding: { top: 4, right: 2 } },
    legend: {
      position: "bottom" as const,
      align: "start" as const,
      labels: {
        color: palette.text,
        font: FONT,
        usePointStyle: true,
        boxWidth: 18,
        boxHeight: 7,
        padding: 14,
      },
    },
  };
}

type DeepPartial<T> = { [K in keyof T]?: T[K] extends object ? DeepPartial<T[K]> : T[K] };
