import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "../start/tools.ts";
import type { Problem } from "./arrow.ts";

interface Item {
  name: string;
  line?: number;
}

type Report = { issues: ({ file: string } & Record<string, Item[] | Item[][]>)[] };

/** What nothing uses, as knip finds it: files, exports, types, dependencies; and what only tests and benches use. */
export function unusedProblems(): Problem[] {
  const everywhere = runKnip([]);
  const known = new Set(everywhere.map(([place]) => place));
  const shipped = runKnip(["--production", "--include", "files,exports"]);
  return [
    ...everywhere,
    ...shipped
      .filter(([place]) => !known.has(place))
      .map(([place, message]) => [place, `${message} but by tests and benches`] as const),
  ];
}

function runKnip(flags: readonly string[]): Problem[] {
  const knip = join(ROOT, "node_modules/knip/bin/knip.js");
  const arguments_ = [knip, "--no-progress", "--reporter", "json", ...flags];
  const { stdout, stderr, status } = spawnSync(process.execPath, arguments_, {
    ...{ cwd: ROOT, encoding: "utf8", maxBuffer: 2 ** 26 },
  });
  if (status !== 0 && !stdout.startsWith("{")) throw new Error(`knip failed: ${stderr || stdout}`);
  const { issues } = JSON.parse(stdout) as Report;
  return issues.flatMap(({ file, ...kinds }) =>
    Object.entries(kinds).flatMap(([kind, items]) =>
      (items ?? []).flat().map(({ name, line }: Item) => {
        const place = kind === "files" ? file : `${file}:${line ?? 1}`;
        return [
          place,
          kind === "files" ? "is used by nothing" : `${name} (${kind}) is used by nothing`,
        ] as const;
      }),
    ),
  );
}
