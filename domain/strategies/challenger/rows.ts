/** A column of the panel. `monotone` -1: expected demand may only fall as the feature rises, 1: only rise. */
export interface Feature {
  readonly name: string;
  readonly monotone: -1 | 0 | 1;
}

/** Days of many SKUs, one row each, by columns. `n` rows, `w` features. */
export interface DemandRows {
  /** the columns of `features`; the first is log(price / the SKU's reference price) */
  schema: readonly Feature[];
  /** n × w, row-major */
  features: Float64Array;
  /** units sold */
  units: Float64Array;
  /** log of the demand that the filter expected at the reference price, exposure and calendar included */
  offset: Float64Array;
  /** what the filter adds to that for the day's price: its elasticity times the log price ratio */
  priceEffect: Float64Array;
  /** a number that stands for the SKU, and the day number; together they name the row */
  group: Uint32Array;
  time: Int32Array;
}

/** Log means beyond this are no demand of a day: such a row is not used. */
const LOG_MEAN_MAX = 30;

function isUsable(rows: DemandRows, i: number): boolean {
  const width = rows.schema.length;
  const { offset, priceEffect, units } = rows;
  if (!(units[i]! >= 0 && units[i]! < Number.MAX_SAFE_INTEGER)) return false;
  if (!(Math.abs(offset[i]!) <= LOG_MEAN_MAX && Math.abs(priceEffect[i]!) <= LOG_MEAN_MAX)) return false;
  for (let f = 0; f < width; f++) if (!Number.isFinite(rows.features[i * width + f]!)) return false;
  return true;
}

/** Whatever two rows differ in decides their order, so that equal panels have equal orders. */
function compare(rows: DemandRows, a: number, b: number): number {
  const { group, time, units, offset, priceEffect, features } = rows;
  const named = group[a]! - group[b]! || time[a]! - time[b]! || units[a]! - units[b]!;
  const order = named || offset[a]! - offset[b]! || priceEffect[a]! - priceEffect[b]!;
  if (order !== 0) return order;
  const width = rows.schema.length;
  for (let f = 0; f < width; f++) {
    const difference = features[a * width + f]! - features[b * width + f]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

/**
 * The rows that can be learned from, by SKU and day: floating-point sums over them do not depend on the order
 * in which they were given. Rows with a number that is not finite, or negative units, are left out.
 */
export function canonicalRows(rows: DemandRows): DemandRows {
  const usable: number[] = [];
  for (let i = 0; i < rows.units.length; i++) if (isUsable(rows, i)) usable.push(i);
  return takeRows(
    rows,
    usable.sort((a, b) => compare(rows, a, b)),
  );
}

/** The named rows, in the order named. */
export function takeRows(rows: DemandRows, indices: ArrayLike<number>): DemandRows {
  const width = rows.schema.length;
  const taken = emptyRows(rows.schema, indices.length);
  for (let to = 0; to < indices.length; to++) {
    const from = indices[to]!;
    for (let f = 0; f < width; f++) taken.features[to * width + f] = rows.features[from * width + f]!;
    taken.units[to] = rows.units[from]!;
    taken.offset[to] = rows.offset[from]!;
    taken.priceEffect[to] = rows.priceEffect[from]!;
    taken.group[to] = rows.group[from]!;
    taken.time[to] = rows.time[from]!;
  }
  return taken;
}

/** `count` rows of zeros. */
export function emptyRows(schema: readonly Feature[], count: number): DemandRows {
  return {
    schema,
    features: new Float64Array(count * schema.length),
    units: new Float64Array(count),
    offset: new Float64Array(count),
    priceEffect: new Float64Array(count),
    group: new Uint32Array(count),
    time: new Int32Array(count),
  };
}

/** The rows of several panels of one schema as one. Throws RangeError if there is no panel. */
export function joinRows(panels: readonly DemandRows[]): DemandRows {
  const first = panels[0];
  if (first === undefined) throw new RangeError("no panel to join");
  const joined = emptyRows(
    first.schema,
    panels.reduce((sum, { units }) => sum + units.length, 0),
  );
  let at = 0;
  for (const panel of panels) {
    joined.features.set(panel.features, at * first.schema.length);
    joined.units.set(panel.units, at);
    joined.offset.set(panel.offset, at);
    joined.priceEffect.set(panel.priceEffect, at);
    joined.group.set(panel.group, at);
    joined.time.set(panel.time, at);
    at += panel.units.length;
  }
  return joined;
}
