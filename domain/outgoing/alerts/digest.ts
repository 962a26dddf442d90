import type { AlertDigest, AlertItem } from "../../messages/alerts.ts";

/** Alerts that a digest names; of all others it knows the number. */
const TOP_MAX = 10;
/** Types and rules that are counted by name. */
const NAMES_MAX = 40;
const OTHERS = "others";

/** Adds alerts to a digest. Its size does not grow with their number. */
export function addToDigest(digest: AlertDigest | null, items: readonly AlertItem[]): AlertDigest {
  const first = items[0]?.at ?? 0;
  const next: AlertDigest = digest
    ? { ...digest, byType: { ...digest.byType }, byRule: { ...digest.byRule } }
    : { total: 0, byType: {}, byRule: {}, top: [], from: first, to: first };
  for (const { type, rule, at } of items) {
    next.total++;
    count(next.byType, type);
    count(next.byRule, rule.name);
    next.from = Math.min(next.from, at);
    next.to = Math.max(next.to, at);
  }
  next.top = [...next.top, ...items].sort(byUrgency).slice(0, TOP_MAX);
  return next;
}

/** Two digests as one. */
export function mergeDigests(one: AlertDigest, other: AlertDigest): AlertDigest {
  const next = addToDigest(one, []);
  for (const [name, n] of Object.entries(other.byType)) count(next.byType, name, n);
  for (const [name, n] of Object.entries(other.byRule)) count(next.byRule, name, n);
  return {
    ...next,
    total: one.total + other.total,
    top: [...one.top, ...other.top].sort(byUrgency).slice(0, TOP_MAX),
    from: Math.min(one.from, other.from),
    to: Math.max(one.to, other.to),
  };
}

function count(counts: Record<string, number>, name: string, by = 1): void {
  const key = Object.hasOwn(counts, name) || Object.keys(counts).length < NAMES_MAX ? name : OTHERS;
  counts[key] = (counts[key] ?? 0) + by;
}

const LAST_PRIORITY = 4;

function byUrgency(a: AlertItem, b: AlertItem): number {
  const priority = (item: AlertItem) => item.priority ?? LAST_PRIORITY;
  return priority(a) - priority(b) || b.severity - a.severity || a.seq - b.seq;
}
