import { readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Install, newStateDir, printed, ROOT, run, startInstall } from "../support/install.ts";
import { freePort } from "../support/ports.ts";

const state = newStateDir();
let install: Install;
beforeAll(async () => {
  install = await startInstall(state.path, { env: { BOOTSTRAP_ADMIN: "" } });
});
afterAll(async () => {
  await install?.kill();
  state.remove();
});

function startAgain(env: Record<string, string>) {
  return run("npm", ["start", "--silent"], { STATE_DIR: state.path, DEMO: "off", ...env });
}

describe("npm start", () => {
  it("says in one line where it is and how to sign in, and that sign-in works", async () => {
    const lines = install
      .output()
      .split("\n")
      .filter((line) => line.includes("Pricewright"));
    expect(lines).toHaveLength(1);
    const [, email, password] =
      lines[0]!.match(/ready at http:\/\/localhost:\d+ \(sign in as (\S+) with (\S+)\)$/) ?? [];
    const answer = await fetch(`${install.url}/api/auth/sign-in`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email, password }),
    });
    expect(answer.status).toBe(200);
  });

  it("refuses another start on the same state in one line", async () => {
    const second = startAgain({ PORT: String(await freePort()) });
    expect(await second.ended).toBe(1);
    expect(second.output().trim()).toMatch(/^Pricewright already runs on \S+ \(process \d+\)$/);
  });

  it("refuses a port that is in use in one line", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as { port: number };
    const empty = newStateDir();
    const refused = startAgain({ PORT: String(port), STATE_DIR: empty.path });
    expect(await refused.ended).toBe(1);
    expect(refused.output().trim()).toBe(`port ${port} is in use: stop what listens there, or set PORT`);
    other.close();
    empty.remove();
  });

  it("prints a key that works, and ends on SIGINT to npm even where a script in the background ignores that", async () => {
    const empty = newStateDir();
    const port = await freePort();
    const script = run("sh", ["-c", "trap '' INT; npm start --silent & echo npm is $!; wait"], {
      ...{ STATE_DIR: empty.path, PORT: String(port), DEMO: "off", SCHEDULER: "off" },
    });
    await printed(script, /Ctrl\+C stops it/);
    const key = script.output().match(/export PRICEWRIGHT_KEY=(\S+)/)![1];
    const headers = { authorization: `Bearer ${key}` };
    expect((await fetch(`http://localhost:${port}/api/sources`, { headers })).status).toBe(200);
    process.kill(Number(script.output().match(/npm is (\d+)/)![1]), "SIGINT");
    await script.ended;
    await expect(fetch(`http://localhost:${port}/api/health`)).rejects.toThrow();
    empty.remove();
  });

  it.each([
    [{ PORT: "web" }, "PORT=web is no port"],
    [{ BOOTSTRAP_ADMIN: "a@b.example:short" }, "the password in BOOTSTRAP_ADMIN needs 8 characters"],
  ])("refuses %j in one line", async (env, line) => {
    const refused = startAgain(env);
    expect(await refused.ended).toBe(1);
    expect(refused.output().trim()).toBe(line);
  });

  it("runs a second install beside it under names of its own, and neither sees the other's rows", async () => {
    const other = newStateDir();
    const brand = await startInstall(other.path, { env: { INSTALL: "brand-two" } });
    const count = async ({ api }: Install, path: string) =>
      (await api.get<{ items: unknown[] }>(path)).items.length;
    try {
      const products = "sku,title,category,price,currency\nTWO-1,Kettle,kitchen,20.00,EUR\n";
      await brand.api.post("/api/import/products", products, { "content-type": "text/csv" });
      const observation = { sku: "TWO-1", competitor: "acme", price: "19.00", currency: "EUR" };
      const { batchId } = await brand.api.post<{ batchId: string }>("/api/ingest/observations", {
        source: "scraper",
        observations: [{ ...observation, availability: "in_stock", observedAt: new Date().toISOString() }],
      });
      // its own queues brought the row to its own shards
      await expect
        .poll(() => brand.api.get(`/api/ingest/batches/${batchId}?source=scraper`), { timeout: 30_000 })
        .toMatchObject({ status: "done", accepted: 1 });
      for (const path of ["/api/products", "/api/competitors", "/api/products/TWO-1/offers"])
        expect(await count(brand, path), path).toBeGreaterThan(0);
      for (const path of ["/api/products", "/api/competitors"])
        expect(await count(install, path), path).toBe(0);
      const config = readFileSync(join(ROOT, "wrangler.brand-two.toml"), "utf8");
      expect(config).toContain('queue = "brand-two-observations"');
      expect(config).not.toMatch(/"pricewright/);
    } finally {
      await brand.kill();
      other.remove();
      rmSync(join(ROOT, "wrangler.brand-two.toml"), { force: true });
    }
  });

  it("ends all of it on SIGTERM, and the next start says the address alone", async () => {
    await install.stop();
    await expect(fetch(`${install.url}/api/health`)).rejects.toThrow();
    install = await startInstall(state.path, { port: install.port });
    expect(install.output().trim()).toBe(`Pricewright ready at http://localhost:${install.port}`);
  });

  it("carries on after every process was killed", async () => {
    await install.kill();
    install = await startInstall(state.path, { port: install.port });
    expect((await fetch(`${install.url}/api/health`)).status).toBe(200);
  });
});
