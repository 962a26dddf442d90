import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";

type Row = Record<string, unknown>;

export interface Outcome {
  rows: Row[];
  changes: number;
}

/** A database in memory with its statements prepared once. */
export class Sqlite {
  readonly #db = new DatabaseSync(":memory:");
  readonly #prepared = new Map<string, { statement: StatementSync; isQuery: boolean }>();

  run(sql: string, values: readonly unknown[] = []): Outcome {
    let prepared = this.#prepared.get(sql);
    if (prepared === undefined) {
      if (values.length === 0 && isScript(sql)) {
        this.#db.exec(sql);
        return { rows: [], changes: 0 };
      }
      const statement = this.#db.prepare(sql);
      prepared = { statement, isQuery: statement.columns().length > 0 };
      this.#prepared.set(sql, prepared);
    }
    const { statement, isQuery } = prepared;
    const bound = values.map(toSql);
    if (isQuery) {
      const rows = statement.all(...bound).map((row) => ({ ...row }));
      return { rows, changes: rows.length };
    }
    return { rows: [], changes: Number(statement.run(...bound).changes) };
  }

  /** What all tables hold now, but those whose name begins so. */
  copy(except: string): Map<string, Row[]> {
    const { rows } = this.run(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND substr(name, 1, ?) <> ?",
      [except.length, except],
    );
    const names = rows.map(({ name }) => String(name));
    return new Map(names.map((name) => [name, this.run(`SELECT * FROM ${name}`).rows]));
  }

  /** Puts the tables back to what they held then. */
  putBack(copy: ReadonlyMap<string, readonly Row[]>): void {
    this.transaction(() => {
      for (const [name, rows] of copy) {
        this.run(`DELETE FROM ${name}`);
        for (const row of rows) {
          const columns = Object.keys(row);
          const places = columns.map(() => "?").join(", ");
          this.run(
            `INSERT INTO ${name} (${columns.map((one) => `"${one}"`).join(", ")}) VALUES (${places})`,
            Object.values(row),
          );
        }
      }
    });
  }

  /** All of it, or nothing if it throws. */
  transaction<T>(act: () => T): T {
    this.#db.exec("BEGIN");
    try {
      const result = act();
      this.#db.exec("COMMIT");
      return result;
    } catch (error) {
      this.#db.exec("ROLLBACK");
      throw error;
    }
  }
}

function isScript(sql: string): boolean {
  return sql.trimEnd().replace(/;$/, "").includes(";");
}

function toSql(value: unknown): SQLInputValue {
  if (value === undefined) throw new TypeError("undefined is no value");
  if (typeof value === "boolean") return value ? 1 : 0;
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  return value as SQLInputValue;
}
