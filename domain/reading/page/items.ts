/** A value of an item: a text, another item, or several of either. */
export type ItemValue = string | number | boolean | null | Item | ItemValue[];

/** An item of structured data, in the form of JSON-LD whatever it was written in. */
export interface Item {
  [property: string]: ItemValue | undefined;
}

export function isItem(value: unknown): value is Item {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The values of a property, as a list. */
export function valuesOf(item: Item, property: string): ItemValue[] {
  const value = item[property];
  return value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];
}

/** The names of an item's types without the address of their vocabulary. */
export function typesOf(item: Item): string[] {
  return valuesOf(item, "@type").flatMap((type) => (typeof type === "string" ? [lastPart(type)] : []));
}

/** `Product` of `https://schema.org/Product` and of `schema:Product`. */
export function lastPart(name: string): string {
  const trimmed = name.trim().replace(/\/+$/, "");
  return trimmed.slice(
    Math.max(trimmed.lastIndexOf("/"), trimmed.lastIndexOf(":"), trimmed.lastIndexOf("#")) + 1,
  );
}

const TEXT_MAX = 2000;
/** More items and values than this are no product's. */
const ITEMS_MAX = 5000;

interface Open {
  /** the item that this element begins */
  item: Item | null;
  /** the property whose text this element holds, and the item that has it */
  property: { names: string[]; of: Item; text: string } | null;
}

/**
 * Builds the items of microdata (`itemscope`, `itemprop`) and RDFa (`typeof`, `property`) from a page's elements, which
 * are told in order.
 */
export class ItemBuilder {
  readonly roots: Item[] = [];
  private readonly stack: Open[] = [];
  private readonly scopes: Item[] = [];
  private readonly texts: { text: string }[] = [];
  private count = 0;

  open(name: string, attributes: Record<string, string>, isVoid: boolean): void {
    const type = attributes.itemtype ?? attributes.typeof;
    const begins = "itemscope" in attributes || attributes.typeof !== undefined;
    const property =
      attributes.itemprop ?? (begins || this.scopes.length > 0 ? attributes.property : undefined);
    const open: Open = { item: null, property: null };
    if ((begins || property !== undefined) && this.count < ITEMS_MAX) {
      this.count++;
      const of = this.scopes.at(-1);
      const names = property?.split(/\s+/).filter(Boolean).map(lastPart) ?? [];
      if (begins) open.item = this.begin(type, names, of);
      else if (of !== undefined && names.length > 0) open.property = this.read(name, attributes, names, of);
    }
    if (isVoid) return;
    this.stack.push(open);
    if (open.item !== null) this.scopes.push(open.item);
    if (open.property !== null) this.texts.push(open.property);
  }

  text(text: string): void {
    for (const open of this.texts) if (open.text.length < TEXT_MAX) open.text += text;
  }

  close(): void {
    const open = this.stack.pop();
    if (open === undefined) return;
    if (open.item !== null) this.scopes.pop();
    if (open.property === null) return;
    this.texts.pop();
    const text = open.property.text.replace(/\s+/g, " ").trim();
    if (text !== "") for (const name of open.property.names) add(open.property.of, name, text);
  }

  private begin(type: string | undefined, names: string[], of: Item | undefined): Item {
    const item: Item = type === undefined ? {} : { "@type": type.split(/\s+/) };
    if (of !== undefined && names.length > 0) for (const name of names) add(of, name, item);
    else this.roots.push(item);
    return item;
  }

  /** A value that an attribute holds is added at once; null for it. Of other elements the text is the value. */
  private read(
    name: string,
    attributes: Record<string, string>,
    names: string[],
    of: Item,
  ): Open["property"] {
    const value =
      attributes.content ??
      (name === "meta" ? "" : undefined) ??
      (name === "link" || name === "a" ? attributes.href : undefined) ??
      (name === "data" || name === "meter" || name === "input" ? attributes.value : undefined) ??
      (name === "img" ? attributes.src : undefined) ??
      (attributes.resource !== undefined && names.includes("availability") ? attributes.resource : undefined);
    if (value === undefined) return { names, of, text: "" };
    if (value !== "") for (const one of names) add(of, one, value.slice(0, TEXT_MAX));
    return null;
  }
}

function add(item: Item, property: string, value: ItemValue): void {
  const before = item[property];
  if (before === undefined) item[property] = value;
  else if (Array.isArray(before)) before.push(value);
  else item[property] = [before, value];
}
