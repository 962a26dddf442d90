import { parseArgs } from "node:util";
import { median } from "../../domain/base/quantile.ts";
import { stringHash } from "../../domain/base/sharding.ts";
import { ERROR_KINDS, inject, STAYS, type Stay } from "./inject.ts";
import { holdsStoreWeeks, readStoreWeeks } from "./oj-stores.ts";
import { replay } from "./replay.ts";
import { addInto, countInto, type Outcome, READINGS, recallOf, scoresOf, tallyOf } from "./scores.ts";
import { daily, type PriceSeries, paired, readSeries } from "./series.ts";

/** Real price series replayed through the shard with known errors in them: what does the gate hold back? */

const DAYS_MAX = 14;

/** One way to replay: which looks there are, how errors stay, who else asks a price, and what we ask. */
interface Protocol {
  sampling: "changes" | "daily";
  stay: Stay;
  market: "alone" | "pairs";
  ours: "last" | "first" | "median";
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: "string", default: "1-5" },
    half: { type: "string", default: "all" },
    all: { type: "boolean", default: false },
  },
});
const folder = positionals[0];
if (folder === undefined)
  throw new Error("usage: npm run bench:gate -- <folder> [--seeds 1-5] [--half a|b|all] [--all]");
const [firstSeed = 1, lastSeed = firstSeed] = values.seeds.split("-").map(Number);
const seeds = Array.from({ length: lastSeed - firstSeed + 1 }, (_, i) => firstSeed + i);
const series = holdsStoreWeeks(folder) ? readStoreWeeks(folder) : readSeries(folder);
const products = paired(folder, series).filter(
  ([one]) => values.half === "all" || (stringHash(one!.id) % 2 === 0) === (values.half === "a"),
);

const OUR_PRICE = {
  last: ({ points }: PriceSeries) => points.at(-1)!.price,
  first: ({ points }: PriceSeries) => points[0]!.price,
  median: ({ points }: PriceSeries) => Math.round(median(points.map(({ price }) => price))),
};

function outcomeOf(seed: number, { sampling, stay, market, ours }: Protocol): Outcome {
  const outcome: Outcome = new Map();
  const markets = market === "pairs" ? products : products.flat().map((one) => [one]);
  for (const competitors of markets) {
    const [own] = competitors;
    const looks = competitors.map((series) =>
      inject(sampling === "daily" ? daily(series, DAYS_MAX) : series, seed, stay),
    );
    countInto(outcome, replay(own!.id, OUR_PRICE[ours](own!), looks));
  }
  return outcome;
}

const samplings = ["changes", "daily"] as const;
const main = samplings.map(
  (sampling): Protocol => ({ sampling, stay: "level", market: "alone", ours: "last" }),
);
const others = samplings.flatMap((sampling): Protocol[] => [
  ...STAYS.slice(1).map((stay): Protocol => ({ sampling, stay, market: "alone", ours: "last" })),
  { sampling, stay: "level", market: "pairs", ours: "last" },
  { sampling, stay: "level", market: "alone", ours: "first" },
  { sampling, stay: "level", market: "alone", ours: "median" },
]);

const percent = (share: number) => (Number.isNaN(share) ? "-" : (share * 100).toFixed(1)).padStart(8);
const PARTS = ["", "/1/", "/3/", "early", "late"];
const figures: object[] = [];
console.log(
  `protocol${" ".repeat(22)}F1 ${READINGS.join("/")}   (least)  prec.  false%  sales held  deep drops held, of them and of all looks`,
);
for (const protocol of values.all ? [...main, ...others] : main) {
  const total: Outcome = new Map();
  let least = 1;
  for (const seed of seeds) {
    const outcome = outcomeOf(seed, protocol);
    least = Math.min(least, scoresOf(outcome, "rows").f1);
    addInto(total, outcome);
  }
  const f1s = READINGS.map((reading) => scoresOf(total, reading).f1.toFixed(3)).join(" ");
  const { precision, falseShare } = scoresOf(total, "rows");
  const [sales, drops, looks] = [
    tallyOf(total, "sales"),
    tallyOf(total, "drops"),
    tallyOf(total, "clean", "after"),
  ];
  const dropsHeldShare = drops.caught / looks.looks;
  figures.push({ ...protocol, ...scoresOf(total, "rows"), least, drops, dropsHeldShare });
  console.log(
    `${Object.values(protocol).join(" ").padEnd(28)}  ${f1s}   (${least.toFixed(3)}) ${percent(precision)}  ` +
      `${(falseShare * 100).toFixed(3)}  ${sales.caught}/${sales.looks}  ${drops.caught}/${drops.looks} ${(dropsHeldShare * 100).toFixed(3)}%`,
  );
  if (protocol.stay === "level" && protocol.ours === "last")
    for (const part of PARTS)
      console.log(
        `  recall ${part.padEnd(8)}${ERROR_KINDS.map((kind) => `${kind} ${percent(recallOf(total, kind, part)).trim()}`).join("  ")}`,
      );
}
console.log(JSON.stringify(figures));
