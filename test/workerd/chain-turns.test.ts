import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { chainTurns } from "../../services/chains/turns.ts";
import { expectSoundChains, servedPrice } from "./back-support.ts";
import { addProposals } from "./proposals-support.ts";
import { addProducts, adminKey, call } from "./support.ts";

const turns = chainTurns(env);
const skus = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}-${i}`);

describe("the turns of those who write into the chains", () => {
  it("come one after the other, in the order in which they were asked for", async () => {
    const seen: string[] = [];
    const work = (n: number) => async () => {
      seen.push(`begin ${n}`);
      await scheduler.wait(n % 2 === 0 ? 5 : 0);
      seen.push(`end ${n}`);
      return n;
    };
    const answers = await Promise.all([0, 1, 2, 3].map((n) => turns.take(work(n))));
    expect(answers).toEqual([0, 1, 2, 3]);
    expect(seen).toEqual([0, 1, 2, 3].flatMap((n) => [`begin ${n}`, `end ${n}`]));
  });

  it("have an instant each, later than the one before", async () => {
    const instants = await Promise.all(Array.from({ length: 20 }, () => turns.take(async (at) => at)));
    for (const [i, at] of instants.entries()) expect(at).toBeGreaterThan(instants[i - 1] ?? 0);
  });

  it("go on behind one that fails, and the one who asked for it is told", async () => {
    const failing = turns.take(async () => {
      throw new RangeError("no");
    });
    const next = turns.take(async () => "next");
    await expect(failing).rejects.toThrow(RangeError);
    expect(await next).toBe("next");
  });

  it("are not needed for a sound chain: without the object the work is done at once", async () => {
    const broken = {
      CHAIN_TURNS: {
        getByName: () => ({
          take: async () => {
            throw new Error("the object cannot be reached");
          },
        }),
      } as unknown as DurableObjectNamespace,
    };
    expect(await chainTurns(broken).take(async () => "done")).toBe("done");
  });
});

describe("forty changes of price at the same instant", () => {
  beforeAll(adminKey);

  it("by hand all succeed", async () => {
    const names = skus("HAND", 40);
    await addProducts(...names.map((sku) => ({ sku, price: 2_000 })));
    const answers = await Promise.all(
      names.map((sku, i) =>
        call("PUT", `/api/products/${sku}/price`, { price: (21 + i / 100).toFixed(2), reason: "forty" }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(names.map(() => 200));
    expect(await Promise.all(names.map(servedPrice))).toEqual(names.map((_, i) => (21 + i / 100).toFixed(2)));
    await expectSoundChains();
  });

  it("by approval all succeed", async () => {
    const names = skus("APPROVED", 40);
    await addProducts(...names.map((sku) => ({ sku, price: 2_000 })));
    await addProposals(names.map((sku) => ({ id: `prp_${sku}`, sku })));
    const answers = await Promise.all(names.map((sku) => call("POST", `/api/proposals/prp_${sku}/approve`)));
    expect(answers.map(({ status }) => status)).toEqual(names.map(() => 200));
    await expectSoundChains();
  });
});
