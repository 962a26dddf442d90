import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { unstable_readConfig as readConfig } from "wrangler";
import {
  checkInstall,
  configFile,
  configOf,
  deployment,
  partOf,
  resources,
} from "../../../scripts/setup/install.ts";

const WHOLE = readFileSync("wrangler.toml", "utf8");
const OWN = partOf(WHOLE, null);
const named = (text: string) =>
  [...text.matchAll(/^(?:name|queue|dead_letter_queue|bucket_name|database_name) = "([a-z].*)"$/gm)].map(
    ([, name]) => name!,
  );

describe("staging, an environment of the configuration", () => {
  test("has all that the install has, under names of its own", () => {
    const own = readConfig({ config: "wrangler.toml" });
    const staging = readConfig({ config: "wrangler.toml", env: "staging" });
    const ofEnvironment = ({
      vars,
      queues,
      d1_databases,
      r2_buckets,
      durable_objects,
      ...rest
    }: typeof own) => ({
      ...{ vars, queues, r2_buckets, durable_objects, limits: rest.limits, triggers: rest.triggers },
      ...{ migrations: rest.migrations, observability: rest.observability, main: rest.main },
      databases: d1_databases.map((one: object) => ({ ...one, database_id: "" })),
    });
    const renamed = JSON.stringify(ofEnvironment(own)).replaceAll(
      /"pricewright(?=["-])/g,
      '"pricewright-staging',
    );
    expect(ofEnvironment(staging)).toEqual(JSON.parse(renamed));
    expect(staging.name).toBe("pricewright-staging");
    expect(staging.d1_databases[0]!.database_id).not.toBe(own.d1_databases[0]!.database_id);
    const [ours, others] = [named(OWN), named(partOf(WHOLE, "staging"))].map((names) => new Set(names));
    expect([...others!].filter((name) => ours!.has(name))).toEqual([]);
    expect(others!.size).toBe(ours!.size);
  });

  test("is set up by its own commands", () => {
    const part = partOf(WHOLE, "staging");
    expect(
      resources(part).every(({ command }) => command.some((word) => word.startsWith("pricewright-staging-"))),
    ).toBe(true);
    const from = ["--config", "wrangler.toml", "--env=staging"];
    expect(deployment(part, from, "app").map(({ command }) => command.join(" "))).toEqual([
      "d1 migrations apply pricewright-staging --remote --config wrangler.toml --env=staging",
      "deploy --config wrangler.toml --env=staging",
      "pages project create pricewright-staging-app --production-branch main",
      "pages deploy --project-name pricewright-staging-app --cwd app",
    ]);
    expect(() => partOf(WHOLE, "nightly")).toThrow("has no [env.nightly]");
  });
});

describe("a second install of one account", () => {
  const config = configOf(WHOLE, "brand-two", new Map([["brand-two", "0f0e"]]));
  const brand = partOf(config, null);

  test("shares no name with the first, and has all of its bindings", () => {
    const all = [OWN, brand, partOf(WHOLE, "staging"), partOf(config, "staging")].map(
      (text) => new Set(named(text)),
    );
    expect(all.map(({ size }) => size)).toEqual(all.map(() => all[0]!.size));
    expect(new Set(all.flatMap((names) => [...names])).size).toBe(all.length * all[0]!.size);
    const bindings = (text: string) =>
      [...text.matchAll(/^(binding|class_name|max_\w+|crons) = .*$/gm)].map(String);
    expect(bindings(brand)).toEqual(bindings(OWN));
    expect(brand).toContain('database_id = "0f0e"');
    expect(partOf(config, "staging")).not.toContain("0f0e");
    expect(config).not.toContain('"pricewright');
  });

  test("has a file of its own, and a name that Cloudflare takes", () => {
    expect([configFile("pricewright"), configFile("brand-two")]).toEqual([
      "wrangler.toml",
      "wrangler.brand-two.toml",
    ]);
    for (const bad of ["Brand", "x", "a b", "-a-", "a".repeat(40)])
      expect(() => checkInstall(bad)).toThrow("is not a name");
  });

  test("is made by commands that may be repeated: each queue and the bucket once, then schema, Worker, dashboard", () => {
    const made = resources(brand).map(({ what }) => what);
    expect(made.filter((what) => what.startsWith("queue")).sort()).toEqual(
      ["dead-letters", "events", "observations", "runs"].map((queue) => `queue brand-two-${queue}`),
    );
    expect(made).toContain("bucket brand-two-lake");
    for (const { what, isDone } of resources(brand))
      if (!what.startsWith("retention")) expect(isDone?.test("it already exists")).toBe(true);
    expect(deployment(brand, ["--config", "wrangler.brand-two.toml"], "app").map(({ what }) => what)).toEqual(
      [...["migrations", "Worker", "Pages project", "dashboard"]],
    );
  });

  test("is shown by a dry run, which changes nothing", () => {
    const { stdout, status } = spawnSync(
      process.execPath,
      ["scripts/setup.ts", "--install", "brand-two", "--domain", "prices.brand.example", "--dry-run"],
      { encoding: "utf8" },
    );
    expect(status).toBe(0);
    expect(stdout).toContain("npx wrangler d1 create brand-two\n");
    expect(stdout).toContain("npx wrangler deploy --config wrangler.brand-two.toml --env=\n");
    expect(stdout).toContain("MISSING: npx wrangler secret put INSTALL_SECRET");
    expect(stdout).toContain("webhooks: https://prices.brand.example/api/hooks/");
  });
});
