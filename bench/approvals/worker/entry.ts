import type { Env } from "../../../db/env.ts";
import worker, { CronJob as RealCronJob } from "../../../worker/index.ts";

export * from "../../../worker/index.ts";

/** What went to the database: round trips, and rows written as the platform counts them. */
const counters = { roundTrips: 0, rowsWritten: 0 };

const SINGLE: ReadonlySet<string | symbol> = new Set(["first", "all", "run", "raw"]);

/** A database that counts; a batch is one round trip. */
function counted(d1: D1Database): D1Database {
  const originals = new WeakMap<object, D1PreparedStatement>();
  const bound = (target: object, name: string | symbol) => {
    const value = Reflect.get(target, name);
    return typeof value === "function" ? value.bind(target) : value;
  };
  const statement = (inner: D1PreparedStatement): D1PreparedStatement => {
    const proxy = new Proxy(inner, {
      get(target, name) {
        if (name === "bind") return (...values: unknown[]) => statement(target.bind(...values));
        if (SINGLE.has(name)) counters.roundTrips++;
        return bound(target, name);
      },
    });
    originals.set(proxy, inner);
    return proxy;
  };
  return new Proxy(d1, {
    get(target, name) {
      if (name === "prepare") return (text: string) => statement(target.prepare(text));
      if (name !== "batch") return bound(target, name);
      return async (statements: D1PreparedStatement[]) => {
        counters.roundTrips++;
        const results = await target.batch(statements.map((one) => originals.get(one) ?? one));
        for (const { meta } of results) counters.rowsWritten += meta.rows_written;
        return results;
      };
    },
  });
}

/** A job of cron with its database counted. */
export class CronJob extends RealCronJob {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, { ...env, DB: counted(env.DB) });
  }
}

/** The Worker as it is, with its database counted, and a bare handler beside it to compare with. */
export default {
  ...worker,
  fetch(request: Request, env: Env, ctx: ExecutionContext) {
    const { pathname } = new URL(request.url);
    if (pathname === "/bench/bare") return Response.json({ price: "20.00" });
    if (pathname === "/bench/counters") return Response.json(counters);
    const withCounts = {
      ...env,
      DB: counted(env.DB),
      BOOTSTRAP_API_KEY: "pw_bench_0123456789abcdefghijklmnop",
    };
    if (pathname === "/bench/tick")
      return worker
        .scheduled({ cron: "* * * * *", scheduledTime: Date.now() } as ScheduledController, withCounts)
        .then(() => new Response());
    return worker.fetch(request, withCounts, ctx);
  },
};
