import { describe, expect, it } from "vitest";
import { type LiveFrame, resumeFrames } from "../../../domain/messages/live.ts";

const ring: LiveFrame[] = [
  { seq: 5, items: [] },
  { seq: 6, items: [] },
  { seq: 7, items: [] },
];

describe("resumeFrames", () => {
  it.each([
    ["nothing to one that saw the newest", 7, []],
    ["what it missed", 5, [6, 7]],
    ["the whole ring to one just before it", 4, [5, 6, 7]],
  ])("sends %s", (_, since, seqs) => {
    expect(resumeFrames(since, 7, ring).map(({ seq }) => seq)).toEqual(seqs);
  });

  it.each([
    ["behind the ring", 3],
    ["from another life of the feed", 99],
  ])("resets one that is %s", (_, since) => {
    expect(resumeFrames(since, 7, ring)).toEqual([{ seq: 7, reset: true }]);
  });

  it("resets when the ring is empty", () => {
    expect(resumeFrames(3, 7, [])).toEqual([{ seq: 7, reset: true }]);
  });
});
