import type { Env } from "../db/env.ts";
import { SECOND_MS } from "../domain/base/time.ts";
import { failureMessage } from "../domain/delivery/failure.ts";
import { serviceContext, systemActor } from "../services/context.ts";
import { noteOutcomes } from "../services/operate/job-failures.ts";
import type { CronJob } from "./cron-job.ts";
import { jobsOf } from "./cron-table.ts";

/** The jobs behind one that takes longer begin without it. */
const PATIENCE_MS = 20 * SECOND_MS;

/** What became of a job: null = it went well, or its last pass still runs. */
type Outcomes = Map<string, string | null>;

/**
 * Runs a trigger's jobs one after the other, each in an object of its own. One that fails, hangs or uses up what the
 * platform allows keeps none of the others from running; failures are thrown at the end.
 */
export async function runCron(env: Env, cron: string, now: number): Promise<void> {
  const failures: unknown[] = [];
  const outcomes: Outcomes = new Map();
  const passes: Promise<void>[] = [];
  for (const name of jobsOf(cron)) {
    const pass = runJob(env, cron, name, now).then(
      () => void outcomes.set(name, null),
      (error: unknown) => {
        failures.push(error);
        outcomes.set(name, failureMessage(error));
      },
    );
    passes.push(pass);
    await endedOrLate(pass);
  }
  await Promise.all(passes);
  try {
    await noteOutcomes(serviceContext(env, systemActor("cron"), now), outcomes);
  } catch (error) {
    failures.push(error);
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} jobs of ${cron} failed`);
}

/** On a single machine a job works in the thread that answers requests: the answer goes first. */
const ANSWER_FIRST_MS = 100;

/** Runs a job that a request has given something to do. What fails is logged: the next pass of cron makes up for it. */
export async function startJob(env: Env, cron: string, name: string): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ANSWER_FIRST_MS));
  try {
    await runJob(env, cron, name, Date.now());
  } catch (error) {
    console.error({ event: "cron.failed", cron, job: name, error: failureMessage(error) });
  }
}

/** @throws Error with what made the job fail */
async function runJob(env: Env, cron: string, name: string, now: number): Promise<void> {
  const job = env.CRON_JOB.getByName(name) as unknown as DurableObjectStub<CronJob>;
  const { ran, failure } = await job.run(cron, name, now);
  if (!ran) console.warn({ event: "cron.still_running", job: name });
  if (failure !== undefined) throw new Error(failure);
}

/** Resolves when the pass has ended, or takes too long for the next job to wait. */
async function endedOrLate(pass: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS);
  });
  await Promise.race([pass, late]);
  clearTimeout(timer);
}
