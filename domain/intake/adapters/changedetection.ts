import { readAvailability } from "../../reading/availability.ts";
import { type Adapter, draftOf, hostOf, isObject, type Json, textOf } from "./observation-rows.ts";

/**
 * A notification of changedetection.io. Its body holds the tokens that the owner of the watch chose. Read are
 * `watch_url`, `watch_title`, `current_snapshot`, `timestamp` and, in restock mode, `restock` with `price`, `currency`
 * and `in_stock`. Without a price there, it is read from the snapshot of the watched element.
 */
export const readChangeDetection: Adapter = (value, { receivedAt }) => {
  const notification = isObject(value) && isObject(value.notification) ? value.notification : value;
  if (!isObject(notification)) return null;
  const url = textOf(notification.watch_url) ?? textOf(notification.url);
  if (url === undefined) return null;
  const restock = isObject(notification.restock) ? notification.restock : {};
  const row = draftOf({
    competitorSku: textOf(notification.competitor_sku),
    url,
    competitor: hostOf(url),
    ...priceOf(notification, restock),
    currency: restock.currency ?? notification.currency,
    availability: readAvailability(restock.in_stock ?? notification.in_stock),
    title: textOf(notification.watch_title) ?? textOf(notification.title),
    observedAt: textOf(notification.timestamp) ?? receivedAt,
  });
  return [row];
};

function priceOf(notification: Json, restock: Json): Json {
  const price = restock.price ?? notification.price;
  if (typeof price === "number") return { price };
  const text = textOf(price) ?? lineWithPrice(textOf(notification.current_snapshot));
  return text === undefined ? {} : /^\d+(\.\d+)?$/.test(text) ? { price: text } : { priceText: text };
}

/** The first line of a snapshot with a digit, since the watched element is the price. */
function lineWithPrice(snapshot: string | undefined): string | undefined {
  return snapshot
    ?.split("\n")
    .map((line) => line.trim())
    .find((line) => /\d/.test(line));
}
