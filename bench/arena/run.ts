import { mkdirSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { chartOf } from "./chart.ts";
import { playScenario } from "./play.ts";
import { ACTIVE_SETTINGS } from "./policies.ts";
import { holds, regressionChecks } from "./regression.ts";
import { scenarioOf } from "./scenario.ts";
import { figuresOf, tableOf } from "./table.ts";

const CHARTS = ".wrangler/bench";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "1-20" },
    scenarios: { type: "string", default: "A,B" },
    check: { type: "boolean", default: false },
  },
});

/** Seeds from a list of numbers and ranges: "1-3,7" is 1, 2, 3, 7. */
function seedsOf(text: string): number[] {
  return text.split(",").flatMap((part) => {
    const [first, last = first] = part.split("-").map(Number);
    if (!Number.isInteger(first) || !Number.isInteger(last)) throw new RangeError(`bad seeds ${part}`);
    return Array.from({ length: last! - first! + 1 }, (_, k) => first! + k);
  });
}

if (values.check) {
  const checks = regressionChecks().map((check) => ({ ...check, holds: holds(check) }));
  console.table(checks);
  if (checks.some((check) => !check.holds)) process.exitCode = 1;
  console.log(JSON.stringify({ checks }));
} else {
  mkdirSync(CHARTS, { recursive: true });
  console.log(`default: a fresh install; active: ${JSON.stringify(ACTIVE_SETTINGS)}\n`);
  const scenarios: Record<string, ReturnType<typeof figuresOf>> = {};
  for (const name of values.scenarios.split(",")) {
    const result = playScenario(scenarioOf(name), seedsOf(values.seeds));
    console.log(`${tableOf(result)}\n`);
    const path = `${CHARTS}/arena-${name}.svg`;
    writeFileSync(path, chartOf(result));
    console.log(`chart: ${path}\n`);
    scenarios[name] = figuresOf(result);
  }
  console.log(JSON.stringify({ scenarios }));
}
