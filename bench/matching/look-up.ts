import { uniform } from "../../domain/base/keyed-random.ts";
import { CatalogueIndex } from "../../domain/matching/catalogue-index.ts";

const SYLLABLES =
  "ar bo ca del en fi gor hal in jo ka lum mer no or pa qua ri so tan ul ver wi xo yel zan".split(" ");

/** A word of a made-up language; low numbers are used more often. */
function word(n: number): string {
  let text = "";
  for (let left = n + 30; left > 0; left = Math.floor(left / SYLLABLES.length))
    text += SYLLABLES[left % SYLLABLES.length];
  return text;
}

function title(seed: number): string {
  const words = Array.from({ length: 7 }, (_, i) => word(Math.floor(uniform(seed, i) ** 3 * 20_000)));
  return `${words.join(" ")} ${word(seed % 500).slice(0, 3)}${seed % 9973} ${1 + (seed % 12)}00 ml`;
}

/** The time to build an index of made-up products, and to look listings up in it. */
export function benchLookUp(products: number) {
  const cpu = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  };
  const before = cpu();
  const index = new CatalogueIndex();
  index.put(
    Array.from({ length: products }, (_, i) => ({
      sku: `S-${i}`,
      title: title(i),
      price: 1 + (i % 300),
      isActive: true,
    })),
  );
  const buildMs = cpu() - before;
  const times = Array.from({ length: 300 }, (_, i) => {
    const listing = title((i * 331) % products)
      .split(" ")
      .slice(1)
      .join(" ");
    const start = cpu();
    index.likeliest({ title: listing, price: 20 }, 5);
    return cpu() - start;
  }).sort((a, b) => a - b);
  return { products, buildMs, medianMs: times[150]!, mostMs: times.at(-1)! };
}
