import type { Estimates } from "./estimates.ts";
import type { ShopFigures } from "./figures.ts";

/** A column of a table: what it is called, how wide it is, and its cell. */
interface Column<T> {
  readonly title: string;
  readonly width: number;
  cell(row: T): string;
}

const NAME_WIDTH = 22;

/** Signed, as a person reads it; of nothing a dash. */
function signed(value: number, digits: number): string {
  if (!Number.isFinite(value)) return "–";
  const text = Math.abs(value).toFixed(digits);
  const sign = Number(text) === 0 ? "" : value > 0 ? "+" : "−";
  return `${sign}${text}`;
}

const percent = (value: number): string => signed(100 * value, 2);

function share(value: number): string {
  return Number.isFinite(value) ? value.toFixed(2) : "–";
}

const ESTIMATES: readonly Column<Estimates>[] = [
  { title: "bias", width: 7, cell: ({ bias }) => signed(bias, 2) },
  { title: "rmse", width: 6, cell: ({ rmse }) => rmse.toFixed(2) },
  { title: "sd said", width: 8, cell: ({ sd }) => sd.toFixed(2) },
  { title: "cover 95", width: 9, cell: ({ coverage95 }) => share(coverage95) },
  { title: "80", width: 5, cell: ({ coverage80 }) => share(coverage80) },
  { title: "flagged", width: 8, cell: ({ flagged }) => share(flagged) },
  { title: "identified", width: 11, cell: ({ identified }) => share(identified) },
];

/** Less than this is no gain to take a part of. */
const NO_GAIN = 0.005;

const CLOSED: readonly Column<ShopFigures>[] = [
  { title: "profit %", width: 9, cell: ({ profit }) => percent(profit) },
  { title: "±", width: 6, cell: ({ profitHalfWidth: width }) => (width ? (100 * width).toFixed(2) : "–") },
  { title: "experiments", width: 12, cell: ({ experiments }) => percent(experiments) },
  { title: "oracle", width: 7, cell: ({ oracle }) => percent(oracle) },
  {
    title: "part",
    width: 6,
    cell: ({ profit, oracle }) => (oracle < NO_GAIN ? "–" : signed(profit / oracle, 2)),
  },
  { title: "OLS", width: 8, cell: ({ ols }) => percent(ols) },
  ...ESTIMATES,
  { title: "bias end", width: 9, cell: ({ biasEnd }) => signed(biasEnd, 2) },
  { title: "95 end", width: 7, cell: ({ coverage95End }) => share(coverage95End) },
  { title: "P said", width: 7, cell: ({ pGainSaid }) => share(pGainSaid) },
  { title: "true", width: 5, cell: ({ pGainTrue }) => share(pGainTrue) },
  { title: "moves", width: 7, cell: ({ moves }) => moves.toFixed(3) },
  { title: "tried", width: 7, cell: ({ tried }) => tried.toFixed(3) },
];

const SECONDS: Column<{ seconds: number }> = {
  title: "s/seed",
  width: 7,
  cell: ({ seconds }) => seconds.toFixed(1),
};

/** A table that is printed row by row as the shops are done. */
export interface Table<T> {
  readonly header: string;
  row(name: string, figures: T): string;
}

function tableOf<T>(columns: readonly Column<T>[]): Table<T> {
  const line = (name: string, cells: readonly string[]) =>
    name.padEnd(NAME_WIDTH) + cells.map((cell, c) => cell.padStart(columns[c]!.width)).join("");
  return {
    header: line(
      "shop",
      columns.map(({ title }) => title),
    ),
    row: (name, figures) =>
      line(
        name,
        columns.map(({ cell }) => cell(figures)),
      ),
  };
}

export const CLOSED_TABLE: Table<ShopFigures> = tableOf<ShopFigures>([...CLOSED, SECONDS]);
export const OPEN_TABLE: Table<Estimates & { seconds: number }> = tableOf<Estimates & { seconds: number }>([
  ...ESTIMATES,
  SECONDS,
]);

/** Numbers of the last line, short enough to read; what is not a number there is null. */
export function rounded<T>(figures: T): T {
  return JSON.parse(
    JSON.stringify(figures, (_, value: unknown) =>
      typeof value === "number" && Number.isFinite(value) ? Number(value.toFixed(5)) : value,
    ),
  ) as T;
}
