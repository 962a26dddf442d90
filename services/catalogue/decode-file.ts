import { ProblemError } from "../../domain/contract/problem.ts";

/** A file's text, and the encoding that it was read in. */
export interface DecodedFile {
  text: string;
  encoding: string;
}

/** Zero bytes from this share of a sample on are UTF-16 without its mark. */
const ZERO_SHARE = 0.2;
const SAMPLE = 1_000;

/**
 * The text of a file: by its byte order mark, by the charset that the sender names, as UTF-8, and if it is none, as
 * windows-1252, which holds latin-1.
 * @throws ProblemError `invalid` if it is not text at all
 */
export function decodeFile(bytes: Uint8Array, contentType: string): DecodedFile {
  const { text, encoding } = decoded(bytes, contentType);
  // old spreadsheets end their lines with a carriage return alone
  return { text: text.includes("\n") ? text : text.replaceAll("\r", "\n"), encoding };
}

function decoded(bytes: Uint8Array, contentType: string): DecodedFile {
  const marked = byMark(bytes) ?? withoutMark(bytes);
  if (marked !== null) return { text: decode(bytes, marked)!, encoding: marked };
  if (bytes.subarray(0, SAMPLE).includes(0))
    throw new ProblemError("invalid", "the file is not text: export it as CSV, not as a spreadsheet");
  const charset = /charset="?([\w-]+)/i.exec(contentType)?.[1]?.toLowerCase();
  const named = charset === undefined || charset === "utf-8" ? null : decode(bytes, charset);
  if (named !== null) return { text: named, encoding: charset! };
  const utf8 = decode(bytes, "utf-8");
  return utf8 === null
    ? { text: decode(bytes, "windows-1252")!, encoding: "windows-1252" }
    : { text: utf8, encoding: "utf-8" };
}

function byMark(bytes: Uint8Array): string | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  return bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : null;
}

function withoutMark(bytes: Uint8Array): string | null {
  const sample = bytes.subarray(0, SAMPLE);
  const zeros = [0, 0];
  for (const [i, byte] of sample.entries()) if (byte === 0) zeros[i % 2]!++;
  const [even, odd] = zeros as [number, number];
  if (odd > sample.length * ZERO_SHARE && even === 0) return "utf-16le";
  return even > sample.length * ZERO_SHARE && odd === 0 ? "utf-16be" : null;
}

/** Null if the bytes are not in this encoding, or nobody knows it. */
function decode(bytes: Uint8Array, encoding: string): string | null {
  try {
    return new TextDecoder(encoding, { fatal: encoding === "utf-8", ignoreBOM: false }).decode(bytes);
  } catch {
    return null;
  }
}
