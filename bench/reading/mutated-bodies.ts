import { uniform } from "../../domain/base/keyed-random.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { readApify } from "../../domain/intake/adapters/apify.ts";
import { readChangeDetection } from "../../domain/intake/adapters/changedetection.ts";
import { readJsonLd } from "../../domain/intake/adapters/jsonld.ts";
import { JSON_DEPTH_MAX, nestsDeeper } from "../../domain/messages/batch.ts";
import { readPrice } from "../../domain/reading/price-text.ts";
import { decodeFile } from "../../services/catalogue/decode-file.ts";
import { readImportLines } from "../../services/catalogue/read-import-lines.ts";

/** What is done to a piece of a text; `u` is a number from 0 to 1. */
const MUTATIONS: readonly ((piece: string, u: number) => string)[] = [
  () => "",
  (piece) => piece + piece,
  (piece) => piece.replaceAll('"', ""),
  (piece) => piece.replaceAll('"', '"""'),
  (piece) => piece.replaceAll(",", ";"),
  (piece) => piece.replaceAll("\n", "\r"),
  (piece) => piece.replace(/\d/g, "٣"),
  (piece) => piece.split("").reverse().join(""),
  (piece) => `\u0000\ufeff\u202e${piece}\ud800`,
  (piece, u) => "9.".repeat(Math.floor(u * 20_000)) + piece,
  (piece, u) => '"'.repeat(Math.floor(u * 20_000)) + piece,
  (piece, u) => " \u00a0".repeat(Math.floor(u * 20_000)) + piece,
  (piece, u) => "€ 1 ".repeat(Math.floor(u * 10_000)) + piece,
  (piece, u) => "[{".repeat(Math.floor(u * 60)) + piece,
  (piece, u) => piece.repeat(Math.floor(u * 60)),
];

const PRICES = [
  "1.299,00 €",
  "$1,299.00",
  "68 50 €",
  "ab 12,– €",
  "2 für 5 €",
  "statt 99,90 jetzt 79,90",
  "￥98",
  "99 ct",
];

const lines = (line: (n: number) => string) => Array.from({ length: 200 }, (_, n) => line(n)).join("\n");

const FILES: readonly [kind: "products" | "offers" | "demand", text: string][] = [
  ["products", `sku;title;category;price\r\n${lines((n) => `A-${n};"Hemd ""${n}""";Hemden;1${n},90`)}`],
  [
    "offers",
    `sku\tcompetitor\tprice\tobservedAt\n${lines((n) => `A-${n}\talpha\t${n}.50\t2026-06-01T00:00:00Z`)}`,
  ],
  ["demand", `sku,day,units,price\n${lines((n) => `A-${n},2026-06-01,${n},19.90`)}`],
];

const PAGE = { url: "https://shop.example/p/1", title: "Hemd", price: "19,90 €", availability: "Auf Lager" };
const OFFER = {
  "@type": "Offer",
  price: "19,90",
  priceCurrency: "EUR",
  availability: "https://schema.org/InStock",
};
const BODIES: readonly [read: typeof readApify, text: string][] = [
  [
    readApify,
    JSON.stringify(Array.from({ length: 50 }, (_, n) => ({ ...PAGE, gtin: `${n}`, scrapedAt: 1.7e9 + n }))),
  ],
  [
    readChangeDetection,
    JSON.stringify({
      watch_url: PAGE.url,
      current_snapshot: lines((n) => `Preis ${n},90 €`),
      timestamp: "1790000000",
    }),
  ],
  [
    readJsonLd,
    JSON.stringify({ url: PAGE.url, jsonld: { "@graph": [{ "@type": "Product", offers: [OFFER, OFFER] }] } }),
  ],
];

const CONTEXT = { receivedAt: "2026-06-01T00:00:00Z", sourceId: "crawler" };
const encoder = new TextEncoder();

/** The reading of what is not a page, and the sample that is changed at random. */
const READERS: Record<string, (seed: number) => { text: string; read: (text: string) => number }> = {
  "price texts": (seed) => ({
    text: PRICES[seed % PRICES.length]!,
    read(text) {
      const { amount } = readPrice(text);
      return amount === null ? 0 : 1;
    },
  }),
  files: (seed) => {
    const [kind, text] = FILES[seed % FILES.length]!;
    const contentType = "text/csv";
    return {
      text,
      read(changed) {
        const file = decodeFile(encoder.encode(changed), contentType);
        const options = { kind, contentType, emptyMeans: "keep" as const, columns: {}, now: 0 };
        const found = readImportLines(file, options);
        return found.lines.length + found.rejected.length;
      },
    };
  },
  "webhook bodies": (seed) => {
    const [adapter, text] = BODIES[seed % BODIES.length]!;
    return {
      text,
      read(changed) {
        // as the door does: what is no JSON, or nests too deeply, reaches no adapter
        if (nestsDeeper(changed, JSON_DEPTH_MAX)) return 0;
        return adapter(parsed(changed), CONTEXT)?.length ?? 0;
      },
    };
  },
};

/** A body that is no JSON after the change is given as the text of one field, so that adapters see hostile text, too. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return { url: text, title: text, price: text, current_snapshot: text, jsonld: text, message: text };
  }
}

/** How long the reads of one kind took, ms of CPU. */
export interface MutatedScore {
  kind: string;
  count: number;
  medianMs: number;
  mostMs: number;
  /** reads that took more than 200 ms */
  slow: number;
}

/**
 * Reads price texts, import files and webhook bodies with pieces changed at random. A refusal is an answer; anything
 * else that is thrown, or more rows than the text has characters, fails the bench and names its seed.
 */
export function benchMutatedBodies(count: number): MutatedScore[] {
  return Object.entries(READERS).map(([kind, sample]) => {
    const times: number[] = [];
    for (let seed = 0; seed < count; seed++) {
      const { text, read } = sample(seed);
      const changed = mutate(text, seed);
      const before = process.cpuUsage();
      const rows = orRefused(() => read(changed), `${kind}, seed ${seed}`);
      const { user, system } = process.cpuUsage(before);
      times.push((user + system) / 1000);
      if (rows > changed.length)
        throw new Error(`${kind}, seed ${seed}: ${rows} rows of ${changed.length} characters`);
    }
    const slow = times.filter((ms) => ms > 200).length;
    return {
      kind,
      count,
      medianMs: times.toSorted((a, b) => a - b)[count >> 1]!,
      mostMs: Math.max(...times),
      slow,
    };
  });
}

function orRefused(read: () => number, where: string): number {
  try {
    return read();
  } catch (error) {
    if (error instanceof ProblemError) return 0;
    throw new Error(where, { cause: error });
  }
}

function mutate(sample: string, seed: number): string {
  let text = sample;
  for (let round = 0; round < 3; round++) {
    const u = (part: number) => uniform(seed, round, part);
    const from = Math.floor(u(0) * text.length);
    const to = from + Math.floor(u(1) ** 2 * (text.length - from));
    const change = MUTATIONS[Math.floor(u(2) * MUTATIONS.length)]!;
    // no request has more
    text = (text.slice(0, from) + change(text.slice(from, to), u(3)) + text.slice(to)).slice(0, 1_000_000);
  }
  return text;
}
