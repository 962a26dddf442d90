import type { Life, Scheduler } from "./scheduler.ts";
import type { Sqlite } from "./sqlite.ts";

/** A prepared statement of the simulated D1. */
class Statement {
  readonly sql: string;
  readonly values: readonly unknown[];
  readonly #far: FarDatabase;

  constructor(far: FarDatabase, sql: string, values: readonly unknown[] = []) {
    this.#far = far;
    this.sql = sql;
    this.values = values;
  }

  bind(...values: unknown[]): Statement {
    return new Statement(this.#far, this.sql, values);
  }

  async all() {
    return (await this.#far.batch([this]))[0]!;
  }

  /** Values alone, in the order of the columns. */
  async raw() {
    return (await this.all()).results.map((row) => Object.values(row));
  }

  run() {
    return this.all();
  }

  async first(column?: string): Promise<unknown> {
    const [row] = (await this.all()).results;
    return row === undefined ? null : column === undefined ? row : row[column];
  }
}

/** D1 as one life sees it: every call crosses a network that may fail before or after the commit. */
class FarDatabase {
  readonly #sqlite: Sqlite;
  readonly #scheduler: Scheduler;
  readonly #life: Life;

  constructor(sqlite: Sqlite, scheduler: Scheduler, life: Life) {
    this.#sqlite = sqlite;
    this.#scheduler = scheduler;
    this.#life = life;
  }

  prepare(sql: string): Statement {
    return new Statement(this, sql);
  }

  batch(statements: readonly Statement[]) {
    const isRead = statements.every(({ sql }) => /^\s*SELECT/i.test(sql));
    return this.#scheduler.remote(this.#life, isRead ? "D1 read" : "D1 write", () =>
      this.#sqlite.transaction(() =>
        statements.map(({ sql, values }) => {
          const { rows, changes } = this.#sqlite.run(sql, values);
          return { results: rows, success: true as const, meta: { changes, rows_written: changes } };
        }),
      ),
    );
  }
}

/** The database as a binding of `life`. */
export function d1Of(sqlite: Sqlite, scheduler: Scheduler, life: Life): D1Database {
  return new FarDatabase(sqlite, scheduler, life) as unknown as D1Database;
}
