import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ordinaryLeastSquares, quasiPoisson } from "../../test/domain/learning/elasticity/support/glm.ts";

const BRANDS = ["dominicks", "minute.maid", "tropicana"] as const;

interface Sale {
  sales: number;
  logPrice: number;
  brand: string;
  feat: boolean;
}

/** A published figure, and ours. */
export interface Check {
  name: string;
  published: number;
  ours: number;
}

/** Textbook regressions of the orange juice example: log-log OLS and quasi-Poisson with brand slopes. */
export function textbookChecks(folder: string): Check[] {
  const [header, ...lines] = readFileSync(join(folder, "oj.csv"), "utf8").trimEnd().split("\n");
  if (header !== "sales,price,brand,feat") throw new Error("unexpected columns in oj.csv");
  const rows = lines.map((line): Sale => {
    const [sales, price, brand, feat] = line.split(",");
    return { sales: Number(sales), logPrice: Math.log(Number(price)), brand: brand!, feat: feat === "1" };
  });
  const additive = ordinaryLeastSquares(rows.map(brandIntercepts), logSales(rows));
  const pooled = ordinaryLeastSquares(
    rows.map(({ logPrice }) => [1, logPrice]),
    logSales(rows),
  );
  const own = bySlope(
    "OLS",
    [-3.37753, -3.320735, -2.711769],
    ordinaryLeastSquares(rows.map(brandSlopes), logSales(rows)),
  );
  const counts = quasiPoisson(
    rows.map(brandSlopes),
    rows.map(({ sales }) => sales),
  );
  return [
    { name: "OLS, brand intercepts", published: -3.13869, ours: additive.coefficients[3]! },
    { name: "  its standard error", published: 0.02293, ours: additive.standardErrors[3]! },
    { name: "OLS, no brand (a trap)", published: -1.601307, ours: pooled.coefficients[1]! },
    ...own,
    ...featured(rows, false, [-2.774154, -1.991222, -2.038361]),
    ...featured(rows, true, [-3.244708, -3.570999, -3.495056]),
    ...bySlope("quasi-Poisson", [-3.249758, -3.81055, -3.146271], counts),
  ];
}

function featured(rows: readonly Sale[], feat: boolean, published: readonly number[]): Check[] {
  const chosen = rows.filter((row) => row.feat === feat);
  const fit = ordinaryLeastSquares(chosen.map(brandSlopes), logSales(chosen));
  return bySlope(`OLS ${feat ? "with" : "without"} feature`, published, fit);
}

function bySlope(name: string, published: readonly number[], fit: { coefficients: number[] }): Check[] {
  return BRANDS.map((brand, i) => ({
    name: `${name}, ${brand}`,
    published: published[i]!,
    ours: fit.coefficients[3 + i]!,
  }));
}

const logSales = (rows: readonly Sale[]) => rows.map(({ sales }) => Math.log(sales));
const indicators = ({ brand }: Sale) => BRANDS.map((name) => Number(name === brand));
const brandIntercepts = (row: Sale) => [...indicators(row), row.logPrice];
const brandSlopes = (row: Sale) => [...indicators(row), ...indicators(row).map((one) => one * row.logPrice)];
