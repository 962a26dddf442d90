import type { Sufficient } from "../learning/elasticity/sufficient.ts";
import type { PoolInput } from "./learned.ts";

/** Texts and lists that many SKUs share, kept once. */
class Shared {
  readonly #texts = new Map<string, string>();
  readonly #names = new Map<string, string[]>();

  text<T extends string>(text: T): T {
    const known = this.#texts.get(text);
    if (known === undefined) this.#texts.set(text, text);
    return (known ?? text) as T;
  }

  names(names: string[]): string[] {
    const key = names.join("\n");
    const known = this.#names.get(key);
    if (known === undefined) this.#names.set(key, names);
    return known ?? names;
  }
}

const NO_RESIDUALS: number[] = [];
const NO_HOLIDAYS: Sufficient["holidays"] = {};
const NO_EVIDENCE: Sufficient["endogeneity"] = { controlFunction: null, priceFeedback: null };
/** Numbers of a row beside J, h and the weekday sums: three for the spells, mean units, dispersion. */
const SINGLE_NUMBERS = 5;

function lengthOf({ sufficient: { J, h, weekdayUnits }, identification }: PoolInput): number {
  const identified = identification.J.length + identification.h.length;
  return J.length + h.length + 2 * weekdayUnits.length + SINGLE_NUMBERS + identified;
}

/** An identification whose matrix lies in its shard's row. */
function packed(
  { J, h, ...rest }: PoolInput["identification"],
  shared: Shared,
  row: Float64Array,
  at: number,
): PoolInput["identification"] {
  const [first, middle, end] = [at, at + J.length, at + J.length + h.length];
  row.set(J, first);
  row.set(h, middle);
  return {
    ...rest,
    names: shared.names(rest.names),
    get J() {
      return Array.from(row.subarray(first, middle));
    },
    get h() {
      return Array.from(row.subarray(middle, end));
    },
  };
}

/** One input whose numbers lie in its shard's array. Its lists are made when they are read. */
class PackedInput implements PoolInput, Sufficient {
  readonly sku: string;
  readonly category: string;
  readonly period: Sufficient["period"];
  readonly observation: Sufficient["observation"];
  readonly names: string[];
  readonly n: number;
  readonly residualStart: number;
  readonly residuals: number[];
  readonly holidays: Sufficient["holidays"];
  readonly endogeneity: Sufficient["endogeneity"];
  readonly weekly: PoolInput["weekly"];
  readonly currency: string;
  readonly contribution?: number;
  readonly identification: PoolInput["identification"];
  readonly family?: NonNullable<PoolInput["family"]>;
  readonly #row: Float64Array;
  readonly #at: number;
  readonly #weekdays: number;

  constructor(input: PoolInput, shared: Shared, row: Float64Array, at: number) {
    const { sufficient, meanUnits, dispersion } = input;
    const { J, h, spells, weekdayUnits, weekdayBase, residuals, holidays } = sufficient;
    this.sku = sufficient.sku;
    this.category = shared.text(sufficient.category);
    this.period = shared.text(sufficient.period);
    this.observation = shared.text(sufficient.observation);
    this.names = shared.names(sufficient.names);
    this.n = sufficient.n;
    this.residualStart = sufficient.residualStart;
    this.residuals = residuals.length === 0 ? NO_RESIDUALS : residuals;
    this.holidays = Object.keys(holidays).length === 0 ? NO_HOLIDAYS : holidays;
    const { controlFunction, priceFeedback } = sufficient.endogeneity;
    this.endogeneity = controlFunction || priceFeedback ? sufficient.endogeneity : NO_EVIDENCE;
    this.weekly = input.weekly;
    this.currency = shared.text(input.currency);
    if (input.contribution !== undefined) this.contribution = input.contribution;
    if (input.family) this.family = input.family;
    this.#row = row;
    this.#at = at;
    this.#weekdays = weekdayUnits.length;
    row.set([spells.squares, spells.weights, spells.spells, meanUnits, dispersion], at);
    row.set(J, at + SINGLE_NUMBERS);
    row.set(h, at + SINGLE_NUMBERS + J.length);
    row.set(weekdayUnits, at + SINGLE_NUMBERS + J.length + h.length);
    row.set(weekdayBase, at + SINGLE_NUMBERS + J.length + h.length + weekdayUnits.length);
    const start = at + lengthOf(input) - input.identification.J.length - input.identification.h.length;
    this.identification = packed(input.identification, shared, row, start);
  }

  get sufficient(): Sufficient {
    return this;
  }

  get spells(): Sufficient["spells"] {
    const [row, at] = [this.#row, this.#at];
    return { squares: row[at]!, weights: row[at + 1]!, spells: row[at + 2]! };
  }

  get meanUnits(): number {
    return this.#row[this.#at + 3]!;
  }

  get dispersion(): number {
    return this.#row[this.#at + 4]!;
  }

  get J(): number[] {
    return this.#list(0, this.names.length ** 2);
  }

  get h(): number[] {
    return this.#list(this.names.length ** 2, this.names.length);
  }

  get weekdayUnits(): number[] {
    return this.#list(this.names.length * (this.names.length + 1), this.#weekdays);
  }

  get weekdayBase(): number[] {
    return this.#list(this.names.length * (this.names.length + 1) + this.#weekdays, this.#weekdays);
  }

  #list(from: number, length: number): number[] {
    const start = this.#at + SINGLE_NUMBERS + from;
    return Array.from(this.#row.subarray(start, start + length));
  }
}

/** The inputs of a pool, added shard by shard: about 400 bytes per SKU instead of the thousands of parsed JSON. */
export class PoolInputs {
  readonly inputs: PoolInput[] = [];
  readonly #shared = new Shared();

  add(part: readonly PoolInput[]): void {
    const row = new Float64Array(part.reduce((sum, input) => sum + lengthOf(input), 0));
    let at = 0;
    for (const input of part) {
      this.inputs.push(new PackedInput(input, this.#shared, row, at));
      at += lengthOf(input);
    }
  }
}
