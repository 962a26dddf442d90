import { DAY_MS, MINUTE_MS } from "../base/time.ts";

/** How many sign-ins may fail: so many at once, and then so many a minute. */
export interface Allowance {
  burst: number;
  perMinute: number;
}

/** What is left of an allowance, as of `at` (ms). */
export interface Bucket {
  left: number;
  at: number;
}

/** Where a sign-in comes from; addresses and devices as hashes. */
export interface Attempt {
  address: string;
  network: string;
  /** the token of a browser that has signed in before; null without one */
  device: string | null;
}

/** What of an attempt the person has signed in with before. */
export type Familiar = "device" | "network" | "nothing";

/** A browser or a network counts as the person's own for this long after its last sign-in. */
export const FAMILIAR_MS = 90 * DAY_MS;

const PAIR: Allowance = { burst: 5, perMinute: 1 };
const DEVICE: Allowance = { burst: 10, perMinute: 2 };
const NETWORK: Allowance = { burst: 20, perMinute: 10 };
const ADDRESS: Allowance = { burst: 20, perMinute: 2 };

/** The names under which a place is kept as the person's own. */
export function deviceName({ address, device }: Attempt): string {
  return `device ${address} ${device}`;
}
export function networkName({ address, network }: Attempt): string {
  return `network ${address} ${network}`;
}

/** The bucket of one address at one network. */
export function pairName({ address, network }: Attempt): string {
  return `pair ${address} ${network}`;
}

/**
 * The buckets that an attempt draws on. Guesses from anywhere draw on the address's own bucket, but never a browser or a
 * network that the person has signed in from before: nobody else can lock them out there ("device cookies", OWASP).
 */
export function bucketsOf(attempt: Attempt, familiar: Familiar): [name: string, allowance: Allowance][] {
  if (familiar === "device") return [[deviceName(attempt), DEVICE]];
  const here: [string, Allowance][] = [
    [pairName(attempt), PAIR],
    [`all ${attempt.network}`, NETWORK],
  ];
  return familiar === "network" ? here : [...here, [`address ${attempt.address}`, ADDRESS]];
}

/** What is left now of a bucket; a bucket that was never drawn on is full. */
export function levelOf(bucket: Bucket | undefined, { burst, perMinute }: Allowance, now: number): number {
  if (bucket === undefined) return burst;
  return Math.min(burst, bucket.left + (Math.max(0, now - bucket.at) / MINUTE_MS) * perMinute);
}

/**
 * Seconds until one more attempt is allowed; 0 if it is now.
 *
 * @example
 * waitSeconds({ left: 0.5, at: 0 }, { burst: 5, perMinute: 1 }, 0) // 30
 */
export function waitSeconds(bucket: Bucket | undefined, allowance: Allowance, now: number): number {
  const missing = 1 - levelOf(bucket, allowance, now);
  return missing <= 0 ? 0 : Math.ceil((missing / allowance.perMinute) * 60);
}

/** Whether a bucket is full again and need not be kept; the slowest fills at one a minute. */
export function isFullAgain(bucket: Bucket, now: number): boolean {
  return now - bucket.at > NETWORK.burst * MINUTE_MS;
}

/**
 * The network of an address on the internet: an IPv4 address, or the first 64 bits of an IPv6 address, which is what one
 * subscriber is given.
 *
 * @example
 * networkOf("2001:db8:1:2:3:4:5:6") // "2001:db8:1:2::/64"
 */
export function networkOf(ip: string | undefined): string {
  if (ip === undefined || !ip.includes(":")) return ip ?? "unknown";
  const [head = "", tail] = ip.toLowerCase().split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail ? tail.split(":") : [];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array<string>(zeros).fill("0"), ...after];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":")}::/64`;
}
