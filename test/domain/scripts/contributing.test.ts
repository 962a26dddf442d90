import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../../..");
const PATH = /`((?:app|bench|db|docs|domain|durable|queues|scripts|services|test|worker)\/[\w./-]*)`/g;

describe("the map in CONTRIBUTING.md", () => {
  const paths = [...readFileSync(join(ROOT, "CONTRIBUTING.md"), "utf8").matchAll(PATH)].map(
    ([, path]) => path!,
  );
  it("names many places", () => {
    expect(paths.length).toBeGreaterThan(30);
  });
  it.each(paths)("names %s, which is there", (path) => {
    expect(existsSync(join(ROOT, path))).toBe(true);
  });
});
