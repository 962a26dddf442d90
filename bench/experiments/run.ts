import { parseArgs } from "node:util";
import { holdOutCoverage } from "./hold-out.ts";
import { plannedDays, playTests } from "./price-tests.ts";

const USAGE = `npm run bench:experiments -- [--aa 2000] [--lifts 60] [--holdouts 500]

Price tests and the hold-out on simulated shops. A/A tests are looked at every day (switchbacks after each two periods) and
may reject at none more than 5 %. A true lift of 2 % of profit has to be found in the planned time in four tests of five.
The hold-out's interval of what repricing earned has to hold the truth in 93 to 97 % of the shops.`;

const { values } = parseArgs({
  options: {
    aa: { type: "string", default: "2000" },
    lifts: { type: "string", default: "60" },
    holdouts: { type: "string", default: "500" },
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

const aa = Number(values.aa);
const matched = playTests("matched", { runs: aa, clusters: 60, days: 56 });
console.log(`A/A, 30 matched pairs, 56 days, ${aa} runs: ${percent(matched.rejected)} reject at some time`);
const switched = playTests("switchback", { runs: aa, clusters: 60, days: 56 });
console.log(`A/A, switchback of 60 clusters, ${aa} runs: ${percent(switched.rejected)} reject at some time`);

const days = plannedDays("switchback", CLUSTERS, LIFT);
const lifts = playTests("switchback", {
  ...{ runs: Number(values.lifts), clusters: CLUSTERS, days: days ?? 84, lift: LIFT, firstSeed: 50_001 },
});
console.log(
  `a lift of 2 %, switchback of ${CLUSTERS} clusters, planned for ${days} days, ${lifts.runs} runs: ` +
    `found in ${percent(lifts.rejected)}, half of them by day ${lifts.medianDay}, interval holds the truth in ` +
    `${percent(lifts.covered)}`,
);

const holdOut = holdOutCoverage(Number(values.holdouts), 0.07);
console.log(
  `hold-out of 7 % of 600 products, ${holdOut.seeds} shops: interval holds the truth in ${percent(holdOut.coverage)}, ` +
    `± ${percent(holdOut.halfWidth)} of profit wide`,
);

console.log(
  JSON.stringify({
    aaMatched: matched.rejected,
    aaSwitchback: switched.rejected,
    ...{ plannedDays: days, liftFound: lifts.rejected, liftCovered: lifts.covered },
    holdOutCoverage: holdOut.coverage,
    holdOutHalfWidth: holdOut.halfWidth,
  }),
);
