import { parseArgs } from "node:util";
import { outcomeCalibration } from "./calibration.ts";
import { drawnClasses } from "./drawn-effects.ts";
import { detectionDays, falseAlarms, INJECTIONS } from "./drift.ts";
import { holdOutCoverage } from "./hold-out.ts";
import { plannedDays, playTests } from "./price-tests.ts";

const USAGE = `npm run bench:experiments -- [--aa 2000] [--lifts 60] [--holdouts 500] [--markets 6] [--drawn 300] [--drift 24]

Price tests and the hold-out on simulated shops. A/A tests are looked at every day (switchbacks after each two periods) and
may reject at none more than 5 %. A true lift of 2 % of profit has to be found in the planned time in four tests of five.
The hold-out's interval of what repricing earned has to hold the truth in 93 to 97 % of the shops. What was said of a changed
price's chance to gain has to be within .05 of what came, over all classes. What the page of outcomes says came has to be within
.05 of the truth, or it says that it cannot tell; its intervals have to hold the truth as often as they say. Of drift there may be one false alarm in 90 days, and
each kind has to be found within the days of the settings. 0 leaves a part out.`;

const { values } = parseArgs({
  options: {
    aa: { type: "string", default: "2000" },
    lifts: { type: "string", default: "60" },
    holdouts: { type: "string", default: "500" },
    markets: { type: "string", default: "6" },
    drawn: { type: "string", default: "300" },
    drift: { type: "string", default: "24" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit();
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const LIFT = 0.02;
const CLUSTERS = 4_000;
const CALIBRATED_DAYS = 120;
const DRIFT_DAYS = 90;

function aaTests(runs: number) {
  const matched = playTests("matched", { runs, clusters: 60, days: 56 });
  console.log(
    `A/A, 30 matched pairs, 56 days, ${runs} runs: ${percent(matched.rejected)} reject at some time`,
  );
  const switched = playTests("switchback", { runs, clusters: 60, days: 56 });
  console.log(
    `A/A, switchback of 60 clusters, ${runs} runs: ${percent(switched.rejected)} reject at some time`,
  );
  return { aaMatched: matched.rejected, aaSwitchback: switched.rejected };
}

function liftTests(runs: number) {
  const days = plannedDays("switchback", CLUSTERS, LIFT);
  const lifts = playTests("switchback", {
    ...{ runs, clusters: CLUSTERS, days: days ?? 84, lift: LIFT, firstSeed: 50_001 },
  });
  console.log(
    `a lift of 2 %, switchback of ${CLUSTERS} clusters, planned for ${days} days, ${runs} runs: ` +
      `found in ${percent(lifts.rejected)}, half of them by day ${lifts.medianDay}, interval holds the truth in ` +
      `${percent(lifts.covered)}`,
  );
  return { plannedDays: days, liftFound: lifts.rejected, liftCovered: lifts.covered };
}

function holdOuts(shops: number) {
  const { coverage, halfWidth } = holdOutCoverage(shops, 0.07);
  console.log(
    `hold-out of 7 % of 600 products, ${shops} shops: interval holds the truth in ${percent(coverage)}, ` +
      `± ${percent(halfWidth)} of profit wide`,
  );
  return { holdOutCoverage: coverage, holdOutHalfWidth: halfWidth };
}

function outcomes(markets: number) {
  const { decisions, classes, ...found } = outcomeCalibration(markets, CALIBRATED_DAYS);
  const range = ([from, to]: readonly number[]) => `${percent(from!)} to ${percent(to!)}`;
  for (const { from, to, n, said, came, interval95, truth, profit, trueProfit } of classes)
    console.log(
      `${from === 0 && to === 1 ? "prices tried to learn" : `said to gain with ${from} to ${to}`}: ${n}, ` +
        `said ${percent(said)}; the page says ${came === null ? "it cannot tell" : percent(came)}, ` +
        `${range(interval95)}; truth ${percent(truth)}. Profit: ${
          profit === null
            ? "too few"
            : `said ${percent(profit.said)}, the page says ${percent(profit.came)}, ${range(profit.interval95)}`
        }; truth ${percent(trueProfit)}`,
    );
  return { outcomes: decisions, ...found };
}

function drawn(classes: number) {
  const found = drawnClasses(Math.ceil(classes / 6));
  console.log(
    `classes with drawn effects: the interval of the share that gained has the truth in ${percent(found.covered)}, ` +
      `told of ${percent(found.told)}, of which within five points ${percent(found.toldWithin)}`,
  );
  return { drawn: found };
}

function drift(seeds: number) {
  const alarms = falseAlarms(seeds, DRIFT_DAYS);
  console.log(
    `drift, ${seeds} shops in which nothing goes wrong: ${alarms.toFixed(2)} alarms in ${DRIFT_DAYS} days`,
  );
  const foundBy = INJECTIONS.map((injection) => {
    const days = detectionDays(injection, Math.max(5, Math.ceil(seeds / 4)));
    console.log(`drift of ${injection}: found after ${days.map((day) => day ?? "never").join(", ")} days`);
    return [injection, days.includes(null) ? null : Math.max(...days.map(Number))] as const;
  });
  return { falseAlarms: alarms, driftFoundAfterDays: Object.fromEntries(foundBy) };
}

const parts = [
  ["aa", aaTests],
  ["lifts", liftTests],
  ["holdouts", holdOuts],
  ["markets", outcomes],
  ["drawn", drawn],
  ["drift", drift],
] as const;
const figures = parts.map(([name, play]) => (Number(values[name]) > 0 ? play(Number(values[name])) : {}));
console.log(JSON.stringify(Object.assign({ bench: "experiments" }, ...figures)));
