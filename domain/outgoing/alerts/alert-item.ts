import type { AlertItem } from "../../messages/alerts.ts";
import type { EventType } from "../../messages/events.ts";
import { type KeptEvent, presentEvent } from "../present-event.ts";

/** What of our product an alert is chosen by and tells of. */
export interface AlertProduct {
  sku: string;
  title: string;
  category: string;
  brand: string | null;
}

/** An event as alerts see it. */
export interface AlertSubject extends Omit<AlertItem, "rule"> {
  /** what it is about: of alerts about the same thing only some are sent */
  key: string;
  event: EventType;
  /** the condition that was told of is over */
  isEnd: boolean;
  category: string | null;
  brand: string | null;
}

const text = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);

/** What an event comes to for alerts: its prices, its page, and a sentence about it. */
export function alertSubject(
  event: KeptEvent & { subject: string },
  product: AlertProduct | null,
): AlertSubject {
  const { type, seq, at, sku } = event;
  const { data } = presentEvent(event);
  const common = {
    ...{ seq, at, sku, event: type, title: product?.title ?? null },
    ...{ category: product?.category ?? text(data.category), brand: product?.brand ?? null },
    ...{ competitor: null, priority: null, severity: 0, isEnd: false },
    ...{ oldPrice: null, newPrice: null, ownPrice: null, currency: text(data.currency) },
  };
  const [family] = type.split(".");
  switch (family) {
    case "signal":
      return { ...common, ...ofSignal(data, type), path: pageOf(sku) };
    case "price":
      return { ...common, ...ofPrice(data, type), path: pageOf(sku) };
    case "proposal":
      return { ...common, ...ofProposal(data, type), path: `/approvals/${event.subject}` };
    case "run":
      return { ...common, ...ofRun(data), type, key: `run ${text(data.kind)}`, path: "/runs" };
    default:
      return {
        ...common,
        type,
        key: `${type} ${event.subject}`,
        text: otherText(type, data),
        path: otherPage(type),
      };
  }
}

function pageOf(sku: string | null): string {
  return sku === null ? "/" : `/products/${encodeURIComponent(sku)}`;
}

function ofSignal(data: Readonly<Record<string, unknown>>, event: EventType) {
  const evidence = (data.evidence ?? {}) as Readonly<Record<string, unknown>>;
  const signal = text(data.signal) ?? event;
  const competitor = text(data.competitor);
  return {
    ...{ type: signal, competitor, key: `${signal} ${text(data.sku)} ${competitor ?? ""}` },
    ...{ isEnd: event === "signal.resolved", text: text(data.message) ?? "" },
    ...{ priority: Number(data.priority), severity: Number(data.severity) },
    ...{ oldPrice: text(evidence.oldPrice), newPrice: text(evidence.newPrice) ?? text(evidence.marketPrice) },
    ...{ ownPrice: text(evidence.ourPrice), currency: text(evidence.currency) },
  };
}

const PRICE_VERBS: Readonly<Record<string, string>> = {
  "price.applied": "Our price was set",
  "price.rolled_back": "Our price was taken back",
  "price.imported": "The shop's own price came in",
};

function ofPrice(data: Readonly<Record<string, unknown>>, type: EventType) {
  const { sku, from, to, currency, actor, reason } = data;
  const by = text(actor) === null ? "" : ` by ${actor}`;
  const why = text(reason) === null ? "" : `: ${reason}`;
  return {
    ...{ type, key: `price ${sku}`, oldPrice: text(from), newPrice: text(to), ownPrice: text(to) },
    text: `${PRICE_VERBS[type]} from ${from} to ${to} ${currency}${by}${why}.`,
  };
}

function ofProposal(data: Readonly<Record<string, unknown>>, type: EventType) {
  const { sku, from, to, currency, risk, note } = data;
  const status = type.slice("proposal.".length);
  const how = text(risk) === null ? "" : ` (${risk} risk)`;
  const why = text(note) === null ? "" : `: ${note}`;
  return {
    ...{ type, key: `${type} ${sku}`, oldPrice: text(from), newPrice: text(to), ownPrice: text(from) },
    text: `Proposal ${status}${how}: ${from} to ${to} ${currency}${why}.`,
  };
}

function ofRun(data: Readonly<Record<string, unknown>>) {
  const { kind, status, failures } = data;
  const failed = Array.isArray(failures) && failures.length > 0 ? `; ${failures.length} shards failed` : "";
  const priority = status === "failed" ? 1 : status === "partial" ? 2 : 3;
  return { priority, text: `The ${kind} run has ended: ${status}${failed}.` };
}

function otherText(type: EventType, data: Readonly<Record<string, unknown>>): string {
  if (type === "health.changed") {
    const detail = text(data.detail) === null ? "" : ` (${data.detail})`;
    return `Health: ${data.part} was ${data.from} and is ${data.to}${detail}.`;
  }
  if (type === "endpoint.disabled")
    return `${data.name} gets nothing any more: ${data.reason}. It was turned off after too many failures.`;
  const scope = text(data.key) === null ? data.scope : `${data.scope} ${data.key}`;
  const until = text(data.expiresAt) === null ? "" : ` until ${data.expiresAt}`;
  return `Override ${type.slice("override.".length)}: ${data.kind} for ${scope}${until}: ${data.reason}.`;
}

function otherPage(type: EventType): string {
  if (type.startsWith("override.")) return "/overrides";
  return type === "endpoint.disabled" ? "/endpoints" : "/";
}
