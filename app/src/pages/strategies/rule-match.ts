import { listOf, type Rule, stripped } from "./rules.ts";

/** The conditions of a rule as they are typed, by their names. */
export type Typed = Record<string, string>;

type Match = Rule["match"];

export const LISTS = [
  { name: "categories", label: "Categories" },
  { name: "brands", label: "Brands" },
  { name: "families", label: "Families" },
  { name: "tags", label: "Tags (kvi: key value items)" },
  { name: "skus", label: "SKUs" },
  { name: "competitors", label: "Offered by one of" },
] as const satisfies readonly { name: keyof Match; label: string }[];

export const PRICES = [
  { name: "priceFrom", label: "Price from" },
  { name: "priceTo", label: "Price up to" },
] as const satisfies readonly { name: keyof Match; label: string }[];

export const NUMBERS = [
  { name: "stockFrom", label: "Stock from" },
  { name: "stockTo", label: "Stock up to" },
  { name: "competitorsFrom", label: "Competitors, at least" },
  { name: "competitorsTo", label: "Competitors, at most" },
] as const satisfies readonly { name: keyof Match; label: string }[];

/** Shares that are typed as per cent. */
export const SHARES = [
  { name: "marginFrom", label: "Margin from, %" },
  { name: "marginTo", label: "Margin up to, %" },
] as const satisfies readonly { name: keyof Match; label: string }[];

const isShare = (name: string) => SHARES.some((one) => one.name === name);

export function typedOf({ match }: Rule): Typed {
  const entries = Object.entries(match).map(([name, value]) => {
    if (Array.isArray(value)) return [name, value.join(", ")];
    return [name, isShare(name) ? String(Math.round(Number(value) * 10_000) / 100) : String(value ?? "")];
  });
  return Object.fromEntries(entries);
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined || text.trim() === "" ? undefined : Number(text.replace(",", "."));
}

export function isWrongNumber(typed: Typed): boolean {
  return [...NUMBERS, ...SHARES, ...PRICES].some(({ name }) => Number.isNaN(numberOf(typed[name]) ?? 0));
}

/**
 * The conditions that were typed; an empty one is none.
 *
 * @example matchOf({ brands: "Aurelo, Lumara", marginFrom: "12.5" }) // { brands: ["Aurelo", "Lumara"], marginFrom: 0.125 }
 */
export function matchOf(typed: Typed): Match {
  const given: Record<string, unknown> = {};
  for (const { name } of LISTS) given[name] = listOf(typed[name] ?? "");
  for (const { name } of NUMBERS) given[name] = numberOf(typed[name]);
  for (const { name } of PRICES) given[name] = (typed[name] ?? "").trim().replace(",", ".") || undefined;
  for (const { name } of SHARES) {
    const percent = numberOf(typed[name]);
    given[name] = percent === undefined ? undefined : percent / 100;
  }
  return stripped(given) as Match;
}
