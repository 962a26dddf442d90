/** One product of the policy's catalogue; its position there is its row in views and sales. */
export interface CatalogueItem {
  readonly id: string;
  readonly category: string;
}

/** How a policy changes prices. */
export interface PolicyStyle {
  /** Days between two decisions of a SKU. */
  readonly holdDays: number;
  /** Largest change per decision, as a share of the price. */
  readonly maxStep: number;
  /**
   * Planning horizon of directed exploration, days: a SKU's price is perturbed while what this teaches is worth
   * more over the horizon than it costs; 0 turns it off.
   */
  readonly horizonDays: number;
  /** Half width of a perturbation, log price. */
  readonly amplitude: number;
  /** Share of the posterior sd in Thompson sampling of the elasticity (0 = use the mean). */
  readonly temperature: number;
}

/**
 * Named styles. `active` learns by directed perturbation while that pays and by tempered posterior sampling after,
 * which also follows a market that changes; `directed` only perturbs and changes prices less; `calm` does so on a
 * weekly rhythm; `thompson` only samples; `certain` prices at the posterior mean and learns by accident.
 */
const POLICY_STYLES = {
  active: { holdDays: 2, maxStep: 0.2, horizonDays: 60, amplitude: 0.09, temperature: 0.4 },
  directed: { holdDays: 2, maxStep: 0.2, horizonDays: 120, amplitude: 0.09, temperature: 0 },
  calm: { holdDays: 7, maxStep: 0.2, horizonDays: 120, amplitude: 0.09, temperature: 0 },
  thompson: { holdDays: 2, maxStep: 0.2, horizonDays: 0, amplitude: 0, temperature: 0.4 },
  certain: { holdDays: 3, maxStep: 0.1, horizonDays: 0, amplitude: 0, temperature: 0 },
} as const satisfies Readonly<Record<string, PolicyStyle>>;

export type PolicyPreset = keyof typeof POLICY_STYLES;

/** Configuration of `createPolicy`. */
export interface PolicyConfig {
  readonly catalogue: readonly CatalogueItem[];
  /** Starting style, `active` by default. */
  readonly preset?: PolicyPreset;
  /** Changes to the preset. */
  readonly style?: Partial<PolicyStyle>;
  /** Integer that keys the policy's random choices; 0 by default. */
  readonly salt?: number;
  /** Pooling over SKUs; true by default. Without it every SKU learns alone. */
  readonly pooling?: boolean;
}

/** The style a configuration asks for. Throws RangeError if a number is out of bounds. */
export function styleOf(config: PolicyConfig): PolicyStyle {
  const style = { ...POLICY_STYLES[config.preset ?? "active"], ...config.style };
  if (!Number.isInteger(style.holdDays) || style.holdDays < 1) throw new RangeError("holdDays: integer >= 1");
  if (!(style.maxStep > 0)) throw new RangeError("maxStep must be positive");
  if (!(style.horizonDays >= 0)) throw new RangeError("horizonDays must not be negative");
  if (!(style.amplitude >= 0)) throw new RangeError("amplitude must not be negative");
  if (!(style.temperature >= 0)) throw new RangeError("temperature must not be negative");
  return style;
}
