import { parseArgs } from "node:util";
import { Settings } from "../../domain/settings/settings.ts";
import { estimateShop, playShop, type ShopFigures } from "./figures.ts";
import { SHOPS, shopOf } from "./merchants.ts";
import type { Shop } from "./shop.ts";
import { CLOSED_TABLE, OPEN_TABLE, rounded } from "./table.ts";
import type { Variant, WorldOptions } from "./world.ts";

const USAGE = `npm run bench:shops -- [--shops control,rises-3] [--seeds 1-5] [--nights 120] [--skus 150] [--mean -2.4]
    [--variant optimum|misset|average|both] [--open-loop] [--settings '{"exploration":{"temperature":0.4}}']

Ordinary shops whose history mixes price with demand. The product prices each for so many nights with its default settings
and every proposal approved, beside leaving the list prices alone, least squares by SKU with Lerner's rule, and an oracle
that knows the demand. Profits are shares over leaving prices alone; "part" is that of the oracle's gain. The estimates are
of the first night, from history alone, those at the "end" of the last. "P said" is the chance of a gain as stated of the
prices chosen, "true" the share of them that do gain. Experiments are what prices tried to learn cost.
--open-loop: the estimates alone. --settings: what is not as in a fresh install.
--variant: where the merchant's list prices are: at each SKU's optimum, mis-set by category and SKU, or on average at the
optimum, right for the shop's mean elasticity only; both: optimum and misset.

Shops:
${[...SHOPS.values()].map(({ name, title }) => `  ${name.padEnd(15)} ${title}`).join("\n")}`;

const VARIANTS: Readonly<Record<string, readonly Variant[]>> = {
  optimum: ["optimum"],
  misset: ["misset"],
  average: ["average"],
  both: ["optimum", "misset"],
};

/** A number below 0 would pass for an option: it is put beside its name. */
function argumentsOf(words: readonly string[]): string[] {
  return words.flatMap((word, i) => {
    if (word === "--mean" && words[i + 1] !== undefined) return [`${word}=${words[i + 1]}`];
    return words[i - 1] === "--mean" ? [] : [word];
  });
}

const { values } = parseArgs({
  args: argumentsOf(process.argv.slice(2)),
  options: {
    shops: { type: "string" },
    seeds: { type: "string", default: "1-5" },
    nights: { type: "string", default: "120" },
    skus: { type: "string" },
    mean: { type: "string", default: "-2.4" },
    variant: { type: "string", default: "optimum" },
    settings: { type: "string", default: "{}" },
    "open-loop": { type: "boolean", default: false },
    help: { type: "boolean", default: false },
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

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new RangeError(`${text} is not a whole number above 0`);
  return number;
}

function settingsOf(text: string): Settings {
  return Settings.parse(JSON.parse(text));
}

/** Each chosen shop in each chosen variant: its name, and its seeds' worlds. */
function chosenShops(): { name: string; shop: Shop; worlds: WorldOptions[] }[] {
  const variants = VARIANTS[values.variant];
  if (!variants) throw new RangeError(`unknown variant ${values.variant}`);
  const shops = values.shops?.split(",").map(shopOf) ?? [...SHOPS.values()];
  const skus = wholeNumber(values.skus ?? (values["open-loop"] ? "300" : "150"));
  const mean = Number(values.mean);
  if (!(mean < -1)) throw new RangeError("the mean elasticity has to be below -1");
  return variants.flatMap((variant) =>
    shops.map((shop) => ({
      name: variant === "optimum" ? shop.name : `${shop.name}:${variant}`,
      shop,
      worlds: seedsOf(values.seeds).map((seed) => ({ seed, skus, mean, variant })),
    })),
  );
}

function closedLoop(): Record<string, ShopFigures> {
  const how = { nights: wholeNumber(values.nights), settings: settingsOf(values.settings) };
  console.log(CLOSED_TABLE.header);
  const figures = chosenShops().map(({ name, shop, worlds }) => {
    const own = playShop(shop, worlds, how);
    console.log(CLOSED_TABLE.row(name, own));
    return [name, rounded(own)] as const;
  });
  return Object.fromEntries(figures);
}

function openLoop(): Record<string, unknown> {
  const settings = settingsOf(values.settings);
  console.log(OPEN_TABLE.header);
  const figures = chosenShops().map(({ name, shop, worlds }) => {
    const own = estimateShop(shop, worlds, settings);
    console.log(OPEN_TABLE.row(name, own));
    return [name, rounded(own)] as const;
  });
  return Object.fromEntries(figures);
}

if (values.help) console.log(USAGE);
else console.log(JSON.stringify({ shops: values["open-loop"] ? openLoop() : closedLoop() }));
