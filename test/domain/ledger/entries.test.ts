import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson, sha256Hex } from "../../../domain/base/canonical-json.ts";
import {
  appendEntries,
  type ChainHead,
  entryHash,
  firstBadEntry,
  GENESIS,
} from "../../../domain/ledger/entries.ts";

const EMPTY: ChainHead = { count: 0, hash: GENESIS };

const bodies = [
  { sku: "LAMP", from: null, to: 1990, actor: "key:shop", at: 1_000, reason: null },
  { sku: "LAMP", from: 1990, to: 1890, actor: "user:ada@shop.test", at: 2_000, reason: "cheaper" },
  { sku: "VASE", from: null, to: 500, actor: "key:shop", at: 2_000, reason: null },
];

/** A body as the ledger or the audit may hold it. */
const anyBody = fc.record({
  sku: fc.string(),
  from: fc.option(fc.integer(), { nil: null }),
  to: fc.integer(),
  at: fc.nat(),
  reason: fc.option(fc.string(), { nil: null }),
  detail: fc.jsonValue({ maxDepth: 2 }),
});
const anyChain = fc.array(anyBody, { minLength: 1, maxLength: 8 });

describe("appending", () => {
  it("numbers entries from the head on and links each to the one before", () => {
    const chain = appendEntries(EMPTY, bodies);
    expect(chain.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(chain[0]!.prevHash).toBe(GENESIS);
    expect(chain[1]!.prevHash).toBe(chain[0]!.hash);
    expect(chain[2]!.prevHash).toBe(chain[1]!.hash);
  });

  it("hashes everything but the hash itself", () => {
    const [entry] = appendEntries(EMPTY, bodies);
    const { hash, ...content } = entry!;
    expect(hash).toBe(sha256Hex(canonicalJson(content)));
    const claimed: typeof content & { hash: string } = { ...content, hash: "anything" };
    expect(entryHash(claimed)).toBe(hash);
  });

  it("in two parts gives the same chain as in one", () => {
    const whole = appendEntries(EMPTY, bodies);
    const first = appendEntries(EMPTY, bodies.slice(0, 1));
    const rest = appendEntries({ count: 1, hash: first[0]!.hash }, bodies.slice(1));
    expect([...first, ...rest]).toEqual(whole);
  });

  it("no entries to a chain leaves it as it is", () => {
    expect(appendEntries({ count: 7, hash: "x" }, [])).toEqual([]);
  });
});

describe("verifying", () => {
  it("finds no fault in an unchanged chain, from any place on", () => {
    const chain = appendEntries(EMPTY, bodies);
    expect(firstBadEntry(EMPTY, chain)).toBeNull();
    expect(firstBadEntry({ count: 2, hash: chain[1]!.hash }, chain.slice(2))).toBeNull();
    expect(firstBadEntry(EMPTY, [])).toBeNull();
  });

  it("names an entry that is gone", () => {
    const [first, , third] = appendEntries(EMPTY, bodies);
    expect(firstBadEntry(EMPTY, [first!, third!])).toEqual({ seq: 2, reason: "entry 2 is missing" });
  });

  it("names an entry whose content was changed", () => {
    const chain = appendEntries(EMPTY, bodies);
    chain[1] = { ...chain[1]!, to: 1 };
    expect(firstBadEntry(EMPTY, chain)).toEqual({ seq: 2, reason: "content does not match its hash" });
  });

  it("names the next entry when a changed one was given a new hash", () => {
    const chain = appendEntries(EMPTY, bodies);
    const forged = { ...chain[1]!, to: 1 };
    chain[1] = { ...forged, hash: entryHash({ ...forged }) };
    expect(firstBadEntry(EMPTY, chain)).toEqual({ seq: 3, reason: "does not link to the entry before" });
  });

  it("finds any single field edited, in any entry of any chain", () => {
    fc.assert(
      fc.property(anyChain, fc.nat(), fc.nat(), fc.string(), (chainBodies, at, which, junk) => {
        const chain = appendEntries(EMPTY, chainBodies);
        const position = at % chain.length;
        const entry = chain[position]!;
        const fields = Object.keys(entry) as (keyof typeof entry)[];
        const field = fields[which % fields.length]!;
        // past 2^53 a number plus one is the same number
        const canStep = Number.isSafeInteger(entry[field]);
        const value = canStep ? Number(entry[field]) + 1 : { edited: [junk, entry[field]] };
        const edited = chain.with(position, { ...entry, [field]: value });
        const bad = firstBadEntry(EMPTY, edited);
        expect(bad).not.toBeNull();
        expect(bad!.seq).toBe(position + 1);
      }),
    );
  });

  it("finds any entry removed but the last, and any two neighbours swapped", () => {
    fc.assert(
      fc.property(fc.array(anyBody, { minLength: 2, maxLength: 8 }), fc.nat(), (chainBodies, at) => {
        const chain = appendEntries(EMPTY, chainBodies);
        const position = at % (chain.length - 1);
        expect(firstBadEntry(EMPTY, chain.toSpliced(position, 1))?.seq).toBe(position + 1);
        const swapped = chain.toSpliced(position, 2, chain[position + 1]!, chain[position]!);
        expect(firstBadEntry(EMPTY, swapped)?.seq).toBe(position + 1);
      }),
    );
  });
});
