import { Secret } from "otpauth";
import { describe, expect, it } from "vitest";
import {
  plainRecoveryCode,
  recoveryCodes,
  totpSecret,
  totpStep,
  totpUri,
} from "../../../domain/identity/second-factor.ts";

/** The secret of RFC 6238, appendix B. */
const RFC = Secret.fromLatin1("12345678901234567890").base32;

describe("a code by time", () => {
  it.each([
    [59_000, "287082", 1],
    [1_111_111_109_000, "081804", 37_037_036],
    [20_000_000_000_000, "353130", 666_666_666],
  ])("at %i is %s (RFC 6238, appendix B, last six digits)", (now, code, step) => {
    expect(totpStep(RFC, code, now)).toBe(step);
  });

  it("counts one step before and after its own, and no further", () => {
    expect(totpStep(RFC, "287082", 89_999)).toBe(1);
    expect(totpStep(RFC, "287082", 90_000)).toBe(null);
    expect(totpStep(RFC, "287082", 0)).toBe(1);
  });

  it("that is wrong is none", () => {
    expect(totpStep(RFC, "287083", 59_000)).toBe(null);
  });
});

it("a secret is base 32, and its link names us and the person", () => {
  const secret = totpSecret(new Uint8Array(20).fill(7));
  expect(secret).toMatch(/^[A-Z2-7]{32}$/);
  expect(totpUri(secret, "ada@shop.test")).toContain(
    "otpauth://totp/Pricewright:ada%40shop.test?issuer=Pricewright",
  );
  expect(() => totpSecret(new Uint8Array(3))).toThrow("a secret has 20 bytes");
});

it("recovery codes are ten, and read however they are typed", () => {
  const codes = recoveryCodes(Uint8Array.from({ length: 100 }, (_, i) => i));
  expect(codes).toHaveLength(10);
  expect(new Set(codes).size).toBe(10);
  expect(codes[0]).toBe("01234-56789");
  expect(plainRecoveryCode(" ABCDE fghjk")).toBe("abcdefghjk");
});
