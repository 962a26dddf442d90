import { number } from "./number.ts";

/** A stable code as words: `COMPETITOR_STOCKOUT` is "Competitor stockout", `max_step` is "Max step". */
export function words(code: string): string {
  const text = code
    .replaceAll(/[_-]+/g, " ")
    .replaceAll(/([a-z])([A-Z])/g, "$1 $2")
    .trim()
    .toLowerCase()
    .replaceAll(/\b(fx|url|kvi|id|csv|api|ip)\b/g, (short) => short.toUpperCase())
    .replaceAll(/\bsku(s?)\b/g, "SKU$1");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** "1 proposal", "3 proposals". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : many}`;
}

/** `user:ada@example.com` is "ada@example.com", `key:scraper` "API key scraper", `system:night` "System (night)". */
export function actor(label: string): string {
  const [, kind, name] = /^(user|key|system):(.+)$/.exec(label) ?? [];
  if (kind === undefined || name === undefined) return label;
  if (kind === "user") return name;
  return kind === "key" ? `API key ${name}` : `System (${words(name).toLowerCase()})`;
}
