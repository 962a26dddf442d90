import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { benchPriceText } from "./price-text.ts";

const USAGE = `npm run bench:reading -- <folder>

Reads price texts whose amounts are known. The folder holds the data set price_text, or is it.`;

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

const root = process.argv.slice(2).find((word) => !word.startsWith("--"));
if (root === undefined) {
  console.error(USAGE);
  process.exitCode = 1;
} else {
  console.log(JSON.stringify({ priceText: priceTexts(root) }));
}
