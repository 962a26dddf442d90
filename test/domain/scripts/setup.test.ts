import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { checkInstall, configFile, configOf, deployment, resources } from "../../../scripts/setup/install.ts";

const OWN = readFileSync("wrangler.toml", "utf8");
const named = (text: string) =>
  [...text.matchAll(/^(?:name|queue|dead_letter_queue|bucket_name|database_name) = "([a-z].*)"$/gm)].map(
    ([, name]) => name!,
  );

describe("a second install of one account", () => {
  const brand = configOf(OWN, "brand-two", "0f0e");
  const staging = configOf(OWN, "pricewright-staging");

  test("shares no name with the first, and has all of its bindings", () => {
    const all = [named(OWN), named(brand), named(staging)].map((names) => new Set(names));
    expect(all.map(({ size }) => size)).toEqual([all[0]!.size, all[0]!.size, all[0]!.size]);
    expect(new Set(all.flatMap((names) => [...names])).size).toBe(3 * all[0]!.size);
    const bindings = (text: string) =>
      [...text.matchAll(/^(binding|class_name|max_\w+|crons) = .*$/gm)].map(String);
    expect(bindings(brand)).toEqual(bindings(OWN));
    expect(brand).toContain('database_id = "0f0e"');
    expect(brand).not.toContain('"pricewright');
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
    expect(deployment(brand, "wrangler.brand-two.toml", "app").map(({ what }) => what)).toEqual([
      ...["migrations", "Worker", "Pages project", "dashboard"],
    ]);
  });

  test("is shown by a dry run, which changes nothing", () => {
    const { stdout, status } = spawnSync(
      process.execPath,
      ["scripts/setup.ts", "--install", "brand-two", "--domain", "prices.brand.example", "--dry-run"],
      { encoding: "utf8" },
    );
    expect(status).toBe(0);
    expect(stdout).toContain("npx wrangler d1 create brand-two\n");
    expect(stdout).toContain("npx wrangler deploy --config wrangler.brand-two.toml\n");
    expect(stdout).toContain("MISSING: npx wrangler secret put INSTALL_SECRET");
    expect(stdout).toContain("webhooks: https://prices.brand.example/api/hooks/");
  });
});
