import { LOCALE } from "./locale.ts";

const NARROW_NBSP = "\u202f";

/** A number with up to `digits` decimals and grouped thousands. */
export function number(value: number, digits = 0): string {
  return value
    .toLocaleString(LOCALE, { minimumFractionDigits: 0, maximumFractionDigits: digits })
    .replace("-", "−");
}

/** A number with exactly so many decimals: "−0.90". */
export function fixed(value: number, digits: number): string {
  return value
    .toLocaleString(LOCALE, { minimumFractionDigits: digits, maximumFractionDigits: digits })
    .replace("-", "−");
}

/** A number with its sign: "+12", "−3.5". */
export function signed(value: number, digits = 0): string {
  return value
    .toLocaleString(LOCALE, {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
      signDisplay: "exceptZero",
    })
    .replace("-", "−");
}

/** Per cent points as text: 4.2 is "4.2 %". */
export function percent(value: number, digits = 1): string {
  return `${value.toFixed(digits).replace("-", "−")}${NARROW_NBSP}%`;
}

/** A change in per cent with its sign: "+4.2 %". */
export function percentDelta(value: number, digits = 1): string {
  return `${signed(value, digits)}${NARROW_NBSP}%`;
}

/** A fraction 0..1 as whole per cent: 0.82 is "82 %". */
export function share(fraction: number): string {
  return percent(fraction * 100, 0);
}
