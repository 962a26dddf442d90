import { resolve } from "node:path";
import { PASSWORD_LENGTH_MIN } from "../../domain/identity/password.ts";
import { DEFAULT_INSTALL, isInstallName, notAnInstall } from "../setup/install.ts";

/** What the environment says about a start. */
export interface StartEnvironment {
  /** what the names of its queues, bucket and database begin with */
  install: string;
  port: number;
  /** where D1, the objects and the bucket persist; absolute */
  stateDir: string;
  demo: boolean;
  scheduler: boolean;
  /** whether what production would refuse is refused here too: `on`, `off`, or numbers as `db/limits/invocation.ts` reads */
  limits: string;
  /** an admin key to be made on an empty state */
  apiKey: string | null;
  /** `email:password` of the first person, to be made on an empty state */
  admin: string | null;
  /** the number of SKU shards, if another than wrangler.toml says */
  skuShards: string | null;
}

/** A switch has a value that it cannot have. */
export class BadEnvironment extends Error {}

/**
 * Reads INSTALL, PORT, STATE_DIR, DEMO, SCHEDULER, ENFORCE_LIMITS, SKU_SHARDS, BOOTSTRAP_API_KEY and BOOTSTRAP_ADMIN.
 * @throws BadEnvironment
 */
export function readEnvironment(env: Record<string, string | undefined>): StartEnvironment {
  const port = Number(env.PORT || 8787);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new BadEnvironment(`PORT=${env.PORT} is no port`);
  const admin = env.BOOTSTRAP_ADMIN || null;
  if (admin !== null && !/^[^:\s]+@[^:\s]+:.+$/.test(admin)) {
    throw new BadEnvironment("BOOTSTRAP_ADMIN has to be email:password");
  }
  if (admin !== null && admin.length - admin.indexOf(":") <= PASSWORD_LENGTH_MIN) {
    throw new BadEnvironment(`the password in BOOTSTRAP_ADMIN needs ${PASSWORD_LENGTH_MIN} characters`);
  }
  const install = env.INSTALL || DEFAULT_INSTALL;
  if (!isInstallName(install)) throw new BadEnvironment(notAnInstall(install));
  const ownState = install === DEFAULT_INSTALL ? ".wrangler/state" : `.wrangler/installs/${install}/state`;
  return {
    install,
    port,
    stateDir: resolve(env.STATE_DIR || ownState),
    demo: env.DEMO !== "off",
    scheduler: env.SCHEDULER !== "off",
    limits: env.ENFORCE_LIMITS || "on",
    apiKey: env.BOOTSTRAP_API_KEY || null,
    admin,
    skuShards: env.SKU_SHARDS || null,
  };
}
