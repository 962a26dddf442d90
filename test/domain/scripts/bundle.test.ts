import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { unstable_readConfig as readConfig } from "wrangler";

test("what makes mails brings no core-js along, whose test of the engine slows every array down", () => {
  const { alias = {} } = readConfig({ config: "wrangler.toml" });
  const text = readFileSync("node_modules/mimetext/dist/mimetext.browser.es.js", "utf8");
  const imported = [...text.matchAll(/from\s*"(@babel\/runtime-corejs3[^"]*)"/g)].map(([, name]) => name!);
  expect(imported.length).toBeGreaterThan(0);
  expect(Object.keys(alias)).toEqual(expect.arrayContaining(imported));
});
