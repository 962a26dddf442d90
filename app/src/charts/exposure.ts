import type { ChartConfiguration } from "chart.js";
import { percentDelta } from "../format/number.ts";
import { plural } from "../format/words.ts";
import { commonOptions, linearAxis, type Palette, tooltipColours } from "./options.ts";

/** A product among its competitors. */
export interface Exposed {
  title: string;
  category: string;
  /** to the cheapest competitor, per cent: above 0 we are dearer */
  gapPct: number;
  competitors: number;
  /** what we sell of it; null = not known */
  unitsPerDay: number | null;
}

interface Bubble {
  x: number;
  y: number;
  r: number;
  of: Exposed;
}

const RADIUS_MIN = 3;
const RADIUS_MAX = 18;

/** The area of a bubble grows with what the product sells, not its radius. */
function radiusOf({ unitsPerDay }: Exposed, most: number): number {
  if (unitsPerDay === null || most === 0) return RADIUS_MIN;
  return RADIUS_MIN + (RADIUS_MAX - RADIUS_MIN) * Math.sqrt(unitsPerDay / most);
}

/**
 * Which products are exposed: how much dearer we are (across), against how many competitors (up), and how much they sell
 * (size). One colour a category.
 */
export function exposureChart(
  products: readonly Exposed[],
  palette: Palette,
): ChartConfiguration<"bubble", Bubble[], string> {
  const { legend, ...common } = commonOptions(palette);
  const most = Math.max(0, ...products.map(({ unitsPerDay }) => unitsPerDay ?? 0));
  const groups = [...Map.groupBy(products, ({ category }) => category)];
  const competitors = linearAxis(palette, "Competitors in stock", true);
  return {
    type: "bubble",
    data: {
      datasets: groups.map(([category, rows], place) => {
        const colour = palette.competitors[place % palette.competitors.length] ?? palette.ours;
        return {
          label: category,
          data: rows.map((of) => ({ x: of.gapPct, y: of.competitors, r: radiusOf(of, most), of })),
          borderColor: colour,
          backgroundColor: `${colour}73`,
        };
      }),
    },
    options: {
      ...common,
      scales: {
        x: linearAxis(palette, "Gap to the cheapest competitor, %", true),
        y: { ...competitors, beginAtZero: true, ticks: { ...competitors.ticks, precision: 0 } },
      },
      plugins: {
        legend,
        tooltip: {
          ...tooltipColours(palette),
          callbacks: {
            label: ({ raw }) => {
              const { of } = raw as Bubble;
              return `${of.title}: ${percentDelta(of.gapPct)}, ${plural(of.competitors, "competitor")}`;
            },
          },
        },
      },
    },
  };
}
