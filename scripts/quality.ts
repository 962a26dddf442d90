import { parseArgs } from "node:util";
import { createApi } from "./client/api.ts";

const USAGE = `npm run quality -- [--url http://localhost:8787] [--key <api key>] [--verbose]

Makes every check of the data of a running install. Ends with 0 if all hold, else with 1. The key needs the right to
write; it may also come as PRICEWRIGHT_KEY.
  --verbose  shows the query and the first rows of each check that fails`;

interface Check {
  name: string;
  status: "ok" | "failing" | "broken";
  failing: number;
  description: string;
  rows: object[];
  detail?: string;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      ...{ url: { type: "string", default: "http://localhost:8787" }, key: { type: "string" } },
      ...{ verbose: { type: "boolean", default: false }, help: { type: "boolean", default: false } },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const key = values.key ?? process.env.PRICEWRIGHT_KEY;
  const api = createApi({ url: values.url, ...(key === undefined ? {} : { key }) });
  const { status, checks } = await api.post<{ status: string; checks: Check[] }>("/api/quality/run");
  for (const check of checks) print(check, values.verbose);
  const bad = checks.filter((check) => check.status !== "ok").length;
  console.log(
    bad === 0 ? `\nall ${checks.length} checks hold` : `\n${bad} of ${checks.length} checks do not hold`,
  );
  return status === "ok" ? 0 : 1;
}

function print({ name, status, failing, description, rows, detail }: Check, isVerbose: boolean): void {
  const outcome = status === "failing" ? `${failing} rows fail` : status;
  console.log(`${status === "ok" ? "✓" : "✗"} ${name.padEnd(26)} ${outcome.padEnd(16)} ${description}`);
  if (status === "broken") console.log(`    ${detail}`);
  if (status !== "failing" || !isVerbose) return;
  if (detail !== undefined) console.log(`    ${detail}`);
  for (const row of rows) console.log(`    ${JSON.stringify(row)}`);
}

process.exitCode = await main();
