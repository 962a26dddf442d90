/** What is known of a customer: days since the last order, orders, and what was spent less refunds (minor units). */
export interface CustomerFigures {
  /** the customer by its hash: it settles the order of equals */
  customer: number;
  recencyDays: number;
  orders: number;
  spend: number;
}

/** The three scores of a customer, 1 to 5: 5 is the most recent, the most frequent, the one who spends most. */
export interface RfmScore {
  recency: number;
  frequency: number;
  monetary: number;
}

/** The seven segments, in the order in which they are tried. */
export const SEGMENTS = [
  "Champions",
  "Loyal",
  "Potential Loyalists",
  "Big Spenders",
  "At Risk",
  "Lost",
  "Needs Attention",
] as const;
export type Segment = (typeof SEGMENTS)[number];

const CLASSES = 5;

/**
 * Scores every customer by quintiles of rank. Equals are ranked one behind the other by their hash, so that every class
 * is filled whatever the ties; of fewer than five customers each has a class of its own.
 */
export function scoreCustomers<T extends CustomerFigures>(customers: readonly T[]): (T & RfmScore)[] {
  const classes = Math.min(CLASSES, customers.length);
  const recency = classesOf(customers, ({ recencyDays }) => recencyDays);
  const frequency = classesOf(customers, ({ orders }) => orders);
  const monetary = classesOf(customers, ({ spend }) => spend);
  return customers.map((one, i) => ({
    ...one,
    recency: classes + 1 - recency[i]!,
    frequency: frequency[i]!,
    monetary: monetary[i]!,
  }));
}

function classesOf(customers: readonly CustomerFigures[], value: (one: CustomerFigures) => number): number[] {
  const order = customers
    .map((one, index) => ({ index, value: value(one), customer: one.customer }))
    .sort((a, b) => a.value - b.value || a.customer - b.customer);
  const found = new Array<number>(customers.length);
  for (const [rank, { index }] of order.entries()) found[index] = classOf(rank + 1, customers.length);
  return found;
}

/**
 * The class of a rank among `count`: the edges of the classes are the quantiles of the ranks 1 to `count`, by linear
 * interpolation, and a rank on an edge belongs to the class below it.
 *
 * @example
 * [1, 2, 3, 4, 5, 6].map((rank) => classOf(rank, 6)) // [1, 1, 2, 3, 4, 5]
 */
export function classOf(rank: number, count: number): number {
  const classes = Math.min(CLASSES, count);
  if (count <= 1) return 1;
  return Math.max(1, Math.ceil(((rank - 1) * classes) / (count - 1)));
}

/** The first segment whose rule fits: every score has exactly one. */
export function segmentOf({ recency: r, frequency: f, monetary: m }: RfmScore): Segment {
  if (r >= 4 && f >= 4 && m >= 4) return "Champions";
  if (r >= 3 && f >= 4) return "Loyal";
  if (r >= 4 && f <= 2) return "Potential Loyalists";
  if (m >= 4 && f <= 2) return "Big Spenders";
  if (r <= 2 && f >= 3) return "At Risk";
  if (r === 1) return "Lost";
  return "Needs Attention";
}
