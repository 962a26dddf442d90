import {
  type Adapter,
  draftOf,
  hostOf,
  isObject,
  type Json,
  type ObservationDraft,
  pricedAs,
  said,
  seenAt,
  textOf,
} from "./observation-rows.ts";

/**
 * A notification of changedetection.io. Its body holds the tokens that the owner of the watch chose. Read are
 * `watch_url`, `watch_title`, `current_snapshot`, `timestamp` and, in restock mode, `restock` with `price`, `currency`
 * and `in_stock`. Without a price there, it is read from the snapshot: from the line with a currency, else the first with
 * a digit. The default body of its `json://` address (Apprise: `version`, `title`, `message`) holds the same in its text.
 */
export const readChangeDetection: Adapter = (value, { receivedAt }) => {
  const notification = isObject(value) && isObject(value.notification) ? value.notification : value;
  if (!isObject(notification)) return null;
  const text = textOf(notification.message) ?? textOf(notification.body);
  const url = textOf(notification.watch_url) ?? textOf(notification.url) ?? addressIn(text);
  if (url === undefined) return null;
  const restock = isObject(notification.restock) ? notification.restock : {};
  const stock = said(restock.in_stock) ?? said(notification.in_stock) ?? said(notification.availability);
  return [
    draftOf({
      competitorSku: textOf(notification.competitor_sku),
      url,
      competitor: hostOf(url),
      ...priceIn(notification, restock, text),
      availability: stock,
      title: textOf(notification.watch_title) ?? textOf(notification.title),
      ...seenAt(notification.timestamp, "timestamp", receivedAt),
    }),
  ];
};

function priceIn(notification: Json, restock: Json, message: string | undefined): ObservationDraft {
  const price = said(restock.price) ?? said(notification.price);
  const currency = said(restock.currency) ?? said(notification.currency);
  const shown = price ?? lineWithPrice(textOf(notification.current_snapshot) ?? withoutAddresses(message));
  return pricedAs(shown, currency);
}

/** An address in a text. */
function addressIn(text: string | undefined): string | undefined {
  return /https?:\/\/[^\s<>"')\]]+/i.exec(text ?? "")?.[0];
}

function withoutAddresses(text: string | undefined): string | undefined {
  return text?.replace(/https?:\/\/\S+/gi, " ");
}

const SNAPSHOT_LINES_MAX = 2_000;
const WITH_CURRENCY = /\d.*(?:\p{Sc}|\b[A-Z]{3}\b|zł|Kč|\bkr\b|\bFt\b|\blei\b)|(?:\p{Sc}|\b[A-Z]{3}\b).*\d/u;
/** Lines that are about other amounts than the price. */
const OTHER_AMOUNT =
  /\b(was|rrp|uvp|statt|shipping|versand|save|you save|delivery|off)\b|^[-−(]|\(removed\)/i;

/** The line of a snapshot that holds the price. */
function lineWithPrice(snapshot: string | undefined): string | undefined {
  const all = (snapshot ?? "").split("\n", SNAPSHOT_LINES_MAX);
  const isDiff = all.some((line) => /^\s*\((?:into|added)\)/i.test(line));
  const lines = all
    // of a diff only what it became
    .filter((line) => !isDiff || !/^\s*\((?:changed|removed)\)/i.test(line))
    .map((line) => line.replace(/^\s*(\((?:added|into|changed)\)|\+)\s*/i, "").trim())
    .filter((line) => /\d/.test(line) && line.length <= 200);
  const plain = lines.filter((line) => !OTHER_AMOUNT.test(line));
  return (
    plain.find((line) => WITH_CURRENCY.test(line)) ??
    lines.find((line) => WITH_CURRENCY.test(line)) ??
    lines[0]
  );
}
