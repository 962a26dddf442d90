/** What the terms of the pages mean, in the order in which the help shows them. */
export const GLOSSARY: Readonly<Record<string, string>> = {
  "Price index":
    "Our price as a per cent of the cheapest competitor’s landed price in stock, as a geometric mean. 100 is level; above it we are dearer.",
  "Gap to the cheapest":
    "(Our price − theirs) / theirs, against the cheapest competitor whose offer counts. Above 0 we are dearer.",
  "Red zone": "The share of compared products that are over 10 % above the cheapest competitor.",
  Compared: "Products with at least one competitor’s offer that counts: fresh, in stock and believed.",
  Aggression:
    "How hard a competitor competes on price: the share of its offers over 5 % below ours, times its mean distance from our prices in per cent.",
  "Mean gap": "Mean of (their price − ours) / ours over a competitor’s offers. Below 0 they are cheaper.",
  "Index against it":
    "Our price as a per cent of this competitor’s, as a geometric mean over its offers that count.",
  Undercuts: "Offers that are over 5 % below our price.",
  Volatility: "How much a price moves: the mean size of its movements in per cent.",
  Elasticity:
    "How many per cent more units are sold for one per cent more price. −2: a price 1 % higher sells 2 % less.",
  Identified:
    "The product’s own sales say what its elasticity is. Otherwise it is taken mostly from its category.",
  "How right your prices seem":
    "Each night the sales of the whole catalogue weigh whether your prices are the best ones already: each for its product, those of a category on average, or neither. Where they seem right, a price is changed only if sales say clearly that another earns more.",
  "Profit change":
    "What the new price is expected to earn over the horizon, less what the present price would. The interval holds it with 80 % probability.",
  "P(gain)": "The probability that the new price earns more than the present one.",
  Confidence: "The quality of the inputs times the probability of a gain; 100 % is the most.",
  Risk: "What an approval needs. LOW may be applied at once; HIGH needs a reason of 50 characters or a second person.",
  Guardrails: "Limits that every price passes before it is proposed, the margin floor last.",
  "Allowed prices": "The lowest and the highest price that this product may have.",
  "Margin floor": "The lowest price at which the margin after tax and fees reaches the least margin.",
  Margin: "What is left of the net price after fees and cost, as a share of the net price: 1 − cost / price.",
  Markup: "What is put on top of the cost, as a share of the cost: price / cost − 1.",
  "Key value item":
    "A product by which shoppers judge whether a shop is dear (KVI). Its price follows the market more closely.",
  "Prior price":
    "The lowest price of the 30 days before a reduction. A reduction may be announced against it only (Directive 98/6/EC).",
  "Price served": "The price that the shop is given now: frozen, overridden, applied, or the base price.",
  "Base price": "The price that the shop imported last.",
  "Hold-out": "Products that are kept at their price on purpose, to measure what repricing the others earns.",
  Signal:
    "A condition in the market or in the shop that needs attention. It closes by itself when the condition ends.",
  Move: "What one competitor did at a time: all signals that it opened belong together.",
  Quarantine:
    "Where an observed price waits that is hard to believe, until it is confirmed, released or discarded.",
  Freeze: "An order that the price stays as it is, whatever is proposed.",
  "Safety stock": "Units to keep against days on which more is sold than usual.",
  Coverage: "How much of the catalogue has a competitor’s offer to compare with.",
};

/** Other labels of the pages for the same terms. */
const ALSO: Readonly<Record<string, string>> = {
  Index: "Price index",
  "Gap to cheapest": "Gap to the cheapest",
  "Profit change, expected": "Profit change",
  "Prior price, 30 days": "Prior price",
  "By revenue": "Price index",
  "Weighted by our revenue": "Price index",
  "Key value items": "Key value item",
};

const BY_LABEL = new Map(
  [
    ...Object.entries(GLOSSARY),
    ...Object.entries(ALSO).map(([label, term]) => [label, GLOSSARY[term] ?? ""]),
  ].map(([label, meaning]) => [label?.toLowerCase(), meaning]),
);

/**
 * What a label means, if it is a term of the field.
 *
 * @example explained("index") // "Our price as a per cent of the cheapest competitor’s …"
 */
export function explained(label: string): string | undefined {
  return BY_LABEL.get(label.toLowerCase());
}
