import { join } from "node:path";
import { elasticityReport } from "../../domain/learning/elasticity/report.ts";
import { fitWeekly } from "../../domain/learning/elasticity/weekly.ts";
import type { WeeklySku } from "../../domain/runs/learned.ts";
import { ordinaryLeastSquares } from "../../test/domain/learning/elasticity/support/glm.ts";
import { completeJourney } from "./complete-journey.ts";
import { forecastWeekly } from "./forecast-weekly.ts";
import { groupOf, type JuiceRow, juiceSeries, readOrangeJuice } from "./orange-juice.ts";
import { heldOutError, learnJuice, type PromotionNames } from "./orange-juice-install.ts";
import { textbookChecks } from "./textbook.ts";

/**
 * Elasticity on store data: hold-out accuracy, calibration, stability of short windows, textbook
 * regressions. The weeks go the way of imported ones, through the functions of an elasticity run.
 */

const LAST_TRAINING_WEEK = 136;
const LAST_WEEK = 160;
const WINDOWS = [
  { name: "full", from: 40, lme4: 0.575, lme4Competitor: 0.55 },
  { name: "26 weeks", from: 111, lme4: 0.566, lme4Competitor: 0.553 },
  { name: "13 weeks", from: 124, lme4: 0.551, lme4Competitor: 0.557 },
] as const;

/** The promotions' columns, and the same under names that mean nothing. */
const NAMES: readonly PromotionNames[] = [
  ["deal", "feat"],
  ["zz", "a1"],
];

function holdOut(rows: readonly JuiceRow[], from: number) {
  const start = performance.now();
  const [learned, renamed] = NAMES.map((names) => learnJuice(rows, { from, to: LAST_TRAINING_WEEK }, names));
  const milliseconds = (performance.now() - start) / NAMES.length;
  const later = { from: LAST_TRAINING_WEEK + 1, to: LAST_WEEK };
  const differences = [...learned!].map(([sku, { state }]) =>
    Math.abs(state.mean[1]! - renamed!.get(sku)!.state.mean[1]!),
  );
  return {
    rmse: heldOutError(rows, later, learned!, NAMES[0]!),
    ...coverage(rows, from),
    renamedDifference: Math.max(...differences),
    milliseconds,
    learned: learned!,
  };
}

/** Shares of later weeks within the bands of the weekly fit. */
function coverage(rows: readonly JuiceRow[], from: number) {
  const fit = fitWeekly(juiceSeries(rows, from, LAST_TRAINING_WEEK));
  const states = new Map(fit.states.map((state) => [state.sku, state]));
  const total = { rows: 0, in80: 0, in95: 0 };
  for (const series of juiceSeries(rows, LAST_TRAINING_WEEK + 1, LAST_WEEK)) {
    const state = states.get(series.sku);
    if (state === undefined) continue;
    for (const row of series.periods) {
      const { ci80, ci95 } = forecastWeekly(fit, state, row);
      const z = Math.log(row.units);
      total.rows++;
      if (ci80[0] <= z && z <= ci80[1]) total.in80++;
      if (ci95[0] <= z && z <= ci95[1]) total.in95++;
    }
  }
  return { coverage80: total.in80 / total.rows, coverage95: total.in95 / total.rows };
}

/** Own elasticities of a short window against the same group's OLS on the weeks outside it. */
function elasticityError(rows: readonly JuiceRow[], from: number, learned: ReadonlyMap<string, WeeklySku>) {
  const outside = rows.filter(({ week }) => week < from || week > LAST_TRAINING_WEEK);
  const groups = Map.groupBy(outside, groupOf);
  let squares = 0;
  let wrong = 0;
  let compared = 0;
  for (const [sku, { state, prior }] of learned) {
    const own = groups.get(sku);
    if (own === undefined) continue;
    const regression = ordinaryLeastSquares(
      own.map(({ logPrice, deal, feat }) => [1, logPrice, deal, feat]),
      own.map(({ logUnits }) => logUnits),
    );
    const report = elasticityReport(state, prior, {
      asOf: "1992-01-01T00:00:00Z",
      modelVersion: "bench",
    });
    squares += (report.mean - regression.coefficients[1]!) ** 2;
    if (report.mean > 0) wrong++;
    compared++;
  }
  return { error: Math.sqrt(squares / compared), wrongSign: wrong / compared };
}

function orangeJuice(folder: string) {
  const rows = readOrangeJuice(folder);
  console.log("oj_stores: RMSE of ln sales, weeks 137..160 (58 stores × 11 brands)");
  console.log("  window     lme4  +competitor  ours   cover80 cover95  error  wrong  ms");
  return WINDOWS.map(({ name, from, lme4, lme4Competitor }) => {
    const { learned, ...held } = holdOut(rows, from);
    const short = name === "full" ? null : elasticityError(rows, from, learned);
    const figures = [held.rmse, held.coverage80, held.coverage95].map((value) => value.toFixed(3)).join("  ");
    const error =
      short === null ? "  -      -  " : `${short.error.toFixed(3)}  ${short.wrongSign.toFixed(4)}`;
    console.log(
      `  ${name.padEnd(9)} ${lme4.toFixed(3)}  ${lme4Competitor.toFixed(3)}        ${figures}   ${error} ` +
        held.milliseconds.toFixed(0),
    );
    return { window: name, ...held, ...short };
  });
}

const root = process.argv.slice(2).find((argument) => argument !== "--");
if (root === undefined) throw new Error("usage: node bench/science/elasticity.ts <folder of the data sets>");
const stores = orangeJuice(join(root, "oj_stores"));
const journey = completeJourney(join(root, "completejourney"));
console.log(
  `completejourney: RMSE of ln units ${journey.logNormal.rmse.toFixed(3)} log-normal, ` +
    `${journey.counts.rmse.toFixed(3)} counts, over ${journey.counts.rows} product-weeks ` +
    "(product mean 0.622, no pooling 0.595, lme4 0.580)",
);
const textbook = textbookChecks(join(root, "oj_bds"));
for (const { name, published, ours } of textbook) {
  console.log(`  ${name.padEnd(38)} ${published.toFixed(5)}  ${ours.toFixed(5)}`);
}
const textbookError = Math.max(...textbook.map(({ published, ours }) => Math.abs(published - ours)));
console.log(`oj_bds: largest difference from the textbook ${textbookError.toExponential(1)}`);
console.log(
  JSON.stringify({ stores, completeJourney: journey, textbook: { figures: textbook.length, textbookError } }),
);
