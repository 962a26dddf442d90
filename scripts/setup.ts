import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  checkInstall,
  configFile,
  configOf,
  DEFAULT_INSTALL,
  databaseName,
  deployment,
  partOf,
  resources,
  SECRETS,
  workerName,
} from "./setup/install.ts";
import { ROOT, runTool } from "./start/tools.ts";

const USAGE = `npm run setup -- [options]: makes an install in your Cloudflare account, or brings it up to date
  --install <name>   what all its names begin with (pricewright); another one for another brand
  --env <name>       an environment of the configuration: staging
  --domain <host>    the dashboard's own domain
  --dry-run          prints the commands and changes nothing
Sign in first: npx wrangler login`;

const { values } = parseArgs({
  options: {
    install: { type: "string", default: "pricewright" },
    env: { type: "string" },
    domain: { type: "string" },
    "dry-run": { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
const { install, "dry-run": isDry } = values;
checkInstall(install);
const environment = values.env ?? null;
const file = configFile(install);
/** Names the configuration, and the environment even if it is none: wrangler warns where it has to guess. */
const from = ["--config", file, `--env=${environment ?? ""}`];

/** Runs a command of wrangler, or prints it; answers what it printed. */
async function wrangler(command: string[], isDone?: RegExp): Promise<string> {
  console.log(`${isDry ? "" : "… "}npx wrangler ${command.join(" ")}`);
  if (isDry) return "";
  try {
    return await runTool("wrangler", command, { WRANGLER_SEND_METRICS: "false", CI: "true" });
  } catch (error) {
    if (isDone?.test(String(error))) return "";
    throw error;
  }
}

interface Database {
  name: string;
  uuid: string;
}

/** The ids of the account's databases by their names; the one of this name is made if it is not there. */
async function databaseIds(name: string): Promise<Map<string, string>> {
  const known = async () => {
    const listed = await wrangler(["d1", "list", "--json"]);
    const databases = isDry ? [] : (JSON.parse(listed) as Database[]);
    return new Map(databases.map((one) => [one.name, one.uuid]));
  };
  const found = await known();
  if (found.has(name)) return found;
  await wrangler(["d1", "create", name]);
  return isDry ? found : known();
}

/** The dashboard's own configuration has to stand beside its functions. */
function pagesFolder(worker: string): string {
  return worker === DEFAULT_INSTALL ? "app" : `.wrangler/installs/${worker}/app`;
}

/** Writes the configurations of the Worker and of the dashboard; answers the part that is deployed. */
function writeConfigs(ids: ReadonlyMap<string, string>): string {
  const config = configOf(readFileSync(join(ROOT, "wrangler.toml"), "utf8"), install, ids);
  const part = partOf(config, environment);
  if (isDry) return part;
  writeFileSync(join(ROOT, file), config);
  const worker = workerName(part);
  const pages = join(ROOT, pagesFolder(worker));
  if (worker === DEFAULT_INSTALL) return part;
  mkdirSync(pages, { recursive: true });
  for (const folder of ["dist", "functions"])
    cpSync(join(ROOT, "app", folder), join(pages, folder), { recursive: true });
  const own = configOf(readFileSync(join(ROOT, "app/wrangler.toml"), "utf8"), worker);
  writeFileSync(join(pages, "wrangler.toml"), own);
  return part;
}

/** What a person still has to do. */
async function printMissing(worker: string): Promise<void> {
  const listed = await wrangler(["secret", "list", ...from]);
  const known = isDry ? [] : (JSON.parse(listed) as { name: string }[]).map(({ name }) => name);
  for (const { name, needed, why } of SECRETS)
    if (!known.includes(name))
      console.log(
        `${needed ? "MISSING" : "not set"}: npx wrangler secret put ${name} ${from.join(" ")}   # ${why}`,
      );
  const dashboard = values.domain ?? `${worker}-app.pages.dev`;
  if (values.domain)
    console.log(
      `domain: add ${values.domain} to the Pages project ${worker}-app (Workers & Pages, Custom domains)`,
    );
  console.log(`dashboard and API: https://${dashboard}`);
  console.log(`webhooks: https://${dashboard}/api/hooks/<source>   (POST /api/sources makes one)`);
}

const draft = configOf(readFileSync(join(ROOT, "wrangler.toml"), "utf8"), install);
const config = writeConfigs(await databaseIds(databaseName(partOf(draft, environment))));
const worker = workerName(config);
for (const { command, isDone } of resources(config)) await wrangler(command, isDone);
for (const { command, isDone } of deployment(config, from, pagesFolder(worker)))
  await wrangler(command, isDone);
await printMissing(worker);
