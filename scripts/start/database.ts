import { quietEnvironment, runTool } from "./tools.ts";

/** A local database: where it lies, its name, and the configuration that knows it. */
export interface LocalDatabase {
  stateDir: string;
  name: string;
  config: string;
}

/** Brings the local D1 to the newest migration. */
export async function migrate({ stateDir, name, config }: LocalDatabase): Promise<void> {
  await runTool(
    "wrangler",
    ["d1", "migrations", "apply", name, "--config", config, "--local", "--persist-to", stateDir],
    quietEnvironment(stateDir),
  );
}

/** Whether the local D1 knows a person already. */
export async function hasUsers({ stateDir, name, config }: LocalDatabase): Promise<boolean> {
  const command = "SELECT EXISTS (SELECT 1 FROM users) AS known";
  const output = await runTool(
    "wrangler",
    [
      "d1",
      "execute",
      name,
      "--config",
      config,
      "--local",
      "--json",
      "--persist-to",
      stateDir,
      "--command",
      command,
    ],
    quietEnvironment(stateDir),
  );
  const [answer] = JSON.parse(output) as { results: { known: number }[] }[];
  return answer?.results[0]?.known === 1;
}
