import { describe, expect, it } from "vitest";
import { chance, pricesVerdict } from "../../../app/src/format/prices-right.ts";

const said = (each: number, inTheMean: number) =>
  pricesVerdict({ each, inTheMean }).title.replaceAll("\u202f", " ");

describe("how right the shop's own prices seem", () => {
  it.each([
    [0.87, 0.09, "Your prices seem right: 87 % likely."],
    [0.55, 0.24, "Your prices seem right on average: 79 % likely."],
    [0.02, 0.97, "Your prices seem right on average: 99 % likely."],
    // before any data
    [0.4, 0.2, "Not known yet whether your prices are right: 60 % likely."],
    [0.02, 0.01, "Your prices do not seem right: the chance that they are is 3 %."],
    [0, 0.001, "Your prices do not seem right: the chance that they are is under 1 %."],
  ])("each %s, on average %s: %s", (each, inTheMean, text) => {
    expect(said(each, inTheMean)).toBe(text);
  });

  it("is never called certain", () => {
    expect([chance(1), chance(0.99), chance(0)].map((text) => text.replace("\u202f", " "))).toEqual([
      "over 99 %",
      "99 %",
      "under 1 %",
    ]);
  });
});
