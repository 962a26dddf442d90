import { DurableObject } from "cloudflare:workers";
import type { Env } from "../db/env.ts";
import { HOUR_MS } from "../domain/base/time.ts";
import {
  type Allowance,
  type Attempt,
  type Bucket,
  bucketsOf,
  deviceName,
  FAMILIAR_MS,
  type Familiar,
  isFullAgain,
  levelOf,
  networkName,
  pairName,
  waitSeconds,
} from "../domain/identity/brake.ts";
import { hashPassword, verifyPassword } from "../domain/identity/password.ts";
import type { GateAnswer } from "../services/ports.ts";
import { HashLane } from "./hash-lane.ts";

/** So many wait for a hash; a lane is worked off in a second or two. */
const WAITING_MAX = 12;
const BUSY_SECONDS = 2;
const PRUNE_EVERY_MS = 6 * HOUR_MS;
/** Failures that the audit names one by one; a flood beyond it is counted. */
const RECORDED: Allowance = { burst: 60, perMinute: 1 };
const RECORDED_NAME = "recorded";

/** A browser or network that is the person's own, until then (ms). */
interface Known {
  until: number;
}

/**
 * The brake on sign-ins, and the only place where passwords are hashed: one object for the install, so that guesses that
 * come at the same instant are all counted before the first of them is hashed. Browsers and networks that the person has
 * used before have a lane of their own: a flood of guesses does not keep them waiting.
 */
export class SignInGate extends DurableObject<Env> {
  private readonly familiarLane = new HashLane(WAITING_MAX);
  private readonly strangerLane = new HashLane(WAITING_MAX);
  private unrecorded = 0;

  /** Counts the attempt, and compares the password if it may be tried now. */
  async verify(attempt: Attempt, password: string, stored: string): Promise<GateAnswer> {
    const now = Date.now();
    const familiar = this.familiarOf(attempt, now);
    const lane = familiar === "nothing" ? this.strangerLane : this.familiarLane;
    if (lane.isFull) return { retryAfter: BUSY_SECONDS };
    const retryAfter = await this.draw(attempt, familiar, now);
    if (retryAfter > 0) return { retryAfter };
    const right = await lane.run(() => verifyPassword(password, stored));
    return { right };
  }

  /** Whether the audit is to name this failure, and how many it has not named before it. */
  failed(): { record: boolean; unrecorded: number } {
    const unrecorded = this.unrecorded;
    const record = this.take(RECORDED_NAME, RECORDED, Date.now()) === 0;
    this.unrecorded = record ? 0 : unrecorded + 1;
    return { record, unrecorded };
  }

  /** The person is in: the place is theirs from now on, and its failures are forgotten. `device`: the browser's new token. */
  async passed(attempt: Attempt, device: string): Promise<void> {
    const { kv } = this.ctx.storage;
    const now = Date.now();
    kv.delete(pairName(attempt));
    if (attempt.device !== null) kv.delete(deviceName(attempt));
    for (const name of [networkName(attempt), `known ${deviceName({ ...attempt, device })}`])
      kv.put<Known>(name, { until: now + FAMILIAR_MS });
    await this.armPrune(now);
  }

  /** The hash of a new password; null if too many wait. */
  async hash(password: string): Promise<string | null> {
    if (this.familiarLane.isFull) return null;
    return this.familiarLane.run(() => hashPassword(password, crypto.getRandomValues(new Uint8Array(16))));
  }

  override async alarm(): Promise<void> {
    const { kv } = this.ctx.storage;
    const now = Date.now();
    let kept = 0;
    for (const [name, value] of kv.list<Known | Bucket>()) {
      const isOver = "until" in value ? value.until <= now : isFullAgain(value, now);
      if (isOver) kv.delete(name);
      else kept++;
    }
    if (kept > 0) await this.ctx.storage.setAlarm(now + PRUNE_EVERY_MS);
  }

  private familiarOf(attempt: Attempt, now: number): Familiar {
    const knows = (name: string) => (this.ctx.storage.kv.get<Known>(name)?.until ?? 0) > now;
    if (attempt.device !== null && knows(`known ${deviceName(attempt)}`)) return "device";
    return knows(networkName(attempt)) ? "network" : "nothing";
  }

  /** Takes one attempt from each bucket, or, if one of them is empty, from none; the seconds to wait. */
  private async draw(attempt: Attempt, familiar: Familiar, now: number): Promise<number> {
    const { kv } = this.ctx.storage;
    const buckets = bucketsOf(attempt, familiar);
    const waits = buckets.map(([name, allowance]) => waitSeconds(kv.get<Bucket>(name), allowance, now));
    const wait = Math.max(...waits);
    if (wait > 0) return wait;
    for (const [name, allowance] of buckets) this.take(name, allowance, now);
    await this.armPrune(now);
    return 0;
  }

  /** Takes one from a bucket; seconds to wait if there is none. */
  private take(name: string, allowance: Allowance, now: number): number {
    const { kv } = this.ctx.storage;
    const bucket = kv.get<Bucket>(name);
    const wait = waitSeconds(bucket, allowance, now);
    if (wait === 0) kv.put<Bucket>(name, { left: levelOf(bucket, allowance, now) - 1, at: now });
    return wait;
  }

  private async armPrune(now: number): Promise<void> {
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(now + PRUNE_EVERY_MS);
  }
}
