import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { featuresOf, type Rarity } from "../../domain/matching/features.ts";
import { type Described, type Profile, profileOf } from "../../domain/matching/profile.ts";

/** A labelled pair with its features. */
export interface Pair {
  features: number[];
  label: number;
}

/** The pairs of the files of a set, in the form of Ditto: `COL name VAL text …`, tab, the same, tab, 1 or 0. */
export function readPairs(folder: string, files: readonly string[]): Pair[] {
  const rows = files
    .map((file) => join(folder, file))
    .filter(existsSync)
    .flatMap((file) => readFileSync(file, "utf8").split("\n").filter(Boolean))
    .map((line) => line.split("\t") as [string, string, string]);
  const profiles = new Map<string, Profile>();
  const profile = (record: string) => {
    const known = profiles.get(record) ?? profileOf(describe(record));
    profiles.set(record, known);
    return known;
  };
  const sides = rows.map(([one, other]) => [profile(one), profile(other)] as const);
  const rarity = rarityOf([...profiles.values()]);
  return rows.map(([, , label], i) => ({ features: featuresOf(...sides[i]!, rarity), label: Number(label) }));
}

function describe(record: string): Described {
  const fields = new Map(
    record
      .split(/\bCOL /)
      .filter(Boolean)
      .map((part) => part.split(" VAL ") as [string, string])
      .map(([name, value]) => [name.trim(), (value ?? "").trim()]),
  );
  const price = Number.parseFloat(fields.get("price") ?? "");
  return {
    title: fields.get("title") ?? fields.get("name") ?? "",
    brand: fields.get("manufacturer") ?? null,
    price: Number.isFinite(price) ? price : null,
  };
}

/** Inverse document frequencies of words, smoothed: ln((n + 1) / (count + 0.5)). */
function rarityOf(profiles: readonly Profile[]): Rarity {
  const counts = new Map<string, number>();
  for (const { words, numbers } of profiles)
    for (const word of [...words, ...numbers]) counts.set(word, (counts.get(word) ?? 0) + 1);
  return (word) => Math.log((profiles.length + 1) / ((counts.get(word) ?? 0) + 0.5));
}
