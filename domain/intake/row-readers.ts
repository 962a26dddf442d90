import type { BatchKind } from "../messages/queue.ts";
import type { RowsByKind } from "../messages/rows.ts";
import { AggregateInput, typeAggregate } from "./aggregate-row.ts";
import { DemandInput, typeDemandRow } from "./demand-row.ts";
import { type EventInput, readEvent, typeEvent } from "./event-row.ts";
import { type InventoryInput, readInventory, typeInventory } from "./inventory-row.ts";
import {
  type ObservationInput,
  type PriceBasis,
  readObservation,
  typeObservation,
} from "./observation-row.ts";
import { type PostedBy, type ProductRef, type RowResult, readForm } from "./row-fields.ts";

/** The posted form of each kind of row. */
export interface InputsByKind extends Record<BatchKind, { sku?: string | undefined }> {
  observations: ObservationInput;
  demand: DemandInput;
  events: EventInput;
  inventory: InventoryInput;
  aggregates: AggregateInput;
}

/** How a posted row becomes a typed one: its form is read, its product is found, then its values are read. */
export interface RowReader<Input, Row> {
  read(value: unknown, row: number): RowResult<Input>;
  /** `basis`: what prices in another currency or with other taxes are brought to */
  type(input: Input, product: ProductRef, row: number, posted: PostedBy, basis: PriceBasis): RowResult<Row>;
}

/** Every kind of row that may be posted. */
export const ROW_READERS: { readonly [K in BatchKind]: RowReader<InputsByKind[K], RowsByKind[K]> } = {
  observations: { read: readObservation, type: typeObservation },
  demand: { read: (value, row) => readForm(DemandInput, value, row), type: typeDemandRow },
  events: { read: readEvent, type: typeEvent },
  inventory: { read: readInventory, type: typeInventory },
  aggregates: { read: (value, row) => readForm(AggregateInput, value, row), type: typeAggregate },
};
