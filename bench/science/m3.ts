/**
 * The general forecaster on the M3 competition (Makridakis & Hibon 2000): monthly (h = 18) and quarterly (h =
 * 8).
 *
 * usage: node bench/science/m3.ts <folder with m3_monthly.csv.gz and m3_quarterly.csv.gz> columns of the
 * files: id, period, freq, h, start, part (train | test), t, value
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";
import { forecast } from "./forecasting/forecast.ts";

interface Series {
  frequency: number;
  horizon: number;
  train: number[];
  test: number[];
}

export interface SeriesScores {
  series: number;
  smape: number;
  mase: number;
  coverage80: number;
  coverage95: number;
  /** wall clock, which other processes lengthen, and processor time of all threads */
  msPerSeries: number;
  cpuMsPerSeries: number;
}

/** published and R figures to read ours against: sMAPE / MASE */
const REFERENCE = {
  monthly: { theta: [13.86, 0.864], naive2: [16.76, 1.04] },
  quarterly: { theta: [9.2, 1.117], ets: [9.68, 1.17], naive2: [10.03, 1.25] },
} as const;

function read(file: string): Series[] {
  const byId = new Map<string, Series>();
  const lines = gunzipSync(readFileSync(file)).toString("utf8").trim().split("\n").slice(1);
  for (const line of lines) {
    const [id, , frequency, horizon, , part, , value] = line.split(",") as string[];
    let series = byId.get(id!);
    if (!series) {
      series = { frequency: Number(frequency), horizon: Number(horizon), train: [], test: [] };
      byId.set(id!, series);
    }
    (part === "train" ? series.train : series.test).push(Number(value));
  }
  return [...byId.values()];
}

/** Mean |y_t − y_{t−m}| of the training part, the scale of MASE (Hyndman & Koehler 2006, IJF 22). */
function seasonalNaiveError(train: readonly number[], frequency: number): number {
  let sum = 0;
  for (let t = frequency; t < train.length; t++) sum += Math.abs(train[t]! - train[t - frequency]!);
  return sum / (train.length - frequency);
}

function score(set: readonly Series[]): SeriesScores {
  const total = { smape: 0, mase: 0, in80: 0, in95: 0, steps: 0 };
  let elapsed = 0;
  let processor = 0;
  for (const { train, test, frequency, horizon } of set) {
    const startCpu = process.cpuUsage();
    const start = performance.now();
    const result = forecast(train, frequency, horizon);
    elapsed += performance.now() - start;
    const used = process.cpuUsage(startCpu);
    processor += (used.user + used.system) / 1000;
    const scale = seasonalNaiveError(train, frequency);
    test.forEach((actual, step) => {
      const error = Math.abs(actual - result.mean[step]!);
      total.smape += (200 * error) / (Math.abs(actual) + Math.abs(result.mean[step]!)) / horizon;
      total.mase += error / scale / horizon;
      if (actual >= result.lo80[step]! && actual <= result.hi80[step]!) total.in80++;
      if (actual >= result.lo95[step]! && actual <= result.hi95[step]!) total.in95++;
      total.steps++;
    });
  }
  return {
    series: set.length,
    smape: total.smape / set.length,
    mase: total.mase / set.length,
    coverage80: total.in80 / total.steps,
    coverage95: total.in95 / total.steps,
    msPerSeries: elapsed / set.length,
    cpuMsPerSeries: processor / set.length,
  };
}

/** Scores of both sets in `folder`. */
export function benchM3(folder: string): { monthly: SeriesScores; quarterly: SeriesScores } {
  return {
    monthly: score(read(join(folder, "m3_monthly.csv.gz"))),
    quarterly: score(read(join(folder, "m3_quarterly.csv.gz"))),
  };
}

function print(name: "monthly" | "quarterly", s: SeriesScores): void {
  const cells = [s.smape.toFixed(3), s.mase.toFixed(4), s.coverage80.toFixed(3), s.coverage95.toFixed(3)];
  console.log(
    `| ${name} (${s.series}) | ours | ${cells.join(" | ")} | ${s.msPerSeries.toFixed(3)} | ${s.cpuMsPerSeries.toFixed(3)} |`,
  );
  for (const [method, [smape, mase]] of Object.entries(REFERENCE[name])) {
    console.log(`| | ${method} | ${smape} | ${mase} | | | | |`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const folder = process.argv[2];
  if (!folder) throw new Error("usage: node bench/science/m3.ts <folder>");
  const scores = benchM3(folder);
  console.log(
    "| set | method | sMAPE | MASE | 80 % | 95 % | ms/series | CPU ms |\n| --- | --- | --- | --- | --- | --- | --- | --- |",
  );
  print("monthly", scores.monthly);
  print("quarterly", scores.quarterly);
  console.log(JSON.stringify({ m3: scores }));
}
