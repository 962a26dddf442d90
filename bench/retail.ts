import { pooledEffects } from "../domain/learning/elasticity/pool.ts";
import { elasticityReport } from "../domain/learning/elasticity/report.ts";
import type { ElasticitySeries } from "../domain/learning/elasticity/series.ts";
import { fitCounts, holdOutLogUnits } from "./science/count-fit.ts";
import { dailySeries, monthlySeries, readRetail } from "./science/retail-data.ts";

/** Hold-out check on the retail price file: fit on months 0..15, predict ln quantity of the later months. */

const LAST_TRAINING_MONTH = 15;
const REFERENCES: readonly [string, number][] = [
  ["complete pooling with competitor", 1.034],
  ["lme4 random intercept", 1.095],
  ["product mean", 1.19],
  ["OLS per product", 1.42],
];

/** Elasticities from the whole file, as a shop's daily rows and as months. */
function elasticities(catalogue: readonly ElasticitySeries[]) {
  const { hyper, priors, states } = fitCounts(catalogue);
  const reports = states.map((state, i) =>
    elasticityReport(state, priors[i]!, { asOf: "2018-08-31T00:00:00Z", modelVersion: "bench" }),
  );
  const varied = states.map(({ price }) => price.max - price.min > Math.log(1.05));
  return {
    products: reports.length,
    positive: reports.filter(({ mean }) => mean > 0).length,
    notBelowPrior: reports.filter(({ sd, priorSd }, i) => varied[i] && !(sd < priorSd)).length,
    meanRange: [Math.min(...reports.map(({ mean }) => mean)), Math.max(...reports.map(({ mean }) => mean))],
    ...pooledEffects(hyper),
  };
}

const folder = process.argv.slice(2).find((argument) => argument !== "--");
if (folder === undefined) throw new Error("usage: npm run bench:retail -- <folder with retail_price.csv>");
const rows = readRetail(folder);
const held = holdOutLogUnits(
  monthlySeries(rows.filter(({ month }) => month <= LAST_TRAINING_MONTH)),
  monthlySeries(rows.filter(({ month }) => month > LAST_TRAINING_MONTH)),
);
const daily = elasticities(dailySeries(rows));
const monthly = elasticities(monthlySeries(rows));
console.log(`RMSE of ln quantity, ${held.rows} product-months of ${held.skus} products`);
for (const [name, rmse] of REFERENCES) console.log(`  ${name.padEnd(36)} ${rmse.toFixed(3)}`);
console.log(
  `  ${"filter + two-level pooling".padEnd(36)} ${held.rmse.toFixed(3)}  (bias ${held.bias.toFixed(3)})`,
);
for (const [name, result] of Object.entries({ daily, monthly })) {
  const { own, competitor } = result;
  console.log(
    `${name}: ${result.products} elasticities, ${result.positive} positive, own ${own.mean.toFixed(2)} ± ` +
      `${own.sd.toFixed(2)}, competitor ${competitor.mean.toFixed(2)} ± ${competitor.sd.toFixed(2)} ` +
      `(${competitor.identified ? "identified" : "not identified"})`,
  );
}
console.log(JSON.stringify({ ...held, daily, monthly }));
