/** A place in a page's visible text that may be a price, or say whether the product can be bought, or its number. */
export interface PriceSpot {
  kind: "price" | "availability" | "buy" | "number";
  text: string;
  /** tag, classes and ids of the element and those around it, innermost first, in lower case */
  names: string[];
  /** running number of visible characters before it */
  at: number;
  /** the first main heading had ended: characters since then; null before it */
  sinceHeading: number | null;
  isStruck: boolean;
  isHidden: boolean;
  /** within a link */
  isLinked: boolean;
  /** within navigation, footer, a list of other products */
  isAside: boolean;
}

/** What can be told from an element's names alone. */
interface Named {
  struck: boolean;
  aside: boolean;
  /** what this element's text is collected for */
  kind: PriceSpot["kind"] | null;
}

interface Element extends Named {
  names: string;
  tag: string;
  hidden: boolean;
  linked: boolean;
  text: string;
  at: number;
}

const PRICE_NAME =
  /pric|preis|prix|preci|prezzo|preco|prijs|cena|cijena|hinta|fiyat|kaina|harga|amount|cost|kosten|tarif|betrag/;
const STOCK_NAME =
  /avail|stock|lager|dispo|verfueg|verfug|inventory|voorraad|skladem|sklad|magazyn|lieferstatus|delivery-status|sold-?out|saatavuus/;
const NUMBER_NAME =
  /\bsku\b|product-?(?:id|code|number|ref|sku)|item-?(?:no|number|id)|artikel-?(?:nr|nummer)|article-?(?:no|number)|model-?(?:no|number)|reference|mpn|part-?number|product__sku|asin/;
const BUY_NAME =
  /add-?to-?(?:cart|bag|basket|trolley)|addtocart|buy-?(?:now|button)|buybox-?button|warenkorb|panier|carrello|winkelwagen|koszyk|kosik|in-?den-?korb|btn-?cart|cart-?button/;
const ASIDE_NAME =
  /related|recommend|similar|carousel|crosssell|cross-sell|upsell|up-sell|also-|also_|alsobought|recently|viewed|sponsored|footer|navbar|mini-?cart|minicart|breadcrumb|bestseller|suggest|accessor|bundle|comparison|compare-table|reviews?\b|review-|teaser|sims|cart-summary|header-cart|installment|financ|shipping|delivery-cost|versand|aside/;
const ASIDE_TAG = new Set(["nav", "footer", "aside"]);
const STRUCK_TAG = new Set(["del", "s", "strike"]);
const STRUCK_NAME =
  /strike|struck|old-?price|price-?old|was-?price|price-?was|list-?price|price-?list|before|original|regular-?price|crossed|line-through|barred|barre\b|rrp|msrp|uvp|compare-?at|previous|statt/;
const SKIPPED = new Set([
  "style",
  "noscript",
  "template",
  "svg",
  "iframe",
  "textarea",
  "select",
  "option",
  "canvas",
  "object",
]);
const HIDDEN_STYLE = /display:\s*none|visibility:\s*hidden/i;
const LABEL =
  /(?<!\p{L})(?:sku|art(?:ikel|icle)?\.?[- ]?(?:nr|nummer|no|number)|item (?:no|number|id|code|#)|model (?:no|number)|mpn|r[eé]f(?:[eé]rence|erencia|\.)?|asin|ean|gtin|isbn|code|kod|kód|codice|cod|código|артикул|код|product (?:id|code|number|no)|post id|varenr|tuotenumero|cikkszám)(?!\p{L})/iu;

/** Texts are kept to this length; a price is shorter. */
const TEXT_MAX = 160;
const SPOTS_MAX = 1500;
/** Different names of elements that are remembered; a page has some hundreds of them, over and over. */
const REMEMBERED_MAX = 5_000;
const NAMES_MAX = 6;
const HAS_SIGN =
  /[\p{Sc}]|[A-Z]{3}|(?:kr|Kč|zł|Ft|Lei|lei|kn|Kn|Rs|руб|грн|тг|円|元|원|TL|RM|Rp|ريال|ر\.س)(?![\p{L}])/u;

/** Collects spots from a page's elements and texts, which are told in order. */
export class SpotCollector {
  readonly spots: PriceSpot[] = [];
  private readonly stack: Element[] = [];
  /** elements whose text is collected, outermost first */
  private readonly collecting: Element[] = [];
  private skipped = 0;
  private isOtherElement = false;
  private at = 0;
  private headingAt: number | null = null;

  open(tag: string, attributes: Record<string, string>, isVoid: boolean): void {
    this.isOtherElement = true;
    if (isVoid) {
      if (tag === "br" || tag === "img") this.addText(" ");
      else if (tag === "input") this.readInput(attributes);
      return;
    }
    if (SKIPPED.has(tag)) this.skipped++;
    if (this.isFull) {
      this.stack.push({ ...NOTHING, tag });
      return;
    }
    const parent = this.stack.at(-1);
    const own =
      `${tag} ${attributes.class ?? ""} ${attributes.id ?? ""} ${attributes.itemprop ?? ""} ${attributes["data-testid"] ?? ""} ${attributes["data-qa"] ?? ""}`
        .slice(0, 300)
        .toLowerCase();
    const named = this.named(tag, own);
    const element: Element = {
      names: own,
      tag,
      struck: (parent?.struck ?? false) || named.struck || attributes["data-a-strike"] === "true",
      hidden:
        (parent?.hidden ?? false) || "hidden" in attributes || HIDDEN_STYLE.test(attributes.style ?? ""),
      linked: (parent?.linked ?? false) || (tag === "a" && attributes.href !== undefined),
      aside: (parent?.aside ?? false) || named.aside,
      kind: named.kind,
      text: "",
      at: this.at,
    };
    this.stack.push(element);
    if (element.kind !== null) {
      this.collecting.push(element);
      const label = attributes["aria-label"] ?? attributes.title;
      if (element.kind === "buy" && label !== undefined) this.add(element, "buy", label);
    }
    if (attributes["data-price-amount"] !== undefined)
      this.add(element, "price", attributes["data-price-amount"]);
  }

  text(text: string): void {
    if (this.skipped > 0 || text === "") return;
    this.addText(text);
    const top = this.stack.at(-1);
    if (top === undefined) return;
    this.at += text.length;
    if (text.length > 400 || this.isFull) return;
    const trimmed = text.trim();
    if (trimmed.length < 2) return;
    if (trimmed.length <= 80 && top.kind !== "price" && /\p{Nd}/u.test(trimmed) && HAS_SIGN.test(trimmed))
      this.add(top, "price", trimmed);
    if (LABEL.test(trimmed)) this.add(top, "number", trimmed);
    else if (this.labelled > 0) {
      this.labelled--;
      this.add(top, "number", trimmed);
    }
    if (LABEL.test(trimmed) && trimmed.length < 40) this.labelled = 2;
  }
  /** texts after a label that may be what it labels */
  private labelled = 0;

  close(): void {
    this.isOtherElement = true;
    const element = this.stack.pop();
    if (element === undefined) return;
    if (SKIPPED.has(element.tag)) this.skipped--;
    if (element.kind === null) return;
    this.collecting.pop();
    const text = element.text.replace(/\s+/g, " ").trim();
    if (text !== "" && text.length <= TEXT_MAX) this.add(element, element.kind, text, element);
  }

  /** No more spots are taken: what follows is read no further. */
  private get isFull(): boolean {
    return this.spots.length >= SPOTS_MAX;
  }

  private named(tag: string, own: string): Named {
    const known = this.remembered.get(own);
    if (known !== undefined) return known;
    const isOuter = tag === "body" || tag === "html";
    const named = {
      struck: STRUCK_TAG.has(tag) || STRUCK_NAME.test(own),
      aside: ASIDE_TAG.has(tag) || (!isOuter && ASIDE_NAME.test(own)),
      kind: kindOf(tag, own),
    };
    if (this.remembered.size < REMEMBERED_MAX) this.remembered.set(own, named);
    return named;
  }
  private readonly remembered = new Map<string, Named>();

  /** What holds the main heading is no side part, whatever it is called. */
  markHeading(): void {
    this.headingAt ??= this.at;
    for (const element of this.stack) element.aside = false;
  }

  /** Digits of two elements are two numbers: raised cents stand in an element of their own. */
  private addText(text: string): void {
    const parted = this.isOtherElement && /^\d/.test(text);
    this.isOtherElement = false;
    for (const element of this.collecting)
      if (element.text.length <= TEXT_MAX)
        element.text += parted && /\d$/.test(element.text) ? ` ${text}` : text;
  }

  private readInput({ type, value, id, name, class: classes }: Record<string, string>): void {
    const own = `${classes ?? ""} ${id ?? ""} ${name ?? ""}`.toLowerCase();
    const top = this.stack.at(-1);
    if (top === undefined || value === undefined) return;
    if ((type === "submit" || type === "button") && BUY_NAME.test(own)) this.add(top, "buy", value);
    else if (/^(?:sku|product_?id|asin|item_?id)$/.test(name?.toLowerCase() ?? ""))
      this.add(top, "number", `${name}: ${value}`);
  }

  private add(element: Element, kind: PriceSpot["kind"], text: string, own: Element = element): void {
    if (this.isFull) return;
    const names = [element.names];
    for (let i = this.stack.length - 1; i >= 0 && names.length < NAMES_MAX; i--)
      if (this.stack[i] !== element) names.push(this.stack[i]!.names);
    this.spots.push({
      ...{ kind, text: text.slice(0, TEXT_MAX), names, at: own.at },
      sinceHeading: this.headingAt === null ? null : this.at - this.headingAt,
      ...{
        isStruck: element.struck,
        isHidden: element.hidden,
        isLinked: element.linked,
        isAside: element.aside,
      },
    });
  }
}

/** An element of which nothing is read. */
const NOTHING: Omit<Element, "tag"> = {
  ...{ names: "", struck: false, hidden: false, linked: false, aside: false },
  ...{ kind: null, text: "", at: 0 },
};

function kindOf(tag: string, own: string): PriceSpot["kind"] | null {
  if (tag === "body" || tag === "html" || tag === "form" || tag === "main") return null;
  if (tag === "button" || BUY_NAME.test(own)) return "buy";
  if (PRICE_NAME.test(own)) return "price";
  if (STOCK_NAME.test(own)) return "availability";
  return NUMBER_NAME.test(own) ? "number" : null;
}
