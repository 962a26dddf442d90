/** Files that hold something else than products: in a CSV file every cell is text. */
export type DataImport = "competitors" | "offers" | "demand";

const NUMBERS: Record<DataImport, readonly string[]> = {
  competitors: ["weight"],
  offers: [],
  demand: ["units", "inStockShare", "views", "carts"],
};
const BOOLEANS: Record<DataImport, readonly string[]> = {
  competitors: ["include"],
  offers: ["taxIncluded"],
  demand: ["promo"],
};
const INSTANTS: readonly string[] = ["observedAt", "collectedAt"];

/** A record of cells with the fields typed that are no text; what cannot be read as such stays, and is refused later. */
export function typedCells(kind: DataImport, record: unknown): unknown {
  if (typeof record !== "object" || record === null) return record;
  return Object.fromEntries(
    Object.entries(record).map(([name, cell]) => [
      name,
      typeof cell === "string" ? typedCell(kind, name, cell) : cell,
    ]),
  );
}

function typedCell(kind: DataImport, name: string, cell: string): unknown {
  if (BOOLEANS[kind].includes(name)) return BOOLEAN_CELLS.get(cell.toLowerCase()) ?? cell;
  const isNumber = NUMBERS[kind].includes(name) || (INSTANTS.includes(name) && /^\d{9,16}$/.test(cell));
  return isNumber && !Number.isNaN(Number(cell)) ? Number(cell) : cell;
}

const BOOLEAN_CELLS: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["yes", true],
  ["1", true],
  ["false", false],
  ["no", false],
  ["0", false],
]);
