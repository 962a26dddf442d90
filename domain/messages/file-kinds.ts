/** Fields that each kind of file may have. */
export const FILE_FIELDS = {
  products: [
    ...[
      "sku",
      "title",
      "brand",
      "category",
      "gtin",
      "mpn",
      "currency",
      "price",
      "unitCost",
      "taxRate",
      "feeRate",
    ],
    ...[
      "unitFee",
      "minPrice",
      "maxPrice",
      "mapPrice",
      "msrp",
      "family",
      "packSize",
      "quantityUnit",
      "lineRank",
      "clearanceDate",
    ],
    ...["salvageValue", "restockDate", "launchDate", "status", "tags"],
  ],
  offers: [
    ...[
      "id",
      "sku",
      "gtin",
      "competitorSku",
      "url",
      "competitor",
      "price",
      "priceText",
      "currency",
      "taxIncluded",
    ],
    ...["shipping", "coupon", "availability", "inStock", "title", "seller", "observedAt", "collectedAt"],
  ],
  demand: ["sku", "day", "period", "units", "revenue", "price", "inStockShare", "promo", "views", "carts"],
  competitors: ["id", "name", "domain", "include", "weight"],
  costs: ["sku", "unitCost", "from"],
  prices: ["sku", "price", "from", "to"],
} as const;
export type FileKind = keyof typeof FILE_FIELDS;

/** Exports of shop systems whose columns are known. */
export const PROFILES = ["shopify", "woocommerce", "prestashop", "google"] as const;
export type Profile = (typeof PROFILES)[number];
