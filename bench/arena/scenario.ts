/** Parameters that set one scenario of the simulated market apart from another. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** Standard deviation of a SKU's log elasticity around its category's. */
  readonly elasticitySd: number;
  /** Standard deviation of a SKU's log incumbent price around its category's mark-up. */
  readonly priceSd: number;
  /** Standard deviation of a category's log incumbent mark-up around the optimal one. */
  readonly markupSd: number;
  /** Share of SKUs with a fixed stock to clear by the end of the season; 0 for none. */
  readonly clearanceShare: number;
  /** Unobserved demand surges that the incumbent answers by a rise in price. */
  readonly surges: boolean;
  /** Slipped and missing competitor observations. */
  readonly badData: boolean;
  /** Factor on every elasticity from the 90th scored day on; 1 for none. */
  readonly breakFactor: number;
}

const MIS_SET = {
  elasticitySd: 0.3,
  priceSd: 0.15,
  markupSd: 0.25,
  clearanceShare: 0,
  surges: false,
  badData: false,
  breakFactor: 1,
} as const;

/** The six scenarios by letter. C to F are B with one difficulty each. */
const SCENARIOS: Readonly<Record<string, Scenario>> = {
  A: { ...MIS_SET, name: "A", title: "well-set incumbent", elasticitySd: 0.25, priceSd: 0.1, markupSd: 0.15 },
  B: { ...MIS_SET, name: "B", title: "mis-set incumbent" },
  C: { ...MIS_SET, name: "C", title: "clearance of fixed stock", clearanceShare: 0.15 },
  D: { ...MIS_SET, name: "D", title: "endogenous surges", surges: true },
  E: { ...MIS_SET, name: "E", title: "bad competitor data", badData: true },
  F: { ...MIS_SET, name: "F", title: "elasticity break at day 90", breakFactor: 1.4 },
};

/** The scenario of that letter; throws RangeError for an unknown one. */
export function scenarioOf(name: string): Scenario {
  const scenario = SCENARIOS[name];
  if (scenario === undefined) throw new RangeError(`unknown scenario ${name}`);
  return scenario;
}
