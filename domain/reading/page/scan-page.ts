import { Parser } from "htmlparser2";
import { type Item, ItemBuilder } from "./items.ts";
import { type PriceSpot, SpotCollector } from "./spots.ts";

/** What a page holds that may say something of its product, found in one pass. */
export interface PageFacts {
  /** language of the document */
  lang: string | undefined;
  title: string;
  headings: string[];
  canonical: string | undefined;
  /** contents of meta elements by lower-case name or property; the first of each */
  metas: ReadonlyMap<string, string>;
  /** texts of JSON-LD scripts */
  jsonLd: string[];
  /** texts of other scripts that may hold the shop's state, and JSON in attributes */
  states: string[];
  /** microdata and RDFa */
  items: Item[];
  /** places in the visible text that may be prices, availability or numbers of the product */
  spots: PriceSpot[];
}

/** A script longer than this is read up to here; all of a page's scripts together up to the second figure. */
const SCRIPT_MAX = 1_500_000;
const SCRIPTS_MAX = 4_000_000;
const HEADINGS_MAX = 5;
/** Deeper elements than this are read as if they lay here: hostile pages nest a million. */
const DEPTH_MAX = 400;
const STATE_HINT = /price|Price|sku|availability|inStock/;
const STATE_ATTRIBUTES = [
  "data-product",
  "data-product_variations",
  "data-product-json",
  "data-props",
  "data-state",
];

/** Elements without an end. */
const VOID = new Set("area base br col embed hr img input link meta param source track wbr".split(" "));

/** A page that nests deeper than this is read no further: the parser's time grows with the square of the depth. */
const DEPTH_HOSTILE = 3000;
const PIECE_CHARACTERS = 32_768;

/** Reads a page of HTML, however broken, in one pass. */
export function scanPage(html: string): PageFacts {
  const scanner = new PageScanner();
  const parser = new Parser(scanner, { decodeEntities: true, recognizeSelfClosing: false });
  for (let at = 0; at < html.length && !scanner.isHostile; at += PIECE_CHARACTERS)
    parser.write(html.slice(at, at + PIECE_CHARACTERS));
  if (!scanner.isHostile) parser.end();
  return scanner.facts();
}

class PageScanner {
  private lang: string | undefined;
  private canonical: string | undefined;
  private title = "";
  private readonly headings: string[] = [];
  private readonly metas = new Map<string, string>();
  private readonly jsonLd: string[] = [];
  private readonly states: string[] = [];
  private readonly items = new ItemBuilder();
  private readonly spots = new SpotCollector();
  private script: { kind: "jsonld" | "state" | "none"; text: string } | null = null;
  private heading: string | null = null;
  private inTitle = false;
  private depth = 0;
  private scriptsTotal = 0;

  get isHostile(): boolean {
    return this.depth > DEPTH_HOSTILE;
  }

  onopentag(name: string, attributes: Record<string, string>): void {
    if (name === "html") this.lang ??= attributes.lang ?? attributes["xml:lang"];
    else if (name === "meta") this.readMeta(attributes);
    else if (name === "link" && attributes.rel === "canonical") this.canonical ??= attributes.href;
    else if (name === "title" && this.title === "") this.inTitle = true;
    else if (name === "h1" && this.headings.length < HEADINGS_MAX) this.heading = "";
    if (name === "script") {
      this.script = { kind: scriptKind(attributes), text: "" };
      return;
    }
    for (const attribute of STATE_ATTRIBUTES) {
      const value = attributes[attribute];
      if (value !== undefined && value.length > 20) this.addState(value);
    }
    if (this.depth >= DEPTH_MAX && !VOID.has(name)) {
      this.depth++;
      return;
    }
    this.items.open(name, attributes, VOID.has(name));
    if (!VOID.has(name)) this.depth++;
    this.spots.open(name, attributes, VOID.has(name));
  }

  ontext(text: string): void {
    if (this.script !== null) {
      if (this.script.kind !== "none" && this.script.text.length < SCRIPT_MAX) this.script.text += text;
      return;
    }
    if (this.inTitle) this.title += text;
    if (this.heading !== null) this.heading += text;
    this.items.text(text);
    this.spots.text(text);
  }

  onclosetag(name: string): void {
    if (name === "script") {
      this.endScript();
      return;
    }
    if (VOID.has(name)) return;
    this.depth--;
    if (this.depth >= DEPTH_MAX) return;
    if (name === "title") this.inTitle = false;
    if (name === "h1" && this.heading !== null) {
      const heading = this.heading.replace(/\s+/g, " ").trim();
      if (heading !== "") this.headings.push(heading.slice(0, 500));
      if (heading !== "" && this.headings.length === 1) this.spots.markHeading();
      this.heading = null;
    }
    this.items.close();
    this.spots.close();
  }

  facts(): PageFacts {
    this.endScript();
    return {
      lang: this.lang,
      title: this.title.replace(/\s+/g, " ").trim().slice(0, 500),
      headings: this.headings,
      canonical: this.canonical,
      metas: this.metas,
      jsonLd: this.jsonLd,
      states: this.states,
      items: this.items.roots,
      spots: this.spots.spots,
    };
  }

  private readMeta(attributes: Record<string, string>): void {
    const name = attributes.property ?? attributes.name;
    const content = attributes.content?.trim();
    if (name === undefined || !content) return;
    const key = name.toLowerCase().trim();
    if (!this.metas.has(key)) this.metas.set(key, content.slice(0, 2000));
  }

  private endScript(): void {
    const { script } = this;
    this.script = null;
    if (script === null || script.kind === "none" || script.text.length < 20) return;
    if (script.kind === "jsonld") this.jsonLd.push(script.text);
    else this.addState(script.text);
  }

  private addState(text: string): void {
    if (this.scriptsTotal + text.length > SCRIPTS_MAX || !STATE_HINT.test(text)) return;
    this.scriptsTotal += text.length;
    this.states.push(text);
  }
}

function scriptKind({ type, src }: Record<string, string>): "jsonld" | "state" | "none" {
  const kind = type?.toLowerCase() ?? "";
  if (kind.includes("ld+json")) return "jsonld";
  if (src !== undefined) return "none";
  return kind === "" || kind.includes("javascript") || kind.includes("json") ? "state" : "none";
}
