/**
 * A GTIN of 8, 12, 13 or 14 digits whose check digit is right, without blanks and dashes; undefined for anything else.
 * The check digit makes the sum of the digits, weighted 3 and 1 in turn from the right, a multiple of ten (GS1 General
 * Specifications, 7.9).
 *
 * @example
 * gtinOf("4 006381 333931") // "4006381333931"
 * gtinOf("4006381333932") // undefined
 */
export function gtinOf(text: string | undefined): string | undefined {
  const digits = text?.replace(/[\s-]/g, "") ?? "";
  if (!/^(?:\d{8}|\d{12,14})$/.test(digits) || /^0+$/.test(digits)) return undefined;
  let sum = 0;
  for (let i = 0; i < digits.length; i++)
    sum += Number(digits[digits.length - 1 - i]) * (i % 2 === 1 ? 3 : 1);
  return sum % 10 === 0 ? digits : undefined;
}
