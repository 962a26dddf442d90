import type { ScenarioResult } from "./play.ts";
import { SCORED_DAYS } from "./world.ts";

const WIDTH = 900;
const HEIGHT = 420;
const MARGIN = { left: 60, right: 190, top: 40, bottom: 40 };
const COLOURS = [
  "#7f7f7f",
  "#bcbd22",
  "#8c564b",
  "#e377c2",
  "#17becf",
  "#9467bd",
  "#ff7f0e",
  "#aec7e8",
  "#2ca02c",
  "#1f77b4",
  "#393b79",
  "#d62728",
];

/**
 * SVG of cumulative profit as a share of the oracle's to the same day, a line per policy: the oracle is the top edge.
 */
export function chartOf({ scenario, curves }: ScenarioResult): string {
  const oracle = curves.oracle!;
  const names = Object.keys(curves).filter((name) => name !== "oracle");
  const low = 0.7;
  const x = (day: number): number =>
    MARGIN.left + ((WIDTH - MARGIN.left - MARGIN.right) * day) / (SCORED_DAYS - 1);
  const y = (share: number): number => {
    const inside = Math.min(1, Math.max(0, (share - low) / (1 - low)));
    return HEIGHT - MARGIN.bottom - (HEIGHT - MARGIN.top - MARGIN.bottom) * inside;
  };
  const lines = names.map((name, k) => {
    const points = Array.from(
      curves[name]!,
      (value, day) => `${x(day).toFixed(1)},${y(value / oracle[day]!).toFixed(1)}`,
    );
    return `<polyline fill="none" stroke="${COLOURS[k % COLOURS.length]}" stroke-width="2" points="${points.join(" ")}"/>`;
  });
  const legend = names.map((name, k) => {
    const final = curves[name]!.at(-1)! / oracle.at(-1)!;
    const top = MARGIN.top + 18 * (names.length - k);
    return `<text x="${WIDTH - MARGIN.right + 12}" y="${top}" fill="${COLOURS[k % COLOURS.length]}">${name} ${final.toFixed(3)}</text>`;
  });
  const grid = [0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1].map(
    (share) =>
      `<line x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${y(share)}" y2="${y(share)}" stroke="#ddd"/>` +
      `<text x="${MARGIN.left - 8}" y="${y(share) + 4}" text-anchor="end">${share.toFixed(2)}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<text x="${MARGIN.left}" y="22" font-size="15">Scenario ${scenario.name}, ${scenario.title}: cumulative profit over the oracle's, by day</text>`,
    ...grid,
    ...lines,
    ...legend,
    `<text x="${MARGIN.left}" y="${HEIGHT - 12}">day 1 of ${SCORED_DAYS} (below ${low}: cut off)</text>`,
    "</svg>",
    "",
  ].join("\n");
}
