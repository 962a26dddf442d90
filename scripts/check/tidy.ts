import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../start/tools.ts";
import type { Problem } from "./arrow.ts";
import type { Source } from "./source.ts";

const FUNCTION_LINES_MAX = 70;
const FILE_LINES_MAX = 300;

/** Files and functions that are too long. */
export function lengthProblems(sources: readonly Source[]): Problem[] {
  return sources.flatMap(({ path, lines, functions }) => [
    ...(lines > FILE_LINES_MAX ? [[path, `${lines} lines; at most ${FILE_LINES_MAX}`] as const] : []),
    ...functions
      .filter((one) => one.lines > FUNCTION_LINES_MAX)
      .map(
        (one) =>
          [
            `${path}:${one.line}`,
            `${one.name} has ${one.lines} lines; at most ${FUNCTION_LINES_MAX}`,
          ] as const,
      ),
  ]);
}

/** Comments that put work off. */
export function todoProblems(sources: readonly Source[]): Problem[] {
  return sources.flatMap(({ path, comments }) =>
    comments
      .filter(({ text }) => /\b(TODO|FIXME|XXX|HACK)\b/.test(text))
      .map(({ line }) => [`${path}:${line}`, "puts work off: do it, or file an issue"] as const),
  );
}

const FOLDERS = "app|bench|db|docs|domain|durable|migrations|queues|scripts|services|test|worker";
const FILE_PATH = new RegExp(`(?<![\\w./-])(?:${FOLDERS})/[\\w./-]*\\.(?:tsx?|md|json|toml|png)\\b`, "g");
/** In prose a folder is a path only between backticks. */
const QUOTED_PATH = new RegExp(`\`((?:${FOLDERS})/[\\w./-]*)\``, "g");

/** Paths in documents and comments that are not there. */
export function pathProblems(files: readonly string[], sources: readonly Source[]): Problem[] {
  const documents = files
    .filter((path) => path.endsWith(".md"))
    .map((path) => ({ place: path, text: readFileSync(join(ROOT, path), "utf8") }));
  const comments = sources.flatMap(({ path, comments: all }) =>
    all.map(({ text, line }) => ({ place: `${path}:${line}`, text })),
  );
  return [...documents, ...comments].flatMap(({ place, text }) => {
    const cited = [...text.matchAll(FILE_PATH)].map(([path]) => path);
    const quoted = [...text.matchAll(QUOTED_PATH)].map(([, path]) => path!);
    const paths = [...new Set([...cited, ...quoted])].filter((path) => !path.startsWith("app/dist"));
    return paths
      .filter((path) => !existsSync(join(ROOT, path)))
      .map((path) => [place, `names ${path}, which is not there`] as const);
  });
}

/** Where SQL may be prepared: elsewhere statements are made from the tables. Tests and benches look at the database. */
const PREPARE = /\.prepare\(/g;
const MAY_PREPARE = /^(db\/limits\/|db\/write\.ts$|app\/|bench\/|scripts\/|test\/)/;

/** SQL written by hand where tables should make it. */
export function sqlProblems(sources: readonly Source[]): Problem[] {
  return sources.flatMap(({ path, text }) => {
    const count = MAY_PREPARE.test(path) ? 0 : [...text.matchAll(PREPARE)].length;
    return count > 0
      ? [[path, `${count} statements written by hand: make them from the tables`] as const]
      : [];
  });
}

const UNIT = /^(SECOND|MINUTE|HOUR|DAY|WEEK|YEAR)_(MS|S|SECONDS|HOURS|MINUTES)$/;

/** Units of time that are defined in more than one place. */
export function durationProblems(sources: readonly Source[]): Problem[] {
  const places = new Map<string, string[]>();
  for (const { path, constants } of sources)
    for (const name of constants) if (UNIT.test(name)) places.set(name, [...(places.get(name) ?? []), path]);
  return [...places].flatMap(([name, paths]) =>
    paths.slice(1).map((path) => [path, `${name} is defined in ${paths[0]} already`] as const),
  );
}

/** Types of the API that the app writes by hand, where the contract has them. */
export function apiTypeProblems(sources: readonly Source[]): Problem[] {
  return sources
    .filter(({ path }) => path === "app/src/api/types.ts")
    .flatMap(({ path, types }) => types.map((name) => [path, `${name} is written by hand`] as const));
}
