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

/** Reads pages with pieces changed at random: any crash fails the bench; the slowest read is told. */
export function benchMutations(folder: string, count: number) {
  const files = readdirSync(join(folder, "html")).map((name) => join(folder, "html", name));
  const times: number[] = [];
  let page = "";
  for (let i = 0; i < count; i++) {
    // a page is unpacked once for a row of mutations
    if (i % 50 === 0) page = gunzipSync(readFileSync(files[(i / 50) % files.length]!)).toString("utf8");
    const mutated = mutate(page, i);
    const before = process.cpuUsage();
    extractProduct(mutated, "https://shop.example/p/1");
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1000);
  }
  const slow = times.filter((ms) => ms > 200).length;
  return {
    pages: count,
    medianMs: [...times].sort((a, b) => a - b)[count >> 1]!,
    mostMs: Math.max(...times),
    slow,
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
