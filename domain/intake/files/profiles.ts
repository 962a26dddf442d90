import type { Profile } from "../../messages/file-kinds.ts";
import { type FileRow, plainHeader } from "./columns.ts";

/** A line of such an export, read by its own columns. */
export interface ForeignLine {
  line: number;
  cell(...names: string[]): string;
}

/** What a line gives: a row by our fields; null for a line that is not a product of its own. */
type ProfileRow = FileRow | null;

/** How a profile reads its file: line by line, with what lines inherit from the ones before. */
interface ProfileReader {
  /** columns that are read; the others are ignored */
  columns: readonly string[];
  /** prices are without tax if one of the first columns is there and none of the second */
  netPrice?: { net: readonly string[]; gross: readonly string[] };
  read(lines: readonly ForeignLine[]): { line: number; row: ProfileRow }[];
}

const READERS: Record<Profile, ProfileReader> = {
  shopify: {
    columns: [
      ...[
        "Handle",
        "URL handle",
        "Title",
        "Vendor",
        "Product Category",
        "Type",
        "Tags",
        "Status",
        "Published",
      ],
      ...[
        "Published on online store",
        "Variant SKU",
        "SKU",
        "Variant Price",
        "Price",
        "Variant Compare At Price",
      ],
      ...["Compare-at price", "Variant Barcode", "Barcode", "Cost per item"],
      ...["Option1 Value", "Option2 Value", "Option3 Value"],
    ],
    read: readShopify,
  },
  woocommerce: {
    columns: [
      ...[
        "ID",
        "Type",
        "SKU",
        "Name",
        "Published",
        "Regular price",
        "Sale price",
        "Categories",
        "Tags",
        "Parent",
      ],
      ...[
        "GTIN, UPC, EAN, or ISBN",
        "Brands",
        "Attribute 1 value(s)",
        "Attribute 2 value(s)",
        "Cost of goods",
      ],
    ],
    read: readWooCommerce,
  },
  prestashop: {
    columns: [
      ...[
        "Product ID",
        "ID",
        "Active (0/1)",
        "Active",
        "Name",
        "Name *",
        "Categories (x,y,z...)",
        "Categories",
      ],
      ...[
        "Price tax excluded",
        "Price tax included",
        "Price (tax excl.)",
        "Price (tax incl.)",
        "Category",
        "Status",
        "Price",
        "Wholesale price",
        "Cost price",
        "Reference #",
      ],
      ...[
        "Reference",
        "Supplier reference #",
        "Manufacturer",
        "Brand",
        "EAN13",
        "EAN-13",
        "UPC",
        "MPN",
        "Tags (x,y,z...)",
      ],
    ],
    netPrice: {
      net: ["Price tax excluded", "Price (tax excl.)"],
      gross: ["Price tax included", "Price (tax incl.)", "Price"],
    },
    read: (lines) => lines.map((one) => ({ line: one.line, row: prestaShopRow(one) })),
  },
  google: {
    columns: [
      ...[
        "id",
        "title",
        "link",
        "price",
        "sale_price",
        "availability",
        "brand",
        "gtin",
        "mpn",
        "product_type",
      ],
      ...["google_product_category", "item_group_id", "cost_of_goods_sold", "shipping", "condition"],
    ],
    read: (lines) => lines.map((one) => ({ line: one.line, row: googleRow(one) })),
  },
};

/** The columns of a file that the profile does not read. */
export function ignoredBy(profile: Profile, header: readonly string[]): string[] {
  const read = new Set(READERS[profile].columns.map(plainHeader));
  return header.filter((name) => name !== "" && !read.has(plainHeader(name)));
}

/** Whether the file's prices are without tax. */
export function hasNetPrices(profile: Profile, header: readonly string[]): boolean {
  const { netPrice } = READERS[profile];
  const given = new Set(header.map(plainHeader));
  const has = (names: readonly string[]) => names.some((name) => given.has(plainHeader(name)));
  return netPrice !== undefined && has(netPrice.net) && !has(netPrice.gross);
}

/** The rows of an export by our fields. What a variant leaves out is its parent's. */
export function profileRows(profile: Profile, lines: readonly ForeignLine[]) {
  return READERS[profile].read(lines);
}

/** A product's first line has what all its variants share; a line without SKU and price is an image. */
function readShopify(lines: readonly ForeignLine[]): { line: number; row: ProfileRow }[] {
  const first = new Map<string, ForeignLine>();
  return lines.map((one) => {
    const handle = one.cell("Handle", "URL handle");
    const parent = first.get(handle) ?? one;
    first.set(handle, parent);
    const of = (...names: string[]) => one.cell(...names) || parent.cell(...names);
    const [sku, price] = [one.cell("Variant SKU", "SKU"), one.cell("Variant Price", "Price")];
    if (sku === "" && price === "") return { line: one.line, row: null };
    const options = [1, 2, 3]
      .map((n) => one.cell(`Option${n} Value`))
      .filter((value) => value && value !== "Default Title");
    const title = [of("Title"), ...options].filter((part) => part !== "").join(" – ");
    const row = {
      ...{ sku, title, price },
      brand: of("Vendor"),
      category: of("Product Category", "Type") || of("Type"),
      gtin: one.cell("Variant Barcode", "Barcode"),
      msrp: one.cell("Variant Compare At Price", "Compare-at price"),
      unitCost: one.cell("Cost per item"),
      family: first.get(handle) === one && options.length === 0 ? "" : handle,
      tags: listed(of("Tags"), ","),
      status: statusOf(of("Status")),
    };
    return { line: one.line, row };
  });
}

/** Variations name their parent by its SKU or as `id:12`; a product that only groups others is not sold itself. */
function readWooCommerce(lines: readonly ForeignLine[]): { line: number; row: ProfileRow }[] {
  const parents = new Map<string, ForeignLine>();
  for (const one of lines) {
    if (one.cell("ID") !== "") parents.set(`id:${one.cell("ID")}`, one);
    if (one.cell("SKU") !== "") parents.set(unquoted(one.cell("SKU")), one);
  }
  return lines.map((one) => {
    const type = one.cell("Type").toLowerCase();
    if (/\b(variable|grouped)\b/.test(type)) return { line: one.line, row: null };
    const parent = parents.get(unquoted(one.cell("Parent"))) ?? one;
    const of = (...names: string[]) => one.cell(...names) || parent.cell(...names);
    const [regular, sale] = [one.cell("Regular price"), one.cell("Sale price")];
    const category = of("Categories").split(",", 1)[0] ?? "";
    const row = {
      sku: unquoted(one.cell("SKU")),
      title: of("Name"),
      price: sale || regular,
      msrp: sale === "" ? "" : regular,
      category: category.trim() || "Uncategorized",
      brand: of("Brands").split(",", 1)[0]!.trim(),
      gtin: one.cell("GTIN, UPC, EAN, or ISBN"),
      unitCost: one.cell("Cost of goods"),
      family: parent === one ? "" : unquoted(parent.cell("SKU")) || one.cell("Parent"),
      tags: listed(of("Tags"), ","),
      status: /^-1$|^0$/.test(of("Published")) ? "inactive" : "active",
    };
    return { line: one.line, row };
  });
}

function prestaShopRow(one: ForeignLine): FileRow {
  const active = one.cell("Active (0/1)", "Active", "Status");
  const categories = one.cell("Categories (x,y,z...)", "Categories", "Category").split(",");
  return {
    sku: one.cell("Reference #", "Reference", "Supplier reference #") || one.cell("Product ID", "ID"),
    title: one.cell("Name *", "Name"),
    price:
      one.cell("Price tax included", "Price (tax incl.)", "Price") ||
      one.cell("Price tax excluded", "Price (tax excl.)"),
    category:
      categories.map((name) => name.trim()).find((name) => name !== "" && name !== "Home") ??
      categories[0]!.trim(),
    brand: one.cell("Manufacturer", "Brand"),
    gtin: one.cell("EAN13", "EAN-13") || one.cell("UPC"),
    mpn: one.cell("MPN"),
    unitCost: one.cell("Wholesale price", "Cost price"),
    tags: listed(one.cell("Tags (x,y,z...)"), ","),
    status: active === "0" ? "inactive" : "active",
  };
}

function googleRow(one: ForeignLine): FileRow {
  const [regular, sale] = [one.cell("price"), one.cell("sale_price")];
  const price = sale || regular;
  return {
    sku: one.cell("id"),
    title: one.cell("title"),
    ...priceAndCurrency(price),
    msrp: sale === "" ? "" : (priceAndCurrency(regular).price ?? ""),
    category: one.cell("product_type") || one.cell("google_product_category"),
    brand: one.cell("brand"),
    gtin: one.cell("gtin"),
    mpn: one.cell("mpn"),
    unitCost: priceAndCurrency(one.cell("cost_of_goods_sold")).price ?? "",
    family: one.cell("item_group_id"),
    url: one.cell("link"),
    availability: one.cell("availability"),
  };
}

/** "15.00 EUR" as Google writes prices. */
function priceAndCurrency(text: string): FileRow {
  const parts = /^(.*\d)\s*([A-Z]{3})$/.exec(text) ?? /^()([A-Z]{3})\s*(.*\d)$/.exec(text);
  if (parts === null) return { price: text };
  return { price: (parts[1] || parts[3] || "").trim(), currency: parts[2]! };
}

/** Spreadsheets put an apostrophe before text that looks like a number or a formula. */
function unquoted(text: string): string {
  return text.replace(/^'/, "");
}

function listed(text: string, separator: string): string {
  return text
    .split(separator)
    .map((one) => one.trim().slice(0, 50))
    .filter((one) => one !== "")
    .slice(0, 50)
    .join(";");
}

function statusOf(text: string): string {
  return text === "" || /^active$/i.test(text) ? "active" : "inactive";
}
