import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { signInGate } from "../../durable/stubs.ts";
import { evict } from "./evict.ts";
import { addUser, cookiesOf, deviceOf, newNetwork, PASSWORD, postSignIn } from "./identity-support.ts";

/** Slow enough for others to come meanwhile. */
const SLOW_HASH = `scrypt$1024$8$1$00$${"00".repeat(32)}`;

/** So many wrong passwords at the same instant; how each was answered. */
async function guesses(count: number, email: string, headersOf: (i: number) => Record<string, string>) {
  const answers = await Promise.all(
    Array.from({ length: count }, (_, i) => postSignIn(email, `wrong ${i}`, headersOf(i))),
  );
  return answers.map(({ status }) => status);
}

const tried = (statuses: number[]) => statuses.filter((status) => status === 401).length;

describe("guesses", () => {
  it("that come at the same instant from one network are counted before any is hashed", async () => {
    await addUser("parallel@shop.test");
    const network = newNetwork();
    const statuses = await guesses(40, "parallel@shop.test", () => ({ "cf-connecting-ip": network }));
    expect(tried(statuses)).toBe(5);
    expect(statuses.filter((status) => status === 429)).toHaveLength(35);
  });

  it("from many networks at once are counted by the address too", async () => {
    await addUser("botnet@shop.test");
    const statuses = await guesses(60, "botnet@shop.test", () => ({}));
    expect(tried(statuses)).toBeGreaterThan(0);
    expect(tried(statuses)).toBeLessThanOrEqual(20);
  });

  it("at many addresses from one network are counted by the network", async () => {
    const headers = { "cf-connecting-ip": newNetwork() };
    const emails = Array.from({ length: 30 }, (_, i) => `person-${i}@shop.test`);
    await Promise.all(emails.map((email) => addUser(email)));
    const all: number[] = [];
    for (const email of emails) all.push((await postSignIn(email, "wrong", headers)).status);
    expect(tried(all)).toBeGreaterThanOrEqual(20);
    expect(tried(all)).toBeLessThan(25); // some ten a minute come back meanwhile
  });

  it("are told when to come back, and counted through a restart", async () => {
    await addUser("late@shop.test");
    const headers = { "cf-connecting-ip": newNetwork() };
    for (let i = 0; i < 5; i++)
      expect((await postSignIn("late@shop.test", "wrong", headers)).status).toBe(401);
    await evict(signInGate(env));
    const refused = await postSignIn("late@shop.test", PASSWORD, headers);
    expect(refused).toMatchObject({ status: 429, body: { code: "rate_limited" } });
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(40);
    expect(Number(refused.headers.get("retry-after"))).toBeLessThanOrEqual(60);
  });
});

describe("a person whose address somebody guesses at", () => {
  const flood = (email: string) => guesses(60, email, () => ({}));

  it("still signs in from a browser of theirs", async () => {
    await addUser("victim@shop.test");
    const before = await postSignIn("victim@shop.test", PASSWORD);
    await flood("victim@shop.test");
    // a place that nobody knows waits, with the right password too
    expect((await postSignIn("victim@shop.test", PASSWORD)).status).toBe(429);
    const cookie = deviceOf(before.headers);
    expect((await postSignIn("victim@shop.test", PASSWORD, { cookie })).status).toBe(200);
  });

  it("still signs in from a network of theirs", async () => {
    await addUser("office@shop.test");
    const headers = { "cf-connecting-ip": newNetwork() };
    await postSignIn("office@shop.test", PASSWORD, headers);
    await flood("office@shop.test");
    expect((await postSignIn("office@shop.test", PASSWORD, headers)).status).toBe(200);
  });

  it("still signs in anywhere, if the guesses come from one network", async () => {
    await addUser("single@shop.test");
    const network = newNetwork();
    await guesses(60, "single@shop.test", () => ({ "cf-connecting-ip": network }));
    expect((await postSignIn("single@shop.test", PASSWORD)).status).toBe(200);
  });

  it("may have mistyped it before: a sign-in forgets it", async () => {
    await addUser("clumsy@shop.test");
    const headers = { "cf-connecting-ip": newNetwork() };
    for (let i = 0; i < 4; i++) await postSignIn("clumsy@shop.test", "wrong", headers);
    expect((await postSignIn("clumsy@shop.test", PASSWORD, headers)).status).toBe(200);
    for (let i = 0; i < 5; i++)
      expect((await postSignIn("clumsy@shop.test", "wrong", headers)).status).toBe(401);
  });

  it("is not helped by the browser cookie of somebody else", async () => {
    await addUser("mallory@shop.test");
    await addUser("target@shop.test");
    const mallory = await postSignIn("mallory@shop.test", PASSWORD);
    await flood("target@shop.test");
    const cookie = cookiesOf(mallory.headers);
    expect((await postSignIn("target@shop.test", "wrong", { cookie })).status).toBe(429);
  });
});

describe("the lane for hashes", () => {
  it("takes a dozen guesses at a time, and keeps another for people who are known", async () => {
    const gate = signInGate(env);
    await addUser("known@shop.test");
    const known = await postSignIn("known@shop.test", PASSWORD);
    const strangers = Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        gate.verify({ address: `s${i}`, network: newNetwork(), device: null }, "wrong", SLOW_HASH),
      ),
    );
    const mine = await postSignIn("known@shop.test", PASSWORD, { cookie: deviceOf(known.headers) });
    expect(mine.status).toBe(200);
    const answers = await strangers;
    expect(answers.filter((answer) => "right" in answer).length).toBeLessThan(40);
    expect(answers).toContainEqual({ retryAfter: 2 });
  });
});

it("of a flood of failures the audit names the first, and then counts", async () => {
  const gate = signInGate(env);
  const answers: { record: boolean; unrecorded: number }[] = [];
  for (let i = 0; i < 70; i++) answers.push(await gate.failed());
  const unnamed = answers.filter(({ record }) => !record);
  expect(unnamed.length).toBeGreaterThan(5);
  expect(answers.at(-1)).toMatchObject({ record: false });
  expect(answers.at(-1)!.unrecorded).toBeGreaterThan(5);
});
