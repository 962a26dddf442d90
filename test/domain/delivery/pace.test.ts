import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  newPace,
  offerFrame,
  readOf,
  takeRead,
  UNREAD_FOR_MS,
  UNREAD_FRAMES_MAX,
} from "../../../domain/delivery/live-digest.ts";

/** A socket that has said what it read at frame 0. */
function reader() {
  const pace = newPace(0);
  takeRead(pace, 0, 0);
  return pace;
}

describe("a socket's pace", () => {
  it("is not limited for a socket that never says what it has read", () => {
    const pace = newPace(0);
    for (let seq = 1; seq < 1_000; seq++) expect(offerFrame(pace, seq, 0)).toBe("send");
  });

  it("leaves out frames beyond what may be unread, and resets once all that was sent is read", () => {
    const pace = reader();
    const sent = Array.from({ length: 50 }, (_, i) => offerFrame(pace, i + 1, 0)).filter(
      (decision) => decision === "send",
    );
    expect(sent).toHaveLength(UNREAD_FRAMES_MAX);
    expect(takeRead(pace, UNREAD_FRAMES_MAX - 1, 50)).toBe(false);
    expect(offerFrame(pace, 51, 0)).toBe("skip");
    expect(takeRead(pace, UNREAD_FRAMES_MAX, 51)).toBe(true);
    expect(offerFrame(pace, 52, 0)).toBe("send");
  });

  it("closes one that stays behind", () => {
    const pace = reader();
    for (let seq = 1; seq <= UNREAD_FRAMES_MAX; seq++) offerFrame(pace, seq, 0);
    expect(offerFrame(pace, 100, 5)).toBe("skip");
    expect(offerFrame(pace, 101, 4 + UNREAD_FOR_MS)).toBe("skip");
    expect(offerFrame(pace, 102, 5 + UNREAD_FOR_MS)).toBe("close");
  });

  it("is not moved by what was never sent", () => {
    const pace = reader();
    offerFrame(pace, 1, 0);
    expect(takeRead(pace, 9, 9)).toBe(false);
    expect(takeRead(pace, Number.NaN, 9)).toBe(false);
    expect(pace.read).toBe(0);
  });

  it("never leaves a reader without a frame or a reset, and never has it far behind", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constant("frame"), fc.nat(40)), { maxLength: 300 }), (steps) => {
        const pace = reader();
        let seq = 0;
        let inbox: number[] = [];
        let read = 0;
        for (const step of steps) {
          if (step === "frame") {
            seq++;
            if (offerFrame(pace, seq, 0) === "send") inbox.push(seq);
            expect(inbox.length).toBeLessThanOrEqual(UNREAD_FRAMES_MAX);
          } else {
            read = inbox.splice(0, step as number).at(-1) ?? read;
            if (takeRead(pace, read, seq)) {
              expect(inbox).toEqual([]);
              read = seq;
              takeRead(pace, read, seq);
            }
          }
        }
        read = inbox.at(-1) ?? read;
        inbox = [];
        if (takeRead(pace, read, seq)) read = seq;
        expect(read).toBe(seq);
      }),
    );
  });
});

describe("readOf", () => {
  it.each([
    ['{"read":17}', 17],
    ['{"read":1763700000000001}', 1_763_700_000_000_001],
    ["ping", null],
    ['{"read":-1}', null],
    ['{"read":"17"}', null],
    [new ArrayBuffer(4), null],
  ])("%s", (message, read) => {
    expect(readOf(message)).toBe(read);
  });
});
