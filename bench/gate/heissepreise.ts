import { DEFAULT_SETTINGS } from "../../domain/settings/settings.ts";
import { emptyShard } from "../../domain/sku/shard.ts";
import { takeCall } from "../../domain/sku/take-call.ts";
import { ERROR_KINDS, type ErrorKind, inject, type Look } from "./inject.ts";
import { daily, type PriceSeries, readSeries } from "./series.ts";

/** Real price series replayed through the shard with known errors in them: what does the gate hold back? */

const SEEDS = [1, 2, 3, 4, 5];
const DAYS_MAX = 14;
const MINUTE_MS = 60_000;
/** A fall by up to this is a sale. */
const SALE_FROM = 0.68;
const SALE_TO = 0.72;

/** What the gate made of the looks at one kind of error. */
interface Tally {
  looks: number;
  caught: number;
}

interface Outcome {
  errors: Record<ErrorKind, Tally>;
  clean: Tally;
  sales: Tally;
}

function emptyOutcome(): Outcome {
  const tally = () => ({ looks: 0, caught: 0 });
  const errors = Object.fromEntries(ERROR_KINDS.map((kind) => [kind, tally()])) as Record<ErrorKind, Tally>;
  return { errors, clean: tally(), sales: tally() };
}

/** Replays one series as a competitor of one product of ours, each look a minute after it was made. */
function replay(series: PriceSeries, looks: readonly Look[], outcome: Outcome): void {
  const shard = emptyShard();
  const sku = series.id;
  const ours = {
    sku,
    title: sku,
    currency: "EUR",
    price: series.points.at(-1)!.price,
    active: true,
    stock: null,
    sensitivity: null,
    version: 1,
  };
  let before: Look | null = null;
  for (const [i, look] of looks.entries()) {
    const { price, at: observedAt } = look;
    const now = observedAt + MINUTE_MS;
    const row = {
      row: 0,
      sku,
      competitor: "rival",
      price,
      landedPrice: price,
      availability: "in_stock" as const,
      observedAt,
    };
    const chunk = {
      kind: "observations" as const,
      chunkId: `s#${i}`,
      source: "s",
      receivedAt: now,
      rows: [row],
    };
    const call = { now, settings: DEFAULT_SETTINGS.signals, ours: [ours], chunks: [chunk] };
    const { answer } = takeCall(shard, call);
    const caught = answer.verdicts[0]?.verdicts[0]?.verdict === "quarantined";
    count(look.error === null ? outcome.clean : outcome.errors[look.error], caught);
    const isClean = look.error === null && before?.error === null;
    const change = before === null ? 1 : price / before.price;
    if (isClean && change >= SALE_FROM && change <= SALE_TO) count(outcome.sales, caught);
    before = look;
  }
}

function count(tally: Tally, caught: boolean): void {
  tally.looks++;
  if (caught) tally.caught++;
}

function scores({ errors, clean, sales }: Outcome) {
  const all = Object.values(errors);
  const looks = all.reduce((sum, tally) => sum + tally.looks, 0);
  const caught = all.reduce((sum, tally) => sum + tally.caught, 0);
  const precision = caught / (caught + clean.caught);
  const recall = caught / looks;
  return {
    f1: (2 * precision * recall) / (precision + recall),
    precision,
    recall,
    falseShare: clean.caught / clean.looks,
    salesHeld: sales.caught,
    sales: sales.looks,
    recallByKind: Object.fromEntries(
      ERROR_KINDS.map((kind) => [kind, errors[kind].caught / errors[kind].looks]),
    ),
  };
}

const folder = process.argv.slice(2).find((argument) => argument !== "--");
if (folder === undefined) throw new Error("usage: npm run bench:gate -- <folder with prices_long.csv>");
const changes = readSeries(folder).filter(({ points }) => points.length > 0);
const samplings = { changes, daily: changes.map((series) => daily(series, DAYS_MAX)) };
const figures: Record<string, ReturnType<typeof scores>> = {};
const percent = (share: number) => `${(share * 100).toFixed(1)}`.padStart(8);
console.log(
  `${"sampling  seed".padEnd(16)}${ERROR_KINDS.map((k) => k.padStart(8)).join("")}      F1  false%  sales`,
);
for (const [sampling, series] of Object.entries(samplings)) {
  const total = emptyOutcome();
  for (const seed of SEEDS) {
    const outcome = emptyOutcome();
    for (const one of series) {
      const looks = inject(one, seed);
      replay(one, looks, outcome);
    }
    tell(`${sampling}  ${seed}`, scores(outcome));
    add(total, outcome);
  }
  figures[sampling] = scores(total);
  tell(`${sampling}  all`, figures[sampling]);
}
console.log(JSON.stringify(figures));

function add(total: Outcome, outcome: Outcome): void {
  const pairs: [Tally, Tally][] = [
    [total.clean, outcome.clean],
    [total.sales, outcome.sales],
    ...ERROR_KINDS.map((kind): [Tally, Tally] => [total.errors[kind], outcome.errors[kind]]),
  ];
  for (const [sum, part] of pairs) {
    sum.looks += part.looks;
    sum.caught += part.caught;
  }
}

function tell(
  name: string,
  { f1, falseShare, recallByKind, salesHeld, sales }: ReturnType<typeof scores>,
): void {
  const kinds = ERROR_KINDS.map((kind) => percent(recallByKind[kind] ?? Number.NaN)).join("");
  console.log(
    `${name.padEnd(16)}${kinds}  ${f1.toFixed(3)}  ${(falseShare * 100).toFixed(3)}  ${salesHeld}/${sales}`,
  );
}
