import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { benchMutatedBodies } from "./mutated-bodies.ts";
import { benchMutations } from "./mutations.ts";
import { benchPages, holdsPages } from "./pages.ts";
import { benchPriceText } from "./price-text.ts";

const USAGE = `npm run bench:reading -- <folder> [--errors]

Reads price texts and product pages whose content is known. The folder holds the data sets price_text and product_pages,
or is one of them. With --errors each value that is read wrong is listed; with --mutations 10000 so many changed pages,
price texts, files and webhook bodies are read, too, for crashes and time.`;

/** The folder of a data set: within the given one, or the given one itself. */
function folderOf(root: string, name: string, isIt: (file: string) => boolean): string | null {
  for (const folder of [join(root, name), root])
    if (existsSync(folder) && readdirSync(folder).some(isIt)) return folder;
  return null;
}

function priceTexts(root: string) {
  const isCases = (file: string) => /^cases.*\.json$/.test(file);
  const folder = folderOf(root, "price_text", isCases);
  if (folder === null) return null;
  const file = readdirSync(folder).find(isCases)!;
  console.log(`price texts of ${file}`);
  const score = benchPriceText(join(folder, file));
  const percent = (share: number) => `${(share * 100).toFixed(2)} %`;
  console.log(
    `  ${score.cases} texts: amount ${percent(score.amount)}, currency ${percent(score.currency)}, ` +
      `${score.offByPowerOfTen} off by a power of ten; without doubt ${score.undoubted}, of them wrong ${score.undoubtedWrong}`,
  );
  return score;
}

function pages(root: string) {
  const folder = [join(root, "product_pages"), join(root, "dataset"), root].find(holdsPages);
  if (folder === undefined) return null;
  const { pages, scores, cpuMs } = benchPages(folder, process.argv.includes("--errors"));
  console.log(`${pages} product pages: F1, precision, recall, pages that have it`);
  for (const [attribute, { f1, precision, recall, support }] of Object.entries(scores))
    console.log(
      `  ${attribute.padEnd(13)} ${[f1, precision, recall].map((n) => n.toFixed(3)).join("  ")}  ${support}`,
    );
  console.log(`  CPU a page: median ${cpuMs.median.toFixed(1)} ms, most ${cpuMs.max.toFixed(1)} ms`);
  const at = process.argv.indexOf("--mutations");
  const mutations = at < 0 ? null : benchMutations(folder, Number(process.argv[at + 1]));
  if (mutations !== null)
    console.log(
      `  ${mutations.pages} mutated pages: median ${mutations.medianMs.toFixed(1)} ms, most ${mutations.mostMs.toFixed(1)} ms, ` +
        `${mutations.slow} over 200 ms`,
    );
  return { pages, scores, cpuMs, ...(mutations === null ? {} : { mutations }) };
}

/** The rest of what a scraper sends, changed at random. */
function mutatedBodies() {
  const at = process.argv.indexOf("--mutations");
  if (at < 0) return null;
  const scores = benchMutatedBodies(Number(process.argv[at + 1]));
  for (const { kind, count, medianMs, mostMs, slow } of scores)
    console.log(
      `  ${count} mutated ${kind}: median ${medianMs.toFixed(1)} ms, most ${mostMs.toFixed(1)} ms, ${slow} over 200 ms`,
    );
  return scores;
}

const words = process.argv.slice(2);
const root = words.find((word, i) => !word.startsWith("--") && words[i - 1] !== "--mutations");
if (root === undefined) {
  console.error(USAGE);
  process.exitCode = 1;
} else {
  console.log(JSON.stringify({ priceText: priceTexts(root), pages: pages(root), bodies: mutatedBodies() }));
}
