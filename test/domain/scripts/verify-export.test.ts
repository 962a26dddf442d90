import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { appendEntries, GENESIS } from "../../../domain/ledger/entries.ts";

const BODIES = [1, 2, 3].map((n) => ({ sku: `A-${n}`, to: n * 100, detail: { b: [n, "ü"], a: null } }));
const ENTRIES = appendEntries({ count: 0, hash: GENESIS }, BODIES);

function verified(entries: readonly object[]) {
  const input = entries.map((entry) => JSON.stringify(entry)).join("\n");
  const { status, stdout, stderr } = spawnSync(process.execPath, ["scripts/verify-export.mjs"], {
    input,
    encoding: "utf8",
  });
  return { status, text: (stdout + stderr).trim() };
}

describe("an export, verified without a package", () => {
  it("holds as it was written", () => {
    expect(verified(ENTRIES)).toEqual({ status: 0, text: `3 entries hold, head ${ENTRIES[2]!.hash}` });
  });

  it.each<[string, object[], string]>([
    [
      "edited",
      [ENTRIES[0]!, { ...ENTRIES[1]!, to: 1 }, ENTRIES[2]!],
      "entry 2: content does not match its hash",
    ],
    ["without one", [ENTRIES[0]!, ENTRIES[2]!], "entry 2: is missing"],
    ["with two swapped", [ENTRIES[1]!, ENTRIES[0]!], "entry 1: is missing"],
    [
      "cut at the front and renumbered",
      [{ ...ENTRIES[1]!, seq: 1 }],
      "entry 1: does not link to the entry before",
    ],
  ])("does not when %s", (_, entries, text) => {
    expect(verified(entries)).toEqual({ status: 1, text });
  });
});
