import type { ChartConfiguration } from "chart.js";
import { number, percentDelta } from "../format/number.ts";
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
  recommendation: "raise" | "lower" | "hold";
}

/** What stands upwards: how many competitors, coloured by category; or what is sold, coloured by what is proposed. */
export type ExposureView = "competitors" | "sales";

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

const PROPOSED = [
  { recommendation: "raise", label: "Raise", colour: "ours" },
  { recommendation: "lower", label: "Lower", colour: "proposed" },
  { recommendation: "hold", label: "Keep", colour: "muted" },
] as const;

interface Group {
  label: string;
  colour: string;
  rows: readonly Exposed[];
}

function byCategory(products: readonly Exposed[], palette: Palette): Group[] {
  return [...Map.groupBy(products, ({ category }) => category)].map(([label, rows], place) => ({
    ...{ label, rows },
    colour: palette.competitors[place % palette.competitors.length] ?? palette.ours,
  }));
}

function byProposed(products: readonly Exposed[], palette: Palette): Group[] {
  return PROPOSED.map(({ recommendation, label, colour }) => ({
    ...{ label, colour: palette[colour] },
    rows: products.filter((one) => one.recommendation === recommendation),
  }));
}

/**
 * Which products are exposed: how much dearer we are (across), and upwards against how many competitors or how much they
 * sell. The size is always what they sell.
 */
export function exposureChart(
  products: readonly Exposed[],
  palette: Palette,
  view: ExposureView,
): ChartConfiguration<"bubble", Bubble[], string> {
  const { legend, ...common } = commonOptions(palette);
  const isSales = view === "sales";
  const shown = isSales ? products.filter(({ unitsPerDay }) => unitsPerDay !== null) : products;
  const most = Math.max(0, ...shown.map(({ unitsPerDay }) => unitsPerDay ?? 0));
  const groups = isSales ? byProposed(shown, palette) : byCategory(shown, palette);
  const upwards = linearAxis(palette, isSales ? "Expected units a day" : "Competitors in stock", true);
  return {
    type: "bubble",
    data: {
      datasets: groups.map(({ label, colour, rows }) => ({
        label,
        data: rows.map((of) => ({
          ...{ x: of.gapPct, y: isSales ? (of.unitsPerDay ?? 0) : of.competitors, r: radiusOf(of, most) },
          of,
        })),
        borderColor: colour,
        backgroundColor: `${colour}73`,
      })),
    },
    options: {
      ...common,
      scales: {
        x: linearAxis(palette, "Gap to the cheapest competitor, %", true),
        y: {
          ...upwards,
          beginAtZero: true,
          ticks: isSales ? upwards.ticks : { ...upwards.ticks, precision: 0 },
        },
      },
      plugins: {
        legend,
        tooltip: {
          ...tooltipColours(palette),
          callbacks: {
            label: ({ raw }) => {
              const { of } = raw as Bubble;
              const sold = of.unitsPerDay === null ? "" : `, ${number(of.unitsPerDay, 1)} units a day`;
              return `${of.title}: ${percentDelta(of.gapPct)}, ${plural(of.competitors, "competitor")}${sold}`;
            },
          },
        },
      },
    },
  };
}
