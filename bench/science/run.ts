import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { benchCpu, SKU_PASS_GATE } from "./cpu.ts";
import { benchM3 } from "./m3.ts";
import { benchNight, NIGHT_GATES } from "./night.ts";

const USAGE = `npm run bench:science -- [folder of the data sets] [--skus 100000]

Elasticities and forecasts on real data (oj_stores, oj_bds, completejourney, retail_price, m3: those that the folder
has), CPU per SKU, and a night over many SKUs on one core. Without a folder only the last two.`;

/** Prints a bench of its own and answers its last line. */
function runBench(file: string, folder: string): unknown {
  const output = execFileSync(process.execPath, [join(import.meta.dirname, file), folder], {
    encoding: "utf8",
    maxBuffer: 64 * 2 ** 20,
  });
  const lines = output.trimEnd().split("\n");
  console.log(lines.slice(0, -1).join("\n"));
  return JSON.parse(lines.at(-1)!);
}

function realData(root: string): Record<string, unknown> {
  const figures: Record<string, unknown> = {};
  const has = (...names: string[]) => names.every((name) => existsSync(join(root, name)));
  if (has("oj_stores", "oj_bds", "completejourney")) figures.elasticity = runBench("elasticity.ts", root);
  if (has("retail_price")) figures.retail = runBench("../retail.ts", join(root, "retail_price"));
  if (has("m3")) {
    const m3 = benchM3(join(root, "m3"));
    console.log("M3: sMAPE / MASE / 80 % coverage / ms of CPU a series");
    for (const [name, s] of Object.entries(m3))
      console.log(
        `  ${name.padEnd(9)} ${s.smape.toFixed(2)} / ${s.mase.toFixed(3)} / ${s.coverage80.toFixed(3)} / ` +
          `${s.cpuMsPerSeries.toFixed(2)}   theta ${THETA[name as keyof typeof m3]}`,
      );
    figures.m3 = m3;
  }
  return figures;
}

/** Published scores of the theta method, sMAPE / MASE, and the time R's implementation takes. */
const THETA = { monthly: "13.86 / 0.864, about 30 ms", quarterly: "9.20 / 1.117, about 30 ms" } as const;

function cpu() {
  const figures = benchCpu();
  console.log("CPU a SKU, microseconds");
  for (const [name, value] of Object.entries(figures))
    console.log(`  ${name.padEnd(20)} ${value.toFixed(1)}`);
  console.log(
    `  the pass is to stay below ${SKU_PASS_GATE}: ${figures.pass <= SKU_PASS_GATE ? "it does" : "IT DOES NOT"}`,
  );
  return figures;
}

function night(skus: number) {
  const figures = benchNight(skus);
  const { cpuSeconds, shardMegabytes, poolMegabytes } = figures;
  console.log(
    `a night over ${figures.skus} SKUs of ${figures.historyDays} days, shards of ${figures.shardSkus}`,
  );
  console.log(
    `  CPU ${cpuSeconds.toFixed(1)} s (gate ${NIGHT_GATES.cpuSeconds}): filter ${figures.filterSeconds.toFixed(1)}, ` +
      `pool ${figures.poolSeconds.toFixed(1)}, finish ${figures.finishSeconds.toFixed(1)}, ` +
      `decide ${figures.decideSeconds.toFixed(1)}; ${figures.resumed} filters went on from the night before`,
  );
  console.log(`  and ${figures.jsonSeconds.toFixed(1)} s for JSON, written and read`);
  console.log(
    `  memory ${shardMegabytes.toFixed(1)} MB a shard (gate ${NIGHT_GATES.shardMegabytes}), ` +
      `${poolMegabytes.toFixed(1)} MB to pool them all (the same gate)`,
  );
  return figures;
}

const words = process.argv.slice(2).filter((word) => word !== "--");
const at = words.indexOf("--skus");
const skus = at < 0 ? 100_000 : Number(words[at + 1]);
const root = words.find((word, i) => !word.startsWith("--") && i !== at + 1 - Number(at < 0) * words.length);
if (!Number.isInteger(skus) || skus < 1 || words.includes("--help")) {
  console.error(USAGE);
  process.exitCode = 1;
} else {
  const figures = { ...(root === undefined ? {} : realData(root)), cpu: cpu(), night: night(skus) };
  console.log(JSON.stringify(figures));
}
