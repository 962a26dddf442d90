import { quietEnvironment, runTool } from "./tools.ts";

const DATABASE = "pricewright";

/** Brings the local D1 to the newest migration. */
export async function migrate(stateDir: string): Promise<void> {
  await runTool(
    "wrangler",
    ["d1", "migrations", "apply", DATABASE, "--local", "--persist-to", stateDir],
    quietEnvironment(stateDir),
  );
}

/** Whether the local D1 knows a person already. */
export async function hasUsers(stateDir: string): Promise<boolean> {
  const command = "SELECT EXISTS (SELECT 1 FROM users) AS known";
  const output = await runTool(
    "wrangler",
    ["d1", "execute", DATABASE, "--local", "--json", "--persist-to", stateDir, "--command", command],
    quietEnvironment(stateDir),
  );
  const [answer] = JSON.parse(output) as { results: { known: number }[] }[];
  return answer?.results[0]?.known === 1;
}
