import { describe, expect, it } from "vitest";
import { canonicalJson, sha256Hex } from "../../../domain/base/canonical-json.ts";
import { decidePrice } from "../../../domain/pricing/decision/decide.ts";
import { decisionDigest, decisionHash } from "../../../domain/pricing/decision/decision.ts";
import { elastic, inputsOf, policyOf } from "../pricing/decision/fixture.ts";

describe("canonical JSON", () => {
  it("sorts keys and keeps the order of lists", () => {
    expect(canonicalJson({ b: 1, c: 2, a: [3, { d: null, c: "ä" }], z: undefined })).toBe(
      '{"a":[3,{"c":"ä","d":null}],"b":1,"c":2}',
    );
  });

  it("writes numbers in one way", () => {
    expect(canonicalJson([-0, 1.0, 0.1, 1e21])).toBe("[0,1,0.1,1e+21]");
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 1n, () => 1, undefined])("refuses %s", (value) => {
    expect(() => canonicalJson([value])).toThrow(TypeError);
  });
});

describe("hashes", () => {
  it("is SHA-256 (FIPS 180-4 example)", () => {
    expect(sha256Hex("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });

  const decisions = ["b", "a", "c"].map((sku) =>
    decidePrice(inputsOf({ sku, elasticity: elastic(-4) }), policyOf()),
  );
  const digests = decisions.map((decision) => ({ sku: decision.sku, digest: decisionDigest(decision) }));

  it("does not depend on the order of the decisions", () => {
    expect(decisionHash(digests)).toBe(decisionHash([...digests].reverse()));
  });

  it("depends on every decision", () => {
    const other = decidePrice(inputsOf({ sku: "a", elasticity: elastic(-1.2) }), policyOf());
    const changed = digests.map((entry) =>
      entry.sku === "a" ? { sku: "a", digest: decisionDigest(other) } : entry,
    );
    expect(decisionHash(changed)).not.toBe(decisionHash(digests));
    expect(decisionHash(digests.slice(1))).not.toBe(decisionHash(digests));
  });
});
