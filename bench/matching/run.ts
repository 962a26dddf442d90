import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FEATURES } from "../../domain/matching/features.ts";
import { scoreOf, type TreeModel } from "../../domain/matching/trees.ts";
import { type BoostOptions, boost } from "./boost.ts";
import { benchLookUp } from "./look-up.ts";
import { benchPairing } from "./pairing.ts";
import { type Pair, readPairs } from "./pairs.ts";

const USAGE = `npm run bench:matching -- <folder> [--train]

Scores the matching of listings with products on labelled pairs (the folder's matching/Abt-Buy and matching/Amazon-Google),
out of fold and with one set of weights; the pairing of two grocers' products (heissepreise); and the time to look a
listing up among 100,000 products. With --train the weights of domain/matching/match-model.json are trained again.`;

const SETS = ["Abt-Buy", "Amazon-Google"];
const FILES = ["train.txt", "valid.txt"];
const FOLDS = 5;
const SEED = 1;
const OPTIONS: BoostOptions = {
  trees: 160,
  depth: 5,
  rate: 0.08,
  leafWeight: 2,
  ridge: 2,
  rowShare: 0.7,
  featureShare: 0.6,
};
const MODEL_FILE = join(import.meta.dirname, "../../domain/matching/match-model.json");

/** Log-odds of every pair by trees that have not seen it. */
function outOfFold(sets: readonly Pair[][]): number[][] {
  const scores = sets.map((pairs) => new Array<number>(pairs.length).fill(0));
  for (let fold = 0; fold < FOLDS; fold++) {
    const seen = sets.flatMap((pairs) => pairs.filter((_, i) => foldOf(i) !== fold));
    const model = train(seen);
    sets.forEach((pairs, s) => {
      pairs.forEach((pair, i) => {
        if (foldOf(i) === fold) scores[s]![i] = scoreOf(model, pair.features);
      });
    });
  }
  return scores;
}

function foldOf(i: number): number {
  return (i * 7919) % FOLDS;
}

function train(pairs: readonly Pair[]): TreeModel {
  const trees = boost(
    pairs.map(({ features }) => features),
    pairs.map(({ label }) => label),
    OPTIONS,
    SEED,
  );
  return { features: [...FEATURES], ...trees, calibration: { slope: 1, offset: 0 } };
}

function scoreAt(pairs: readonly Pair[], scores: readonly number[], threshold: number) {
  let [tp, fp, fn] = [0, 0, 0];
  pairs.forEach(({ label }, i) => {
    if (scores[i]! > threshold) label === 1 ? tp++ : fp++;
    else if (label === 1) fn++;
  });
  return { f1: (2 * tp) / (2 * tp + fp + fn), precision: tp / Math.max(1, tp + fp), recall: tp / (tp + fn) };
}

/** The most recall of any threshold whose precision is as wanted. */
function recallAt(pairs: readonly Pair[], scores: readonly number[], precision: number): number {
  const thresholds = Array.from({ length: 200 }, (_, i) => -4 + i * 0.06);
  return Math.max(
    0,
    ...thresholds
      .map((one) => scoreAt(pairs, scores, one))
      .filter((one) => one.precision >= precision)
      .map(({ recall }) => recall),
  );
}

/** Slope and offset by Newton's steps on the logistic loss of held-out scores (Platt 1999). */
function calibrate(pairs: readonly Pair[], scores: readonly number[]): TreeModel["calibration"] {
  let [slope, offset] = [1, 0];
  for (let step = 0; step < 50; step++) {
    let [gs, go, hss, hso, hoo] = [0, 0, 1e-6, 0, 1e-6];
    pairs.forEach(({ label }, i) => {
      const x = scores[i]!;
      const p = 1 / (1 + Math.exp(-(slope * x + offset)));
      const w = p * (1 - p);
      gs += (label - p) * x;
      go += label - p;
      hss += w * x * x;
      hso += w * x;
      hoo += w;
    });
    const det = hss * hoo - hso * hso;
    slope += (hoo * gs - hso * go) / det;
    offset += (hss * go - hso * gs) / det;
  }
  return { slope: Number(slope.toPrecision(5)), offset: Number(offset.toPrecision(5)) };
}

function pairsOf(root: string, isTraining: boolean) {
  const folder = [join(root, "matching"), root].find((one) =>
    SETS.every((set) => existsSync(join(one, set))),
  );
  if (folder === undefined) return null;
  const sets = SETS.map((set) => readPairs(join(folder, set), FILES));
  const scores = outOfFold(sets);
  const calibration = calibrate(sets.flat(), scores.flat());
  const thresholds = Array.from({ length: 60 }, (_, i) => -2 + i * 0.05);
  const mean = (threshold: number) =>
    sets.reduce((sum, pairs, s) => sum + scoreAt(pairs, scores[s]!, threshold).f1, 0);
  const threshold = thresholds.reduce((best, one) => (mean(one) > mean(best) ? one : best));
  if (isTraining) writeFileSync(MODEL_FILE, `${JSON.stringify({ ...train(sets.flat()), calibration })}\n`);
  console.log(`pairs, out of fold, one set of weights, one threshold (log-odds ${threshold.toFixed(2)})`);
  const figures = sets.map((pairs, s) => ({
    set: SETS[s]!,
    ...scoreAt(pairs, scores[s]!, threshold),
    recallAt95: recallAt(pairs, scores[s]!, 0.95),
  }));
  for (const { set, f1, precision, recall, recallAt95 } of figures)
    console.log(
      `  ${set.padEnd(14)} F1 ${f1.toFixed(3)}, precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}; recall at precision .95: ${recallAt95.toFixed(3)}`,
    );
  return { threshold, calibration, sets: figures };
}

function pairings(root: string) {
  const folder = [join(root, "heissepreise"), root].find((one) => existsSync(join(one, "bio-cart.csv")));
  if (folder === undefined) return null;
  const figures = ["bio-cart.csv", "budget-cart.csv"].map((file) => ({
    file,
    ...benchPairing(folder, file),
  }));
  for (const { file, pairs, top1 } of figures)
    console.log(`pairing of ${file}: ${pairs} pairs, the likeliest is right in ${(top1 * 100).toFixed(1)} %`);
  return figures;
}

const words = process.argv.slice(2);
const root = words.find((word) => !word.startsWith("--"));
if (root === undefined) {
  console.error(USAGE);
  process.exitCode = 1;
} else {
  const pairs = pairsOf(root, words.includes("--train"));
  const lookUp = benchLookUp(100_000);
  console.log(
    `100,000 products: built in ${lookUp.buildMs.toFixed(0)} ms of CPU, a listing looked up in ${lookUp.medianMs.toFixed(2)} ms (most ${lookUp.mostMs.toFixed(1)})`,
  );
  console.log(JSON.stringify({ pairs, pairing: pairings(root), lookUp }));
}
