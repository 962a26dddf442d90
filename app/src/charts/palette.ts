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

/** How many competitors a chart tells apart; the rest are in the table beside it. */
export const COMPETITORS_MAX = 6;

/** The family of every label on a canvas: the page's own. */
export const FONT_FAMILY =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
