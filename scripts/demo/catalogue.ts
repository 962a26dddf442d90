/** An invented product with the truth about its demand, which only the simulator knows. Money in euro cents. */
export interface DemoProduct {
  sku: string;
  title: string;
  brand: string;
  category: string;
  unitCost: number;
  /** the price at which the shop starts; rarely the best one */
  basePrice: number;
  /** units a day at the base price, all competitors at it too */
  dailyUnits: number;
  /** own-price elasticity of demand, negative */
  elasticity: number;
}

/** An invented competitor. */
export interface DemoCompetitor {
  id: string;
  name: string;
  /** mean of its price level relative to our base price, as a log ratio */
  level: number;
}

export const COMPETITORS: readonly DemoCompetitor[] = [
  { id: "korbino", name: "Korbino", level: 0.005 },
  { id: "tessermart", name: "Tessermart", level: 0.03 },
  { id: "lumenhof", name: "Lumenhof", level: 0.015 },
  { id: "brightaisle", name: "Brightaisle", level: -0.01 },
];

/** sku, title, brand, unit cost, base price, daily units, elasticity */
type Row = readonly [string, string, string, number, number, number, number];

const BY_CATEGORY: Readonly<Record<string, readonly Row[]>> = {
  Headphones: [
    ["AUR-100", "Aurelo One over-ear headphones", "Aurelo", 4200, 8990, 14, -2.4],
    ["AUR-220", "Aurelo Drift noise-cancelling headphones", "Aurelo", 9800, 18990, 8, -2.7],
    ["SON-010", "Sonetto Buds wireless earbuds", "Sonetto", 2600, 5490, 22, -2.1],
    ["SON-030", "Sonetto Sport earbuds with ear hooks", "Sonetto", 3100, 5990, 16, -2.6],
    ["VEL-005", "Velotone studio monitor headphones", "Velotone", 6900, 10990, 6, -2.2],
    ["VEL-009", "Velotone travel case for headphones", "Velotone", 600, 1490, 11, -1.6],
  ],
  "Coffee and tea": [
    ["MOK-021", "Mokarella stovetop espresso maker, 6 cups", "Mokarella", 1450, 2990, 17, -1.9],
    ["MOK-088", "Mokarella burr grinder", "Mokarella", 3700, 7490, 9, -2.3],
    ["TIV-301", "Tivenna glass teapot with infuser, 1.2 l", "Tivenna", 1100, 2690, 13, -1.7],
    ["TIV-330", "Tivenna variable temperature kettle", "Tivenna", 2900, 4790, 12, -2.5],
    ["BRE-070", "Brewtide cold brew bottle, 1 l", "Brewtide", 700, 1690, 19, -1.8],
    ["BRE-114", "Brewtide pour-over set with stand", "Brewtide", 1900, 4290, 7, -2.0],
  ],
  "Home office": [
    ["NOD-410", "Nodeska sit-stand desk frame", "Nodeska", 16500, 28900, 5, -2.8],
    ["NOD-455", "Nodeska monitor arm", "Nodeska", 3400, 6990, 10, -2.3],
    ["LUM-002", "Lumara desk lamp with dimmer", "Lumara", 1800, 4290, 15, -1.9],
    ["LUM-019", "Lumara screen light bar", "Lumara", 2400, 4490, 12, -2.6],
    ["PAP-150", "Papyrion mesh office chair", "Papyrion", 9900, 16990, 6, -2.5],
    ["PAP-163", "Papyrion foot rest", "Papyrion", 1300, 3190, 8, -1.6],
  ],
  "Outdoor and camping": [
    ["FEL-201", "Felswand 2-person trekking tent", "Felswand", 8800, 16900, 6, -2.6],
    ["FEL-240", "Felswand down sleeping bag", "Felswand", 7600, 13490, 5, -2.4],
    ["KAR-012", "Karvelo gas stove with igniter", "Karvelo", 1700, 3790, 14, -2.1],
    ["KAR-037", "Karvelo titanium pot, 0.9 l", "Karvelo", 2100, 3690, 11, -2.2],
    ["TRA-505", "Trailbuck headlamp, 450 lumen", "Trailbuck", 1200, 2990, 21, -1.8],
    ["TRA-540", "Trailbuck insulated bottle, 0.75 l", "Trailbuck", 900, 1890, 24, -2.0],
  ],
  "Kitchen knives": [
    ["HAR-308", "Harukawa chef's knife, 20 cm", "Harukawa", 4800, 9900, 9, -2.0],
    ["HAR-316", "Harukawa santoku, 17 cm", "Harukawa", 4300, 7990, 8, -2.3],
    ["STA-041", "Stahlheim paring knife, 9 cm", "Stahlheim", 900, 1990, 18, -1.7],
    ["STA-077", "Stahlheim bread knife, 23 cm", "Stahlheim", 1600, 3690, 12, -1.8],
    ["OBE-120", "Obenholz magnetic knife block", "Obenholz", 2700, 4690, 7, -2.4],
    ["OBE-131", "Obenholz whetstone, 1000/6000", "Obenholz", 1100, 2890, 10, -1.9],
  ],
};

/** Thirty products in five categories. */
export const PRODUCTS: readonly DemoProduct[] = Object.entries(BY_CATEGORY).flatMap(([category, rows]) =>
  rows.map(([sku, title, brand, unitCost, basePrice, dailyUnits, elasticity]) => ({
    sku,
    title,
    brand,
    category,
    unitCost,
    basePrice,
    dailyUnits,
    elasticity,
  })),
);
