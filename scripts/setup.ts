import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  checkInstall,
  configFile,
  configOf,
  databaseName,
  deployment,
  resources,
  SECRETS,
} from "./setup/install.ts";
import { ROOT, runTool } from "./start/tools.ts";

const USAGE = `npm run setup -- [options]: makes an install in your Cloudflare account, or brings it up to date
  --install <name>   what all its names begin with (pricewright); another one for staging or for another brand
  --domain <host>    the dashboard's own domain
  --dry-run          prints the commands and changes nothing
Sign in first: npx wrangler login`;

const { values } = parseArgs({
  options: {
    install: { type: "string", default: "pricewright" },
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
const file = configFile(install);
/** The dashboard's own configuration has to stand beside its functions. */
const pages = install === "pricewright" ? "app" : `.wrangler/installs/${install}/app`;

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

/** The id of the install's database, which is made if it is not there. */
async function databaseId(name: string): Promise<string | null> {
  const known = async () => {
    const listed = await wrangler(["d1", "list", "--json"]);
    return isDry ? null : ((JSON.parse(listed) as Database[]).find((one) => one.name === name)?.uuid ?? null);
  };
  const found = await known();
  if (found) return found;
  await wrangler(["d1", "create", name]);
  return isDry ? null : known();
}

function writeConfigs(id: string | null): string {
  const config = configOf(readFileSync(join(ROOT, "wrangler.toml"), "utf8"), install, id);
  if (isDry) return config;
  writeFileSync(join(ROOT, file), config);
  if (install === "pricewright") return config;
  mkdirSync(join(ROOT, pages), { recursive: true });
  for (const part of ["dist", "functions"])
    cpSync(join(ROOT, "app", part), join(ROOT, pages, part), { recursive: true });
  const own = configOf(readFileSync(join(ROOT, "app/wrangler.toml"), "utf8"), install);
  writeFileSync(join(ROOT, pages, "wrangler.toml"), own);
  return config;
}

/** What a person still has to do. */
async function printMissing(): Promise<void> {
  const listed = await wrangler(["secret", "list", "--config", file]);
  const known = isDry ? [] : (JSON.parse(listed) as { name: string }[]).map(({ name }) => name);
  for (const { name, needed, why } of SECRETS)
    if (!known.includes(name))
      console.log(
        `${needed ? "MISSING" : "not set"}: npx wrangler secret put ${name} --config ${file}   # ${why}`,
      );
  const dashboard = values.domain ?? `${install}-app.pages.dev`;
  if (values.domain)
    console.log(
      `domain: add ${values.domain} to the Pages project ${install}-app (Workers & Pages, Custom domains)`,
    );
  console.log(`dashboard and API: https://${dashboard}`);
  console.log(`webhooks: https://${dashboard}/api/hooks/<source>   (POST /api/sources makes one)`);
}

const draft = configOf(readFileSync(join(ROOT, "wrangler.toml"), "utf8"), install);
const config = writeConfigs(await databaseId(databaseName(draft)));
for (const { command, isDone } of resources(config)) await wrangler(command, isDone);
for (const { command, isDone } of deployment(config, file, pages)) await wrangler(command, isDone);
await printMissing();
