import {
  emptyHistory,
  levelAt,
  type ShedObservation,
  withShed,
} from "../../domain/shard/competitors/history.ts";
import { isOverfull, keepOlder, splitOlder } from "../../domain/shard/older.ts";
import { emptyCompetitor, emptySku, type OlderState, type SkuState } from "../../domain/shard/state.ts";
import { packSkus, unpackSkus } from "./pack.ts";
import { joined, type Write, writeParts } from "./parts.ts";

/**
 * What of a SKU is read only when it is asked for. Not a migration of the shard's schema: code that knows nothing of it goes on
 * with the shard until something lies here, and then refuses the group.
 */
const TABLE = `
  CREATE TABLE IF NOT EXISTS older (
    number INTEGER NOT NULL, part INTEGER NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (number, part)
  ) WITHOUT ROWID`;

/** The old days of demand and what histories shed, on disk by SKU. */
export class OlderRows {
  readonly #sql: SqlStorage;
  readonly #write: Write;

  constructor(sql: SqlStorage, write: Write) {
    this.#sql = sql;
    this.#write = write;
    sql.exec(TABLE);
  }

  read(number: number): OlderState {
    const rows = this.#sql.exec<{ body: ArrayBuffer }>(
      "SELECT body FROM older WHERE number = ? ORDER BY part",
      number,
    );
    return unpackOlder(joined(rows.toArray().map(({ body }) => new Uint8Array(body))));
  }

  /** Takes what has gathered of a SKU out of memory. Part of the commit of whoever stores the rest of it. */
  unload(sku: SkuState, number: number): void {
    if (!isOverfull(sku)) {
      // another SKU may have been in its place
      if (sku.readOlder === null) this.#write("DELETE FROM older WHERE number = ?", number);
      return;
    }
    const older = splitOlder(sku);
    writeParts(this.#write, "older", number, packOlder(older));
    const until = older.demand.keys().at(-1) ?? "";
    keepOlder(sku, () => this.read(number), { count: older.demand.size, until });
  }
}

/** What of a SKU is on disk only, as a group of one. */
function packOlder({ shed, demand }: OlderState): Uint8Array<ArrayBuffer> {
  const competitors = [...shed].map(([key, observations]) => {
    const history = withShed(emptyHistory(), observations);
    return [key, { ...emptyCompetitor(key), history }] as const;
  });
  return packSkus([{ ...emptySku(""), competitors: new Map(competitors), demand }]);
}

function unpackOlder(bytes: Uint8Array): OlderState {
  const [{ competitors, demand }] = unpackSkus(bytes) as [SkuState];
  const shed = [...competitors].map(([key, { history }]): [string, ShedObservation[]] => [
    key,
    Array.from({ length: history.count }, (_, i) => ({ at: history.times[i]!, ...levelAt(history, i) })),
  ]);
  return { shed: new Map(shed), demand };
}
