import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { uniform } from "../../domain/base/keyed-random.ts";
import { extractProduct } from "../../domain/reading/page/extract.ts";

/** What is done to a piece of a page. */
const MUTATIONS: readonly ((piece: string, u: number) => string)[] = [
  () => "",
  (piece) => piece + piece,
  (piece) => piece.replaceAll("<", ""),
  (piece) => piece.replaceAll(">", ""),
  (piece) => piece.replaceAll('"', ""),
  (piece) => piece.replaceAll("</", "<"),
  (piece) => piece.replace(/\d/g, "٣"),
  (piece) => piece.split("").reverse().join(""),
  (piece, u) => `<div class="price">`.repeat(Math.floor(u * 4000)) + piece,
  (piece, u) => "9,".repeat(Math.floor(u * 5000)) + piece,
  (piece) => `<script type="application/ld+json">{"@type":"Product","offers":[${piece}`,
  (piece) => `\u0000\ufffd${piece}\ud800`,
];

/** A page of this many characters is unpacked for most mutations; larger ones are read now and then. */
const USUAL = 400_000;
/** As much as `POST /api/extract` takes. */
const LARGEST = 5_000_000;
/** Mutations of one page in a row: it is unpacked once for them. */
const IN_A_ROW = 50;
/** Of so many rows of mutations one is of a page of any size, and of so many mutations one is of the largest size. */
const LARGE_EVERY = 10;
const LARGEST_EVERY = 500;

/**
 * Reads pages with pieces changed at random: any crash fails the bench; the slowest read is told. How far it has got is
 * printed every thousand pages, so that a run that is stopped has said something.
 */
export function benchMutations(folder: string, count: number) {
  const pages = readdirSync(join(folder, "html"))
    .sort()
    .map((name) => gunzipSync(readFileSync(join(folder, "html", name))).toString("utf8"));
  const usual = pages.filter(({ length }) => length <= USUAL);
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const row = Math.floor(i / IN_A_ROW);
    const from = row % LARGE_EVERY === 0 ? pages : usual;
    const page = from[row % from.length]!;
    const base = i % LARGEST_EVERY === 0 ? page.repeat(Math.ceil(LARGEST / page.length)) : page;
    const mutated = mutate(base, i).slice(0, LARGEST);
    const before = process.cpuUsage();
    extractProduct(mutated, "https://shop.example/p/1");
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1000);
    if (times.length % 1000 === 0) console.log(`  ${JSON.stringify(summary(times))}`);
  }
  return summary(times);
}

function summary(times: readonly number[]) {
  return {
    pages: times.length,
    medianMs: times.toSorted((a, b) => a - b)[times.length >> 1]!,
    mostMs: Math.max(...times),
    slow: times.filter((ms) => ms > 200).length,
  };
}

function mutate(page: string, seed: number): string {
  let text = page;
  for (let round = 0; round < 3; round++) {
    const u = (part: number) => uniform(seed, round, part);
    const from = Math.floor(u(0) * text.length);
    const to = from + Math.floor(u(1) ** 4 * (text.length - from));
    const change = MUTATIONS[Math.floor(u(2) * MUTATIONS.length)]!;
    text = text.slice(0, from) + change(text.slice(from, to), u(3)) + text.slice(to);
  }
  return text;
}
