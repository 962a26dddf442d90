import type { Env } from "../../../db/env.ts";
import { allAddresses } from "../../../domain/shard/layout.ts";
import { readLayout } from "../../../services/shards/layout.ts";
import { doJob } from "../../../worker/cron-table.ts";
import { counters } from "./counters.ts";

const realNow = Date.now.bind(Date);
let ahead = 0;
// alarms keep to the real clock: they go off when the bench says so
Date.now = () => realNow() + ahead;

/** What a bench asks for that lets hours go by: a later clock, the alarms of all shards, a job of cron. */
export async function passTime(
  request: Request,
  env: Env,
  wake: (address: number) => Promise<void>,
): Promise<Response | null> {
  const { pathname, searchParams } = new URL(request.url);
  if (pathname === "/bench/clock") ahead = Number(searchParams.get("ahead"));
  else if (pathname === "/bench/wake")
    await Promise.all(allAddresses(await readLayout(env)).map((address) => wake(address)));
  else if (pathname === "/bench/job") {
    // cron calls the Worker, and each job has an object of its own
    counters.workerRequests++;
    counters.objectRequests++;
    await doJob(env, "0 * * * *", searchParams.get("name")!, Date.now());
  } else return null;
  return Response.json({ now: Date.now() });
}
