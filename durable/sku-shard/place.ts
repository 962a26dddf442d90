import { epochAt } from "../../domain/shard/epoch.ts";

interface Row {
  epoch: number;
  bornAt: number;
}

/**
 * What a shard's object knows of itself: when it was made, and which epoch its versions are of. One row, written with the
 * first commit. An object that was made before epochs were has the epoch 0.
 */
export class ShardPlace {
  readonly #sql: SqlStorage;
  #row: Row | null;

  /** `isEmpty`: whether the object holds no SKU yet */
  constructor(sql: SqlStorage, isEmpty: boolean) {
    this.#sql = sql;
    sql.exec(
      "CREATE TABLE IF NOT EXISTS place (id INTEGER PRIMARY KEY CHECK (id = 1), epoch INTEGER NOT NULL, born_at INTEGER NOT NULL)",
    );
    const [row] = sql.exec<{ epoch: number; born_at: number }>("SELECT epoch, born_at FROM place").toArray();
    this.#row = row ? { epoch: row.epoch, bornAt: row.born_at } : isEmpty ? null : { epoch: 0, bornAt: 0 };
  }

  /** 0: versions are as the SKUs count them */
  get epoch(): number {
    return this.#row?.epoch ?? 0;
  }

  /** Makes the object known to itself, unless it is. Part of the commit of whoever calls. */
  settle(now: number): void {
    if (this.#row === null) this.#write({ epoch: epochAt(now), bornAt: now });
  }

  #write(row: Row): void {
    this.#sql.exec(
      `INSERT INTO place (id, epoch, born_at) VALUES (1, ?, ?)
       ON CONFLICT (id) DO UPDATE SET epoch = excluded.epoch, born_at = excluded.born_at`,
      row.epoch,
      row.bornAt,
    );
    this.#row = row;
  }
}
