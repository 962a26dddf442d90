import { describe, expect, it } from "vitest";
import {
  DECOY_HASH,
  hashPassword,
  passwordProblem,
  verifyPassword,
} from "../../../domain/identity/password.ts";

const salt = new Uint8Array(16).fill(7);

describe("a password's hash", async () => {
  const stored = await hashPassword("correct horse battery", salt);

  it("names its parameters and never the password", () => {
    expect(stored).toMatch(/^scrypt\$16384\$8\$1\$(07){16}\$[0-9a-f]{64}$/);
    expect(stored).not.toContain("horse");
  });

  it("is matched by that password only", async () => {
    expect(await verifyPassword("correct horse battery", stored)).toBe(true);
    expect(await verifyPassword("correct horse batterz", stored)).toBe(false);
    expect(await verifyPassword("", stored)).toBe(false);
  });

  it("is matched however the keyboard composes the same letters", async () => {
    const composed = await hashPassword("caf\u00e9 au lait", salt);
    expect(await verifyPassword("cafe\u0301 au lait", composed)).toBe(true);
  });

  it("differs by salt", async () => {
    expect(await hashPassword("correct horse battery", new Uint8Array(16).fill(8))).not.toBe(stored);
    await expect(hashPassword("x", new Uint8Array(3))).rejects.toThrow("a salt has 16 bytes");
  });

  it("with its own cost is read by that cost (RFC 7914, section 12, first vector)", async () => {
    const hash =
      "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442" +
      "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906";
    expect(await verifyPassword("", `scrypt$16$1$1$$${hash}`)).toBe(false); // a hash without salt is none of ours
    const zero = "00".repeat(32);
    expect(await verifyPassword("x", `scrypt$16$1$1$aa$${zero}`)).toBe(false);
  });

  it.each([
    "",
    "plain",
    "bcrypt$10$abc",
    "scrypt$1",
  ])("that is malformed (%j) is matched by nothing", async (bad) => {
    expect(await verifyPassword("plain", bad)).toBe(false);
  });
});

it("the decoy costs what a password costs, and nothing matches it", async () => {
  expect(DECOY_HASH.split("$").slice(0, 4)).toEqual(["scrypt", "16384", "8", "1"]);
  expect(await verifyPassword("", DECOY_HASH)).toBe(false);
});

describe("a password that is chosen", () => {
  it.each([
    ["short77", "a password needs at least 8 characters"],
    ["😀😀😀😀😀😀😀", "a password needs at least 8 characters"],
    ["aaaaaaaa", "a password needs more than two different characters"],
    [" Ada@Shop.test ", "a password must not be your name or address"],
    ["correct horse battery", null],
  ])("%j: %s", (password, problem) => {
    expect(passwordProblem(password, ["ada@shop.test", "Ada"])).toBe(problem);
  });
});
