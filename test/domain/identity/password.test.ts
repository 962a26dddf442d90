import { describe, expect, it } from "vitest";
import { hashPassword, verifyPassword } from "../../../domain/identity/password.ts";

const salt = new Uint8Array(16).fill(7);

describe("a password's hash", () => {
  const stored = hashPassword("correct horse battery", salt);

  it("names its parameters and never the password", () => {
    expect(stored).toMatch(/^scrypt\$16384\$8\$1\$(07){16}\$[0-9a-f]{64}$/);
    expect(stored).not.toContain("horse");
  });

  it("is matched by that password only", () => {
    expect(verifyPassword("correct horse battery", stored)).toBe(true);
    expect(verifyPassword("correct horse batterz", stored)).toBe(false);
    expect(verifyPassword("", stored)).toBe(false);
  });

  it("is matched however the keyboard composes the same letters", () => {
    const composed = hashPassword("caf\u00e9 au lait", salt);
    expect(verifyPassword("cafe\u0301 au lait", composed)).toBe(true);
  });

  it("differs by salt", () => {
    expect(hashPassword("correct horse battery", new Uint8Array(16).fill(8))).not.toBe(stored);
    expect(() => hashPassword("x", new Uint8Array(3))).toThrow("a salt has 16 bytes");
  });

  it("with its own cost is read by that cost (RFC 7914, section 12, first vector)", () => {
    const hash =
      "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442" +
      "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906";
    expect(verifyPassword("", `scrypt$16$1$1$$${hash}`)).toBe(false); // a hash without salt is none of ours
    const zero = "00".repeat(32);
    expect(verifyPassword("x", `scrypt$16$1$1$aa$${zero}`)).toBe(false);
  });

  it.each([
    "",
    "plain",
    "bcrypt$10$abc",
    "scrypt$1",
  ])("that is malformed (%j) is matched by nothing", (bad) => {
    expect(verifyPassword("plain", bad)).toBe(false);
  });
});
