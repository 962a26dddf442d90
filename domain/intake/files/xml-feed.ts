/** An item of a feed: the texts of its elements by name, without the `g:` of Google's. */
export type FeedItem = Record<string, string>;

/** Items that are read: a larger feed is sent in parts. */
const ITEMS_MAX = 50_000;
const ELEMENT =
  /<(?:g:)?([a-z_]+)(?:\s[^<>]*)?>(?:\s*<!\[CDATA\[([^\]]*(?:\](?!\]>)[^\]]*)*)\]\]>\s*|([^<]*))<\/(?:g:)?\1>/gi;
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** The items of a product feed in RSS or Atom. Looks for their tags only, so that a broken one costs itself. */
export function productFeedItems(text: string): FeedItem[] {
  const tag = text.includes("<item") ? "item" : "entry";
  const items: FeedItem[] = [];
  for (let at = text.indexOf(`<${tag}`); at >= 0 && items.length < ITEMS_MAX; ) {
    const end = text.indexOf(`</${tag}>`, at);
    if (end < 0) break;
    const item: FeedItem = {};
    for (const [, name, cdata, plain] of text.slice(at, end).matchAll(ELEMENT)) {
      const field = name!.toLowerCase();
      item[field] ??= decoded(cdata ?? plain ?? "").trim();
    }
    if (Object.keys(item).length > 0) items.push(item);
    at = text.indexOf(`<${tag}`, end);
  }
  return items;
}

function decoded(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w{2,4}));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[String(name).toLowerCase()] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
