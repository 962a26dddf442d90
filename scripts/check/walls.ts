import { arrowProblems, bundleProblems, CORE, fileCircles, type Problem, roomCircles } from "./arrow.ts";
import { listFiles, readSources, type Source } from "./source.ts";
import {
  apiTypeProblems,
  durationProblems,
  lengthProblems,
  pathProblems,
  sqlProblems,
  todoProblems,
} from "./tidy.ts";
import { unusedProblems } from "./unused.ts";

/** Checks the walls of the house, prints what breaks them and the numbers, and fails if anything does. */
function main(): boolean {
  const files = listFiles();
  const sources = readSources(files);
  const circleProblems = (kind: string, found: string[][]): Problem[] =>
    found.map((circle) => [circle[0]!, `a circle of ${kind}: ${circle.join(" → ")}`]);
  const checks: [what: string, problems: Problem[]][] = [
    ["circles of files", circleProblems("files", fileCircles(sources))],
    ["circles of rooms", circleProblems("rooms", roomCircles(sources))],
    ["imports against the arrow", arrowProblems(sources)],
    ["server code in the browser", bundleProblems(sources)],
    ["unused files, exports, dependencies", unusedProblems()],
    ["functions and files too long", lengthProblems(sources)],
    ["statements written by hand", sqlProblems(sources)],
    ["durations defined twice", durationProblems(sources)],
    ["API types written by hand", apiTypeProblems(sources)],
    ["cited paths that are not there", pathProblems(files, sources)],
    ["work put off", todoProblems(sources)],
  ];
  for (const [what, problems] of checks) {
    if (problems.length > 0) console.log(`\n${what}`);
    for (const [place, message] of problems) console.log(`  ${place}  ${message}`);
  }
  console.log(`\n${sizes(sources)}`);
  for (const [what, problems] of checks) console.log(`${what}: ${problems.length}`);
  return checks.every(([, problems]) => problems.length === 0);
}

function sizes(sources: readonly Source[]): string {
  const core = sources.filter(({ path }) => CORE.test(path));
  const lengths = core.map(({ lines }) => lines).sort((a, b) => a - b);
  const total = lengths.reduce((sum, lines) => sum + lines, 0);
  const median = lengths[Math.floor(lengths.length / 2)];
  return `core: ${core.length} files, ${total} lines, median ${median}, longest ${lengths.at(-1)}`;
}

process.exitCode = main() ? 0 : 1;
