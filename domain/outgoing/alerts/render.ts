import type { AlertDigest, AlertItem } from "../../messages/alerts.ts";

/** What is sent: one alert, many as one, or a test. */
export type AlertMessage =
  | { kind: "alert"; id: string; item: AlertItem }
  | { kind: "digest"; id: string; digest: AlertDigest }
  | { kind: "test"; id: string; channel: string };

/** A message in words, before a channel gives it its form. */
export interface AlertWords {
  title: string;
  text: string;
  /** names and values, in their order */
  facts: [name: string, value: string][];
  /** of a digest: its most urgent alerts, a line each */
  lines: { text: string; link: string | null }[];
  link: string | null;
  urgent: boolean;
}

/** The words of a message. `appUrl`: the dashboard's address, null if it is not known: then there are no links. */
export function wordsOf(message: AlertMessage, appUrl: string | null): AlertWords {
  if (message.kind === "alert") return itemWords(message.item, appUrl);
  if (message.kind === "digest") return digestWords(message.digest, appUrl);
  const text = `Alerts of Pricewright arrive here (channel ${message.channel}).`;
  return {
    title: "Test of an alert channel",
    text,
    facts: [],
    lines: [],
    link: linkTo(appUrl, "/alerts"),
    urgent: false,
  };
}

function itemWords(item: AlertItem, appUrl: string | null): AlertWords {
  const { rule, type, sku, title, text, priority, competitor } = item;
  const amount = (price: string | null) => price && (item.currency ? `${price} ${item.currency}` : price);
  const facts = [
    ["Old price", amount(item.oldPrice) ?? (item.newPrice && "not known")],
    ["New price", amount(item.newPrice)],
    ["Our price", amount(item.ownPrice)],
    ["Competitor", competitor],
    ["SKU", sku],
    ["Rule", rule.name],
  ] as const;
  return {
    title: sku === null ? type : `${type} · ${title ?? sku}`,
    text,
    facts: facts.flatMap(([name, value]): [string, string][] => (value ? [[name, value]] : [])),
    lines: [],
    link: linkTo(appUrl, item.path),
    urgent: priority === 1,
  };
}

function digestWords({ total, byType, top, from, to }: AlertDigest, appUrl: string | null): AlertWords {
  const time = (ms: number) => `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;
  const counts = Object.entries(byType).sort(([, a], [, b]) => b - a);
  return {
    title: `${total} alerts`,
    text: `From ${time(from)} to ${time(to)}${top.length < total ? `; the ${top.length} most urgent are named` : ""}.`,
    facts: counts.map(([type, n]) => [type, String(n)]),
    lines: top.map((item) => {
      const name = item.sku === null ? "" : `${item.type} · ${item.title ?? item.sku}: `;
      return { text: `${name}${item.text}${pricesOf(item)}`, link: linkTo(appUrl, item.path) };
    }),
    link: linkTo(appUrl, "/alerts"),
    urgent: top[0]?.priority === 1,
  };
}

function pricesOf({ oldPrice, newPrice, ownPrice }: AlertItem): string {
  const parts = [
    oldPrice && `old ${oldPrice}`,
    newPrice && `new ${newPrice}`,
    ownPrice && `ours ${ownPrice}`,
  ].filter(Boolean);
  return parts.length === 0 ? "" : ` (${parts.join(", ")})`;
}

function linkTo(appUrl: string | null, path: string): string | null {
  return appUrl === null ? null : `${appUrl.replace(/\/$/, "")}${path}`;
}
