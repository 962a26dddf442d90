import { describe, expect, it } from "vitest";
import { addProducts, call } from "./support.ts";

interface Receipt {
  inserted: number;
  updated: number;
  unchanged: number;
  rejected: { line: number; code: string; message: string }[];
  readAs: Record<string, unknown>;
  ignoredColumns: string[];
  warnings?: { line: number; code: string }[];
  code?: string;
}

async function send(file: string | Uint8Array, query = "", contentType = "text/csv", kind = "products") {
  return call<Receipt>("POST", `/api/import/${kind}${query}`, file, { "content-type": contentType });
}

async function product(sku: string) {
  const { status, body } = await call("GET", `/api/products/${encodeURIComponent(sku)}`);
  return status === 200 ? body : null;
}

describe("a bad line costs itself", () => {
  it.each([
    ["in", '"24" Monitor"'],
    ["open", '"24 Monitor'],
  ])("a quote %s", async (name, title) => {
    const sku = (n: number) => `BL-${name}-${n}`;
    const file = `sku,title,category,price\n${sku(1)},ok,y,1.00\n${sku(2)},${title},y,10.00\n${sku(3)},ok,y,2.00\n`;
    const { status, body } = await send(file);
    expect(status).toBe(200);
    expect(body).toMatchObject({ inserted: 2, rejected: [{ line: 3, code: "bad_csv" }] });
  });
});

describe("the dialect of a file is recognised and said", () => {
  it("semicolon, decimal comma, windows-1252, header in other words' case", async () => {
    const text =
      "SKU;Title;Category;Unit cost;Price;Colour\r\nDI-1;Gr\xfcnes Hemd;Hemden;7,50;1.019,90;rot\r\n";
    const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
    const { body } = await send(bytes);
    expect(body).toMatchObject({
      inserted: 1,
      readAs: { format: "csv", separator: "semicolon", decimal: "comma", encoding: "windows-1252" },
      ignoredColumns: ["Colour"],
    });
    expect(await product("DI-1")).toMatchObject({ title: "Grünes Hemd", price: "1019.90", unitCost: "7.50" });
  });

  it("UTF-16 with tabs, as Excel's Unicode text", async () => {
    const text = "\ufeffsku\ttitle\tcategory\tprice\r\nDI-2\tTür\ty\t12.50\r\n";
    const bytes = new Uint8Array(new Uint16Array(Array.from(text, (one) => one.charCodeAt(0))).buffer);
    const { body } = await send(bytes);
    expect(body).toMatchObject({
      inserted: 1,
      readAs: { separator: "tab", encoding: "utf-16le", decimal: "point" },
    });
  });

  it("carriage returns alone, as old spreadsheets end their lines", async () => {
    const { body } = await send("sku;title;category;price\rCR-1;Hemd;Hemden;12,00\r");
    expect(body).toMatchObject({ inserted: 1 });
  });

  it("a line that names the separator, and the name of a sheet", async () => {
    expect((await send("sep=;\nsku;title;category;price\nDI-3;a,b;y;1.00\n")).body).toMatchObject({
      inserted: 1,
    });
    const { body } = await send("My products\nsku,title,category,price\nDI-4,a,y,1.00\n");
    expect(body).toMatchObject({ inserted: 1, readAs: { headerLine: 2 } });
  });

  it("columns that the caller names, remembered for the source", async () => {
    const columns = encodeURIComponent(
      '{"Artikelnr.":"sku","Bezeichnung":"title","WG":"category","VK":"price"}',
    );
    const file = (n: number) => `Artikelnr.;Bezeichnung;WG;VK\nCM-${n};Hemd;y;19,90\n`;
    expect((await send(file(1), `?source=erp&columns=${columns}`)).body).toMatchObject({ inserted: 1 });
    expect((await send(file(2), "?source=erp")).body).toMatchObject({ inserted: 1 });
    expect((await send(file(3))).status).toBe(422);
  });
});

describe("a file that has no rows is an error", () => {
  it.each([
    ["an HTML page", "<!doctype html><html><body>Sign in</body></html>", "text/csv"],
    [
      "a form upload",
      "--x\r\ncontent-disposition: form-data\r\n\r\nsku\r\n--x--",
      "multipart/form-data; boundary=x",
    ],
    ["a header alone", "sku,title,category,price\n", "text/csv"],
    ["rows that are all wrong", "sku,title,category,price\nNO-1,x,y,abc\n", "text/csv"],
    ["no table at all", "hello\nworld\n", "text/csv"],
    ["a spreadsheet", "PK\u0003\u0004\u0000\u0000", "text/csv"],
    ["nothing", "", "text/csv"],
  ])("%s", async (_, file, contentType) => {
    expect(await send(file, "", contentType)).toMatchObject({ status: 422, body: { code: "invalid" } });
  });
});

it("SKUs are any printable text, composed, and safe in addresses", async () => {
  const skus = [
    "ART 123",
    "Größe-44",
    "商品-001",
    "A&B",
    "A#1",
    "_under",
    "A(1)",
    "½",
    "x".repeat(100),
    "50%/2?x",
  ];
  const rows = skus.map((sku) => `"${sku}",t,y,1.00`);
  const { body } = await send(`sku,title,category,price\n${rows.join("\n")}\nGro\u0308\u00dfe-45,t,y,1.00\n`);
  expect(body).toMatchObject({ inserted: skus.length + 1, rejected: [] });
  expect(await product("Gro\u0308\u00dfe-44")).toMatchObject({ sku: "Größe-44" });
  for (const sku of [...skus, "Größe-45"]) expect(await product(sku), sku).toMatchObject({ sku });
});

describe("an export of", () => {
  it("Shopify: variants inherit from the first line, images are left out", async () => {
    const file = [
      "Sheet1",
      "Handle,Title,Vendor,Type,Tags,Option1 Value,Variant SKU,Variant Price,Variant Compare At Price,Variant Barcode,Image Src,Status",
      'tee,Tee,Acme,Shirts,"summer, sale",S,SH-S,19.90,24.90,4006381333931,https://x/1.jpg,active',
      "tee,,,,,M,SH-M,21.90,,bad,,",
      "tee,,,,,,,,,,https://x/2.jpg,",
    ].join("\n");
    const { body } = await send(file, "?profile=shopify");
    expect(body).toMatchObject({ inserted: 2, rejected: [], ignoredColumns: ["Image Src"] });
    expect(body.warnings).toMatchObject([{ line: 4, code: "ignored_field" }]);
    const variant = { title: "Tee – M", brand: "Acme", category: "Shirts", price: "21.90", family: "tee" };
    expect(await product("SH-M")).toMatchObject(variant);
    expect(await product("SH-S")).toMatchObject({ msrp: "24.90", tags: ["summer", "sale"] });
  });

  it("WooCommerce: variations take their parent's category, and the parent is not sold itself", async () => {
    const file = [
      'ID,Type,SKU,Name,Published,"Sale price","Regular price",Categories,Parent,Images',
      '10,variable,WOO-V,Hoodie,1,,,"Clothing > Hoodies, New",,x',
      "11,variation,WOO-V-R,Hoodie - Red,1,42,45,,WOO-V,x",
      "12,variation,WOO-V-G,Hoodie - Green,1,,45,,id:10,x",
      "13,simple,WOO-S,Cap,0,,16,Accessories,,x",
    ].join("\n");
    const { body } = await send(file, "?profile=woocommerce");
    expect(body).toMatchObject({ inserted: 3, rejected: [] });
    const red = { price: "42.00", msrp: "45.00", category: "Clothing > Hoodies", family: "WOO-V" };
    expect(await product("WOO-V-R")).toMatchObject(red);
    expect(await product("WOO-S")).toMatchObject({ status: "inactive" });
  });

  it("PrestaShop: prices without tax are asked about, and converted", async () => {
    const file =
      "Product ID;Active (0/1);Name *;Categories (x,y,z...);Price tax excluded;Wholesale price;Reference #;EAN13\n" +
      "1;1;Mug;Home,Kitchen;10.00;4.00;PS-1;4006381333931\n";
    const plain = await send(file, "?profile=prestashop&dryRun=true");
    expect(plain.body.warnings).toMatchObject([{ code: "net_prices" }]);
    expect((await send(file, "?profile=prestashop&taxRate=0.19")).body).toMatchObject({ inserted: 1 });
    expect(await product("PS-1")).toMatchObject({ price: "11.90", category: "Kitchen", unitCost: "4.00" });
    const list =
      '"Product ID";Name;Reference;Category;"Price (tax excl.)";"Price (tax incl.)";Status\n' +
      '5;Mug;PS-2;Home;"9,92 €";"11,80 €";0\n';
    const listed = await send(list, "?profile=prestashop");
    expect(listed.body).toMatchObject({ inserted: 1 });
    expect(listed.body.warnings).toBeUndefined();
    expect(await product("PS-2")).toMatchObject({ price: "11.80", status: "inactive" });
  });

  it("Google Merchant: as a table and as XML, as products and as offers", async () => {
    const table =
      "id\ttitle\tlink\tprice\tavailability\tbrand\tgtin\tproduct_type\n" +
      "GM-1\tKettle\thttps://www.rival.example/1\t15.00 EUR\tin stock\tAcme\t123\tKitchen\n";
    const type = "text/tab-separated-values";
    expect((await send(table, "?profile=google", type)).body).toMatchObject({
      inserted: 1,
      warnings: [{ line: 2 }],
    });
    const offers = await send(table, "?profile=google", type, "offers");
    expect(offers.body).toMatchObject({ inserted: 1, rejected: [] });
    const { body } = await call<{ items: unknown[] }>("GET", "/api/products/GM-1/offers");
    expect(body.items).toMatchObject([
      { competitor: "rival.example", price: "15.00", availability: "in_stock" },
    ]);
    const xml =
      '<?xml version="1.0"?><rss xmlns:g="http://base.google.com/ns/1.0"><channel>' +
      "<item><g:id>GM-2</g:id><title><![CDATA[Pot & Pan]]></title><g:price>20.00 EUR</g:price>" +
      "<g:product_type>Kitchen &gt; Pots</g:product_type></item></channel></rss>";
    expect((await send(xml, "", "application/xml")).body).toMatchObject({
      inserted: 1,
      readAs: { format: "xml" },
    });
    expect(await product("GM-2")).toMatchObject({ title: "Pot & Pan", category: "Kitchen > Pots" });
  });
});

describe("what a file may cost is bounded", () => {
  it.each([
    ["60,000 columns", `sku,title,category,price\n${"x,".repeat(60_000)}\nBO-1,a,y,1.00\n`, 1],
    [
      "a cell of 5 MB",
      `sku,title,category,price\nBO-2,"${"x".repeat(5_000_000)}",y,1.00\nBO-3,a,y,1.00\n`,
      1,
    ],
    ["300,000 bad lines", `sku,title,category,price\nBO-4,a,y,1.00\n${'x,"\n'.repeat(300_000)}`, 5_001],
  ])("%s", async (_, file, rejected) => {
    const { status, body } = await send(file);
    expect(status).toBe(200);
    expect(body).toMatchObject({ inserted: 1, rejectedCount: rejected });
    expect(body.rejected.length).toBeLessThanOrEqual(1_000);
  });
});

it("offers by CSV take the words of shops for availability", async () => {
  await addProducts({ sku: "OF-1" });
  const at = new Date().toISOString();
  const file = `sku;competitor;price;availability;observedAt\nOF-1;acme;"95,50";auf Lager;${at}\n`;
  expect((await send(file, "", "text/csv", "offers")).body).toMatchObject({ inserted: 1, rejected: [] });
});
