/** A strict reader of OpenMetrics 1.0 text, as far as the product writes it. */

interface ReadFamily {
  type: string;
  help?: string;
  unit?: string;
  samples: { name: string; labels: Record<string, string>; value: number }[];
}

const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const LABEL = `[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\["\\\\n])*"`;
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(${LABEL}(?:,${LABEL})*)\\})? (\\S+)$`);
const HEAD = new RegExp(`^# (HELP|TYPE|UNIT) (${NAME}) (.*)$`);
const NUMBER = /^(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|[+-]?Inf|NaN)$/i;

const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  counter: ["_total"],
  gauge: [""],
  histogram: ["_bucket", "_count", "_sum"],
};

/** @throws Error with the line that is not as the standard demands */
export function readOpenMetrics(text: string): Map<string, ReadFamily> {
  const fail = (line: string, why: string): never => {
    throw new Error(`${why}: ${line}`);
  };
  if (!text.endsWith("\n# EOF\n")) throw new Error("the text has to end with # EOF and a line feed");
  const families = new Map<string, ReadFamily>();
  let current: [name: string, family: ReadFamily] | null = null;
  const seen = new Set<string>();
  for (const line of text.slice(0, -"# EOF\n".length).split("\n").slice(0, -1)) {
    const head = HEAD.exec(line);
    if (head !== null) {
      const [, word, name, rest] = head as unknown as [string, string, string, string];
      if (current?.[0] !== name) {
        if (families.has(name)) fail(line, "the lines of a metric stand together");
        current = [name, { type: "unknown", samples: [] }];
        families.set(name, current[1]);
      }
      const [, family] = current!;
      if (family.samples.length > 0) fail(line, "what a metric is comes before its samples");
      if (word === "TYPE") family.type = rest;
      else if (word === "HELP") family.help = rest;
      else if (name.endsWith(`_${rest}`)) family.unit = rest;
      else fail(line, "the name has to end with the unit");
      continue;
    }
    const sample = SAMPLE.exec(line);
    if (sample === null || current === null) return fail(line, "neither a sample nor a head");
    const [, name, labels = "", value] = sample as unknown as [string, string, string | undefined, string];
    const [base, family] = current;
    const suffixes = SUFFIXES[family.type] ?? fail(line, `unknown type ${family.type}`);
    if (!suffixes.some((suffix) => name === base + suffix)) fail(line, `no sample of ${family.type} ${base}`);
    if (!NUMBER.test(value)) fail(line, "no number");
    if (seen.has(`${name}{${labels}}`)) fail(line, "the same sample twice");
    seen.add(`${name}{${labels}}`);
    if (family.type !== "gauge" && Number(value) < 0) fail(line, "a count below zero");
    family.samples.push({ name, labels: labelsOf(labels), value: numberOf(value) });
  }
  for (const [name, family] of families) if (family.type === "histogram") checkBuckets(name, family);
  return families;
}

function labelsOf(text: string): Record<string, string> {
  const pairs = text.matchAll(/([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g);
  return Object.fromEntries(
    [...pairs].map(([, name, value]) => [
      name,
      value!.replace(/\\(.)/g, (_, mark) => (mark === "n" ? "\n" : mark)),
    ]),
  );
}

function numberOf(value: string): number {
  return /inf/i.test(value) ? (value.startsWith("-") ? -Infinity : Infinity) : Number(value);
}

/** Buckets grow, have ends written as floats, and the last holds everything. */
function checkBuckets(name: string, { samples }: ReadFamily): void {
  const of = (suffix: string) => samples.filter((one) => one.name === name + suffix);
  const series = Map.groupBy(of("_bucket"), ({ labels: { le: _, ...rest } }) => JSON.stringify(rest));
  for (const [key, buckets] of series) {
    const ends = buckets.map(({ labels }) => labels.le!);
    if (ends.some((end) => end !== "+Inf" && !/[.e]/.test(end)))
      throw new Error(`${name}: an end is no float`);
    const numbers = ends.map(numberOf);
    if (numbers.some((end, i) => i > 0 && end <= numbers[i - 1]!))
      throw new Error(`${name}: ends do not grow`);
    if (buckets.some(({ value }, i) => i > 0 && value < buckets[i - 1]!.value))
      throw new Error(`${name}: buckets do not grow`);
    if (ends.at(-1) !== "+Inf") throw new Error(`${name}: the last bucket is not +Inf`);
    const count = of("_count").find(({ labels }) => JSON.stringify(labels) === key);
    if (count?.value !== buckets.at(-1)!.value) throw new Error(`${name}: the count is not the last bucket`);
    if (!of("_sum").some(({ labels }) => JSON.stringify(labels) === key)) throw new Error(`${name}: no sum`);
  }
}
