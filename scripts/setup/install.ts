import { PLATFORM_LIMITS } from "../../domain/base/platform-limits.ts";

/** The name that stands before those of everything in wrangler.toml and app/wrangler.toml. */
export const DEFAULT_INSTALL = "pricewright";

/** Names in quotes that begin with the default install's: the Worker, its queues, bucket, database and dashboard. */
const NAMES = new RegExp(`"${DEFAULT_INSTALL}(?=["-])`, "g");

const DATABASE_ID = /^(database_name = "(.*)"\ndatabase_id = )".*"$/gm;

/** Where a part of a configuration begins that is of one environment alone. */
const ENVIRONMENT = /(?=^\[env\.[a-z-]+\]$)/m;

/** Secrets of an install: whether it needs them, and what for. */
export const SECRETS = [
  {
    name: "INSTALL_SECRET",
    needed: true,
    why: "signs the chains' heads and hides customers' ids; 32 random characters",
  },
  { name: "BOOTSTRAP_ADMIN", needed: false, why: "email:password of the first person; delete it afterwards" },
  { name: "APIFY_TOKEN", needed: false, why: "only where Apify's webhooks post" },
  { name: "JWT_SHARED_KEY", needed: false, why: "only where services sign in with tokens of a shared key" },
] as const;

/** Whether names of Cloudflare can begin with it. */
export function isInstallName(install: string): boolean {
  return /^[a-z][a-z0-9-]{1,30}[a-z0-9]$/.test(install);
}

export function notAnInstall(install: string): string {
  return `"${install}" is not a name for an install: 3 to 32 small letters, digits and hyphens`;
}

/** @throws Error if names of Cloudflare cannot begin with it */
export function checkInstall(install: string): void {
  if (!isInstallName(install)) throw new Error(notAnInstall(install));
}

/**
 * The configuration of an install, made from that of the default one: the same, with names of its own. `databaseIds`: by
 * the database's name.
 */
export function configOf(
  text: string,
  install: string,
  databaseIds: ReadonlyMap<string, string> = new Map(),
): string {
  const named = text.replace(NAMES, `"${install}`);
  return named.replace(DATABASE_ID, (all, before: string, name: string) => {
    const id = databaseIds.get(name);
    return id === undefined ? all : `${before}"${id}"`;
  });
}

/** The part of a configuration that is an environment's own; null = that of none. @throws Error if there is no such one */
export function partOf(config: string, environment: string | null): string {
  const [own = "", ...others] = config.split(ENVIRONMENT);
  if (environment === null) return own;
  const part = others.find((one) => one.startsWith(`[env.${environment}]`));
  if (part === undefined) throw new Error(`wrangler.toml has no [env.${environment}]`);
  return part;
}

/** The file that an install's configuration is kept in: the default one has the repository's own. */
export function configFile(install: string): string {
  return install === DEFAULT_INSTALL ? "wrangler.toml" : `wrangler.${install}.toml`;
}

function valuesOf(text: string, key: string): string[] {
  const found = [...text.matchAll(new RegExp(`^${key} = "(.*)"$`, "gm"))].map(([, value]) => value!);
  return [...new Set(found)];
}

/** A command of wrangler. */
interface Step {
  what: string;
  command: string[];
  /** what it says when there is nothing to do, for it was done before */
  isDone?: RegExp;
}

/** The days that queues keep messages: the most that there are, so that a week without a consumer loses none. */
const RETENTION = String(PLATFORM_LIMITS.queueRetentionSeconds);

/** All that has to exist before the Worker is deployed. Each may be done again. */
export function resources(config: string): Step[] {
  const queues = valuesOf(config, "queue").concat(valuesOf(config, "dead_letter_queue"));
  return [
    ...valuesOf(config, "bucket_name").map((bucket) => ({
      what: `bucket ${bucket}`,
      command: ["r2", "bucket", "create", bucket],
      isDone: /already (exists|own)|10004/i,
    })),
    ...[...new Set(queues)].flatMap((queue) => [
      {
        what: `queue ${queue}`,
        command: ["queues", "create", queue],
        isDone: /already (exists|taken)|11009/i,
      },
      {
        what: `retention of ${queue}`,
        command: ["queues", "update", queue, "--message-retention-period-secs", RETENTION],
      },
    ]),
  ];
}

/** The database's name. */
export function databaseName(config: string): string {
  return valuesOf(config, "database_name")[0] ?? DEFAULT_INSTALL;
}

/** The Worker's name, with which the names of everything else of it begin. */
export function workerName(config: string): string {
  return valuesOf(config, "name").find((one) => !/^[A-Z_]+$/.test(one)) ?? DEFAULT_INSTALL;
}

/**
 * What brings the code out, in the order in which an upgrade is safe: the schema, the Worker, the dashboard. `config`: the
 * part that is deployed. `from`: the arguments that name its file and environment.
 */
export function deployment(config: string, from: readonly string[], pages: string): Step[] {
  const project = `${workerName(config)}-app`;
  return [
    {
      what: "migrations",
      command: ["d1", "migrations", "apply", databaseName(config), "--remote", ...from],
    },
    { what: "Worker", command: ["deploy", ...from] },
    {
      what: "Pages project",
      command: ["pages", "project", "create", project, "--production-branch", "main"],
      isDone: /already exists|8000002/i,
    },
    { what: "dashboard", command: ["pages", "deploy", "--project-name", project, "--cwd", pages] },
  ];
}
