import type { Standing } from "../../domain/messages/shard-page.ts";
import { epochAt } from "../../domain/shard/epoch.ts";

const NEW: Standing = { epoch: 0, bornAt: 0, run: null, movedTo: null, fedFrom: [], left: [], renames: [] };

/**
 * What a shard's object knows of itself. One row, written with the first commit. An object that was made before epochs
 * were has the epoch 0.
 */
export class ShardStanding {
  readonly #sql: SqlStorage;
  #known: Standing | null;

  /** `isEmpty`: whether the object holds no SKU yet */
  constructor(sql: SqlStorage, isEmpty: boolean) {
    this.#sql = sql;
    sql.exec(
      "CREATE TABLE IF NOT EXISTS standing (id INTEGER PRIMARY KEY CHECK (id = 1), body TEXT NOT NULL)",
    );
    const [row] = sql.exec<{ body: string }>("SELECT body FROM standing").toArray();
    this.#known = row ? { ...NEW, ...(JSON.parse(row.body) as Standing) } : isEmpty ? null : NEW;
  }

  get now(): Standing {
    return this.#known ?? NEW;
  }

  /** Makes the object known to itself, unless it is. Part of the commit of whoever calls. */
  settle(now: number): void {
    if (this.#known === null) this.change({ epoch: epochAt(now), bornAt: now });
  }

  change(change: Partial<Standing>): void {
    this.#known = { ...this.now, ...change };
    this.#sql.exec(
      "INSERT INTO standing (id, body) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body",
      JSON.stringify(this.#known),
    );
  }

  /**
   * Begins a new epoch on behalf of a run, once: whatever the object projects from then on is newer than all that it, or an
   * object before it, ever projected.
   */
  beginEpoch(run: string, now: number): Standing {
    const { epoch } = this.now;
    if (this.now.run !== run) this.change({ run, epoch: Math.max(epoch + 1, epochAt(now)) });
    return this.now;
  }
}
