import { expect, it } from "vitest";
import { nextSpan, readTraceparent, traceparent } from "../../../domain/base/trace.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN = "00f067aa0ba902b7";

it.each([
  ["the example of the standard", `00-${TRACE}-${SPAN}-01`, true],
  ["one that is not recorded", `00-${TRACE}-${SPAN}-00`, true],
  ["a later version with more fields", `cc-${TRACE}-${SPAN}-01-what-comes`, true],
  ["version 00 with more fields", `00-${TRACE}-${SPAN}-01-more`, false],
  ["the forbidden version", `ff-${TRACE}-${SPAN}-01`, false],
  ["a trace of zeros", `00-${"0".repeat(32)}-${SPAN}-01`, false],
  ["a span of zeros", `00-${TRACE}-${"0".repeat(16)}-01`, false],
  ["capital letters", `00-${TRACE.toUpperCase()}-${SPAN}-01`, false],
  ["too short an id", `00-${TRACE.slice(1)}-${SPAN}-01`, false],
  ["nothing", "", false],
])("%s", (_, header, isValid) => {
  const read = readTraceparent(header);
  expect(read === null ? null : [read.traceId, read.spanId]).toEqual(isValid ? [TRACE, SPAN] : null);
});

it("a step keeps the trace and has an id of its own; without one a trace begins", () => {
  const random = Uint8Array.from({ length: 24 }, (_, i) => i + 1);
  const begun = nextSpan(null, random);
  expect(traceparent(begun)).toBe("00-090a0b0c0d0e0f101112131415161718-0102030405060708-01");
  expect(readTraceparent(traceparent(begun))).toEqual(begun);
  const given = readTraceparent(`00-${TRACE}-${SPAN}-00`);
  expect(nextSpan(given, random)).toEqual({ traceId: TRACE, spanId: "0102030405060708", flags: "00" });
});
