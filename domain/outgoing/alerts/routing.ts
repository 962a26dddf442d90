import type { AlertDigest, AlertItem } from "../../messages/alerts.ts";
import type { AlertSubject } from "./alert-item.ts";
import { type AlertState, decideAlert } from "./decide-alert.ts";
import { addToDigest, mergeDigests } from "./digest.ts";
import type { AlertRule } from "./rule.ts";
import { countInHour, type HourCount, heldUntil } from "./when.ts";

/** A rule in force, and since when (ms): what happened before alerts nobody. */
type ActiveRule = AlertRule & { activeSince: number };

interface StateRow extends AlertState {
  ruleId: string;
  key: string;
}

interface Known {
  rules: readonly ActiveRule[];
  /** of each channel: alerts one by one in an hour */
  perHour: ReadonlyMap<string, number>;
  states: readonly StateRow[];
  hours: Readonly<Record<string, HourCount>>;
  /** ms */
  now: number;
  timeZone: string;
}

/** What routing has come to so far. Its size depends on the page, not on how many alerts wait already. */
export interface Routing extends Known {
  seen: Map<string, StateRow>;
  changed: Set<string>;
  counts: Map<string, HourCount>;
  messages: { channelId: string; seq: number; ruleId: string; item: AlertItem }[];
  digests: Map<string, { channelId: string; dueAt: number; digest: AlertDigest }>;
}

export function newRouting(known: Known): Routing {
  return {
    ...known,
    seen: new Map(known.states.map((row) => [stateKey(row.ruleId, row.key), row])),
    changed: new Set(),
    counts: new Map(Object.entries(known.hours)),
    messages: [],
    digests: new Map(),
  };
}

/** Puts events, in their order, before the channels of the rules by which they are alerts. */
export function routeEvents(routing: Routing, subjects: readonly AlertSubject[]): void {
  for (const subject of subjects)
    for (const rule of routing.rules) {
      if (subject.at < rule.activeSince) continue;
      const key = stateKey(rule.id, subject.key);
      const before = routing.seen.get(key) ?? null;
      const { alert, state } = decideAlert(rule, subject, before);
      if (state && state !== before && !(before?.ended && state.ended && !alert)) {
        routing.seen.set(key, { ...state, ruleId: rule.id, key: subject.key });
        routing.changed.add(key);
      }
      if (alert) send(routing, rule, subject);
    }
}

function send(routing: Routing, rule: ActiveRule, subject: AlertSubject): void {
  const item = itemOf(rule, subject);
  const held = heldUntil(rule, routing.now, routing.timeZone);
  for (const channelId of rule.channels) {
    const perHour = routing.perHour.get(channelId);
    if (perHour === undefined) continue;
    let until = held;
    if (until === null) {
      const counted = countInHour(routing.counts.get(channelId), perHour, routing.now);
      routing.counts.set(channelId, counted.hour);
      until = counted.heldUntil;
    }
    if (until === null) routing.messages.push({ channelId, seq: subject.seq, ruleId: rule.id, item });
    else hold(routing, channelId, until, item);
  }
}

function hold({ digests }: Routing, channelId: string, dueAt: number, item: AlertItem): void {
  const key = `${channelId} ${dueAt}`;
  const digest = addToDigest(digests.get(key)?.digest ?? null, [item]);
  digests.set(key, { channelId, dueAt, digest });
}

function itemOf({ id, name }: ActiveRule, subject: AlertSubject): AlertItem {
  const { key: _key, event: _event, isEnd: _isEnd, category: _category, brand: _brand, ...item } = subject;
  return { rule: { id, name }, ...item };
}

function stateKey(ruleId: string, key: string): string {
  return `${ruleId} ${key}`;
}

/** What is to be kept of a routing. */
export interface Routed {
  messages: Routing["messages"];
  digests: { channelId: string; dueAt: number; add(known: AlertDigest | null): AlertDigest }[];
  states: StateRow[];
  hours: Record<string, HourCount>;
  /** that have something to send, now or later */
  channels: string[];
}

export function routingRows({ messages, digests, seen, changed, counts, perHour }: Routing): Routed {
  const held = [...digests.values()].map(({ channelId, dueAt, digest }) => ({
    ...{ channelId, dueAt },
    add: (known: AlertDigest | null) => (known === null ? digest : mergeDigests(known, digest)),
  }));
  return {
    ...{ messages, digests: held, states: [...changed].map((key) => seen.get(key)!) },
    hours: Object.fromEntries([...counts].filter(([id]) => perHour.has(id))),
    channels: [...new Set([...messages, ...held].map(({ channelId }) => channelId))],
  };
}
