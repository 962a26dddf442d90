/** Parameters that say where a visitor came from, and nothing about the page. */
const TRACKING =
  /^(utm_.*|gclid|gbraid|wbraid|gclsrc|dclid|fbclid|msclkid|yclid|twclid|ttclid|igshid|mc_[ce]id|_ga|_gl|ref_|referrer|srsltid|affid|aff_id|cmpid|pk_.*|piwik_.*|mtm_.*|matomo_.*|_hs.*|wt_mc|zanpid|awc|irclickid|clickid|sessionid|phpsessid|jsessionid)$/i;

/** The host of an address without `www.`; undefined if it is none. */
export function pageHost(url: string): string | undefined {
  const host = /^https?:\/\/(?:[^/@]*@)?(\[[^\]]*\]|[^/:?#]+)/i.exec(url)?.[1];
  return host?.toLowerCase().replace(/^www\./, "");
}

/**
 * An address by which a page is known: without scheme, `www.`, default port, tracking parameters, fragment and a slash
 * at the end; other parameters in order. What is not an address stays as it is, trimmed.
 * @example pageAddress("http://www.Shop.example/p/1/?utm_source=x&b=2&a=1#top") // "shop.example/p/1?a=1&b=2"
 */
export function pageAddress(url: string): string {
  const text = url.trim();
  const parts = /^(?:https?:)?\/\/(?:[^/?#@]*@)?([^/?#]+)([^?#]*)(?:\?([^#]*))?/i.exec(text);
  if (parts === null) return text;
  const [, host = "", path = "", query = ""] = parts;
  const kept = query.split("&").filter((part) => part !== "" && !TRACKING.test(part.split("=", 1)[0]!));
  const plainHost = host
    .toLowerCase()
    .replace(/^www\./, "")
    .replace(/:(?:80|443)$/, "");
  const plainPath = path.replace(/;jsessionid=[^/;]*/i, "").replace(/\/+$/, "");
  return `${plainHost}${plainPath}${kept.length === 0 ? "" : `?${kept.sort().join("&")}`}`;
}
