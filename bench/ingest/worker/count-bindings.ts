import type { Env } from "../../../db/env.ts";
import { counters, countWrites, operationsOf, patchPrototype } from "./counters.ts";

interface Metered {
  meta: { rows_read?: number; rows_written?: number };
}

const statementSql = new WeakMap<object, string>();

/** Counts what goes through the bindings: by the methods of their prototypes, so that every caller is seen. */
export function countBindings(env: Env): void {
  countDatabase(env.DB);
  patchPrototype(env.OBSERVATIONS, (original) => ({
    send(...values) {
      counters.queueOperations += operationsOf(values[0]);
      return original("send").apply(this, values);
    },
    sendBatch(...values) {
      const [messages] = values as unknown as [Iterable<{ body: unknown }>];
      for (const { body } of messages) counters.queueOperations += operationsOf(body);
      return original("sendBatch").apply(this, values);
    },
  }));
  patchPrototype(env.LAKE, (original) => ({
    put(...values) {
      counters.bucketWrites++;
      const [, value] = values as unknown[];
      if (typeof value === "string") counters.bucketBytes += value.length;
      else if (ArrayBuffer.isView(value)) counters.bucketBytes += value.byteLength;
      return original("put").apply(this, values);
    },
    async get(...values) {
      counters.bucketReads++;
      const object = (await original("get").apply(this, values)) as R2ObjectBody | null;
      counters.bucketBytes += object?.size ?? 0;
      return object;
    },
  }));
}

/** Counts what an object reads and writes in its own storage. */
export function countStorage(storage: DurableObjectStorage, className: string): void {
  // the prototype is shared by all classes
  classOf.set(storage.sql, className);
  patchPrototype(storage.sql, (original) => ({
    exec(...values) {
      const cursor = original("exec").apply(this, values) as SqlStorageCursor<
        Record<string, SqlStorageValue>
      >;
      const written = cursor.rowsWritten;
      counters.objectRowsWritten += written;
      countWrites(classOf.get(this as object) ?? "object", String(values[0]), written);
      // a cursor counts reads while it is consumed, which callers do at once
      queueMicrotask(() => {
        counters.objectRowsRead += cursor.rowsRead;
      });
      return cursor;
    },
  }));
  patchPrototype(storage, (original) => ({
    setAlarm(...values) {
      counters.alarmsSet++;
      return original("setAlarm").apply(this, values);
    },
  }));
}

const classOf = new WeakMap<object, string>();

type Send = (path: string, sql: string, values: unknown[], format: string) => Promise<Metered | Metered[]>;
/** A statement of D1 as the runtime makes it, with what sends its query. */
type Sender = object & { dbSession: { _sendOrThrow: Send } };

/** `raw`, by which Drizzle selects, hides its meta: the same statement, measured where its answer comes in. */
function measuredRaw(statement: Sender, meter: (result: Metered) => void): Sender {
  const { dbSession } = statement;
  const session = Object.assign(Object.create(dbSession) as typeof dbSession, {
    async _sendOrThrow(...values: Parameters<Send>) {
      const answer = await dbSession._sendOrThrow(...values);
      meter(Array.isArray(answer) ? answer[0]! : answer);
      return answer;
    },
  });
  return Object.assign(Object.create(statement) as Sender, { dbSession: session });
}

function countDatabase(d1: D1Database): void {
  const meter = (sql: string, { meta }: Metered) => {
    counters.d1Queries++;
    counters.d1RowsRead += meta.rows_read ?? 0;
    counters.d1RowsWritten += meta.rows_written ?? 0;
    countWrites("d1", sql, meta.rows_written ?? 0);
  };
  const probe = d1.prepare("SELECT 1");
  patchPrototype(d1, (original) => ({
    prepare(...values) {
      const statement = original("prepare").apply(this, values) as object;
      statementSql.set(statement, String(values[0]));
      return statement;
    },
    async batch(...values) {
      const [statements] = values as unknown as [object[]];
      const results = (await original("batch").apply(this, values)) as Metered[];
      for (const [i, result] of results.entries()) meter(statementSql.get(statements[i]!) ?? "", result);
      return results;
    },
  }));
  patchPrototype(probe, (original) => {
    const measured = (name: string) =>
      async function (this: unknown, ...values: never[]) {
        const result = (await original(name).apply(this, values)) as Metered;
        meter(statementSql.get(this as object) ?? "", result);
        return result;
      };
    return {
      bind(...values) {
        const bound = original("bind").apply(this, values) as object;
        statementSql.set(bound, statementSql.get(this as object) ?? "");
        return bound;
      },
      all: measured("all"),
      run: measured("run"),
      raw(...values) {
        const sql = statementSql.get(this as object) ?? "";
        const statement = measuredRaw(this as Sender, (result) => meter(sql, result));
        return original("raw").apply(statement, values);
      },
      // `first` hides its meta: the same rows, measured
      async first(...values) {
        const column = (values as unknown[])[0] as string | undefined;
        const { results } = (await measured("all").call(this)) as unknown as {
          results: Record<string, unknown>[];
        };
        const [row] = results;
        return row === undefined ? null : column === undefined ? row : row[column];
      },
    };
  });
}
