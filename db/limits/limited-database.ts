import { assertWithin } from "../../domain/base/platform-limits.ts";
import type { Invocation } from "./invocation.ts";
import { limited } from "./limited.ts";
import { assertFits } from "./size.ts";

/** A parameter in a statement's text, and whether it is a pattern. */
const PARAMETER = /(\b(?:like|glob)\s+)?\?(\d*)/gi;

/** A database that refuses what D1 refuses in production. */
export function limitedDatabase(d1: D1Database, invocation: Invocation): D1Database {
  const originals = new WeakMap<object, D1PreparedStatement>();
  const statement = (inner: D1PreparedStatement, text: string): D1PreparedStatement => {
    const outer = limited(inner, {
      bind(...values: unknown[]) {
        assertBound(text, values);
        return statement(inner.bind(...values), text);
      },
      first: (...column: [string]) => counted(() => inner.first(...column)),
      all: () => counted(() => inner.all()),
      run: () => counted(() => inner.run()),
      raw: (options: { columnNames: true }) => counted(() => inner.raw(options)),
    });
    originals.set(outer, inner);
    return outer;
  };
  const counted = async <T>(ask: () => Promise<T>): Promise<T> => {
    invocation.query(1);
    return ask();
  };
  return limited(d1, {
    prepare(text: string) {
      assertFits("d1StatementBytes", text);
      return statement(d1.prepare(text), text);
    },
    async batch(statements: D1PreparedStatement[]) {
      invocation.query(statements.length);
      return d1.batch(statements.map((one) => originals.get(one) ?? one));
    },
  });
}

/** @throws PlatformLimitError if there are too many values, one is too large, or a pattern too long */
function assertBound(text: string, values: readonly unknown[]): void {
  assertWithin("d1Parameters", values.length);
  for (const value of values) assertFits("d1ValueBytes", value);
  let next = 0;
  for (const [, isPattern, number] of text.matchAll(PARAMETER)) {
    const at = number ? Number(number) - 1 : next;
    next = at + 1;
    if (isPattern) assertFits("d1PatternBytes", values[at]);
  }
}
