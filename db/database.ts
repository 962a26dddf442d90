import { type DrizzleD1Database, drizzle } from "drizzle-orm/d1";

export type Database = DrizzleD1Database;

const faces = new WeakMap<D1Database, Database>();

/** The typed face of the D1 binding, for reads; writes that must be atomic go through db/write.ts. */
export function database(d1: D1Database): Database {
  let face = faces.get(d1);
  if (!face) {
    face = drizzle(d1);
    faces.set(d1, face);
  }
  return face;
}
