const OTHER_DIGIT = /[^\P{Nd}0-9]/gu;
const DIGIT = /\p{Nd}/u;

/**
 * Digits of every script as 0 to 9.
 *
 * @example
 * foldDigits("١٢٩") // "129"
 */
export function foldDigits(text: string): string {
  return text.replace(OTHER_DIGIT, (digit) => String(digitOf(digit.codePointAt(0)!)));
}

/** Unicode keeps the ten digits of a script side by side, and its blocks of digits start with a zero. */
function digitOf(codePoint: number): number {
  let start = codePoint;
  while (DIGIT.test(String.fromCodePoint(start - 1))) start--;
  return (codePoint - start) % 10;
}
