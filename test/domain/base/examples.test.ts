import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const BASE = join(import.meta.dirname, "../../../domain/base");
const EXAMPLE = /@example\n((?: \* .*\n)+)/g;

/** The lines of a file's examples, `expression // value`, each with the statements above it. */
function examplesOf(text: string): { setup: string; expression: string; value: string }[] {
  return [...text.matchAll(EXAMPLE)].flatMap(([, block]) => {
    const lines = block!
      .trimEnd()
      .split("\n")
      .map((line) => line.slice(" * ".length));
    const setup = lines.filter((line) => line.endsWith(";")).join("\n");
    return lines.flatMap((line) => {
      const [, expression, value] = / \/\/ /.test(line) ? /^(.*) \/\/ (.*)$/.exec(line)! : [];
      return expression && value ? [{ setup, expression, value }] : [];
    });
  });
}

/** As many decimals as the example shows. */
function decimalsOf(value: string): number {
  return /\.(\d+)$/.exec(value)?.[1]?.length ?? 0;
}

describe.each(readdirSync(BASE))("the examples in domain/base/%s", (file) => {
  const examples = examplesOf(readFileSync(join(BASE, file), "utf8"));
  it.skipIf(examples.length === 0)("come out as they say", async () => {
    const names: Record<string, unknown> = await import(join(BASE, file));
    const run = (code: string) =>
      new Function(...Object.keys(names), code)(...Object.values(names)) as unknown;
    for (const { setup, expression, value } of examples) {
      const [actual, expected] = [run(`${setup}\nreturn ${expression}`), run(`return ${value}`)];
      if (typeof actual === "number" && decimalsOf(value) > 0)
        expect(actual, expression).toBeCloseTo(expected as number, decimalsOf(value) - 1);
      else expect(actual, expression).toEqual(expected);
    }
  });
});
