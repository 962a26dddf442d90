import { filterWorkspace, stepFilter } from "../../domain/learning/elasticity/filter.ts";
import { weekdayOf } from "../../domain/learning/elasticity/series.ts";
import { cloneState, DEFAULT_CONFIG } from "../../domain/learning/elasticity/state.ts";
import { FLAT_WEEK } from "../../domain/learning/forecasting/demand-state.ts";
import { FLAT_HOURS } from "../../domain/learning/forecasting/hour-profile.ts";
import { decidePrice } from "../../domain/pricing/decision/decide.ts";
import { filterSkus, finishSkus, poolInput, poolSkus } from "../../domain/runs/elasticity-run.ts";
import { identifiedFilters } from "../../domain/runs/identify.ts";
import { forecastClock } from "../../domain/runs/intraday-forecast.ts";
import type { SkuSnapshot } from "../../domain/runs/learned.ts";
import { clockOf, problemOf } from "../../domain/runs/propose.ts";
import { forecastSku } from "../../domain/runs/sku-forecast.ts";
import { manifestOf, pricedProduct, skuSnapshot, TODAY } from "./catalogue.ts";

const SKUS = 1_000;
const HISTORY_DAYS = 120;
const ROUNDS = 12;
/** CPU that one SKU's night may take without pooling. */
export const SKU_PASS_GATE = 100;

/** Microseconds of CPU a SKU, each the best of some rounds: what the code costs, not what else the machine does. */
export interface CpuFigures {
  /** one day's update of the filter */
  update: number;
  /** the whole history filtered from its start, per day of it */
  filterPerDay: number;
  pool: number;
  /** 14 days, 6 hours, stock-out, cheapest competitor a week ahead, followers */
  forecast: number;
  optimiseAndExplain: number;
  /** update, forecast, optimise and explain */
  pass: number;
}

function microseconds(count: number, work: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / count);
  }
  return best;
}

/** CPU per SKU of every step of the night. */
export function benchCpu(): CpuFigures {
  const snapshots = Array.from({ length: SKUS }, (_, i) => skuSnapshot(i, HISTORY_DAYS));
  const manifest = manifestOf("elasticity", SKUS);
  const filtered = identifiedFilters(snapshots, manifest);
  const inputs = filtered.map((sku, i) => poolInput(sku!, snapshots[i]!, manifest));
  const learned = poolSkus(inputs, manifest);
  const finished = finishSkus(snapshots, filtered, learned, manifest);

  const states = filtered.map((sku) => cloneState(sku!.state));
  const work = filterWorkspace();
  let t = TODAY;
  const update = microseconds(SKUS, () => {
    for (const state of states)
      stepFilter(
        state,
        { t, units: 3, logPrice: state.price.last, logCompetitor: null, exposure: 1 },
        work,
        DEFAULT_CONFIG,
      );
    t++;
  });
  const filterPerDay = microseconds(SKUS * HISTORY_DAYS, () => filterSkus(snapshots, manifest));
  const pool = microseconds(SKUS, () => poolSkus(inputs, manifest));

  const clock = forecastClock(manifest);
  const yesterday = (snapshot: SkuSnapshot, i: number) => ({
    ...snapshot,
    track: { ...finished[i]!.track, day: TODAY - 2 },
    filter: {
      logMean: finished[i]!.report!.demand.logMean,
      logVariance: finished[i]!.report!.demand.logVar,
      dispersion: Math.max(1, finished[i]!.report!.demand.phi),
      levelNoise: DEFAULT_CONFIG.levelNoise["quasi-poisson"],
      weekday: FLAT_WEEK.with(weekdayOf(TODAY), 0.1),
    },
    category: null,
    elasticity: -2,
    holidays: {},
    profile: FLAT_HOURS,
  });
  const forecastInputs = snapshots.map(yesterday);
  const forecast = microseconds(SKUS, () => {
    for (const input of forecastInputs) forecastSku(input, clock);
  });

  const decisionClock = clockOf(manifest);
  const problems = snapshots.map((snapshot, i) => {
    const { demand } = finished[i]!.forecast;
    const own = pricedProduct(snapshot, {
      elasticity: finished[i]!.report,
      forecast: {
        asOf: manifest.asOf,
        daily: demand!.daily.mean,
        price: snapshot.price,
        expectedCheapest: null,
        followRate: 0,
      },
    });
    return { features: snapshot.features, own };
  });
  const optimiseAndExplain = microseconds(SKUS, () => {
    for (const snapshot of problems) {
      const { inputs: facts, policy } = problemOf(snapshot, manifest, decisionClock);
      decidePrice(facts, policy);
    }
  });
  const pass = update + forecast + optimiseAndExplain;
  return { update, filterPerDay, pool, forecast, optimiseAndExplain, pass };
}
