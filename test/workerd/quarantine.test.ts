import { env } from "cloudflare:workers";
import { describe, expect, test, vi } from "vitest";
import { addProducts, call, observation, offersOf, postObservations } from "./support.ts";

interface Row {
  id: string;
  title?: string;
  status: string;
  settledBy?: string;
  price: string;
  code: string;
}

const HOUR = 3_600_000;
const at = (hoursAgo: number) => ({ observedAt: new Date(Date.now() - hoursAgo * HOUR).toISOString() });

async function rowsOf(sku: string, query = "") {
  const { body } = await call<{ items: Row[] }>("GET", `/api/quarantine?sku=${sku}${query}`);
  return body.items;
}

/** A competitor at 100.00 for some hours, then at 1,000.00. */
async function slipOf(sku: string) {
  await addProducts({ sku });
  const calm = [8, 7, 6, 5].map((hours) => observation(sku, "100.00", at(hours)));
  return postObservations("crawler", `${sku}-1`, [...calm, observation(sku, "1000.00", at(4))]);
}

const receiptOf = async (batchId: string) =>
  (await call<Record<string, unknown>>("GET", `/api/ingest/batches/${batchId}?source=crawler`)).body;

const openSignals = (sku: string) =>
  env.DB.prepare("SELECT type FROM signals WHERE sku = ?1 AND status <> 'resolved'").bind(sku).all();

describe("a quarantined price", () => {
  test("is on the receipt and in the list, and changes no offer and no signal", async () => {
    const receipt = await slipOf("Q-SLIP");
    expect(receipt).toMatchObject({ accepted: 4, quarantined: 1, rejected: 0 });
    expect(receipt.problems).toMatchObject([{ row: 4, code: "slip", path: "price" }]);
    expect(await offersOf("Q-SLIP")).toMatchObject([{ price: 10_000 }]);
    expect((await openSignals("Q-SLIP")).results).toEqual([]);
    expect(await rowsOf("Q-SLIP", "&status=open")).toMatchObject([
      { title: "Q-SLIP", price: "1000.00", code: "slip", status: "open" },
    ]);
  });

  test("counts once it is released; a second release changes nothing", async () => {
    await slipOf("Q-RELEASE");
    const [held] = await rowsOf("Q-RELEASE");
    const first = await call<Row>("POST", `/api/quarantine/${held?.id}/release`);
    expect(first).toMatchObject({ status: 200, body: { status: "released", settledBy: "person" } });
    const offers = await offersOf("Q-RELEASE");
    expect(offers).toMatchObject([{ price: 100_000 }]);
    expect(await call("POST", `/api/quarantine/${held?.id}/release`)).toMatchObject({
      status: 200,
      body: first.body,
    });
    expect(await offersOf("Q-RELEASE")).toEqual(offers);
    expect(await call("POST", `/api/quarantine/${held?.id}/discard`)).toMatchObject({
      status: 409,
      body: { code: "illegal_transition" },
    });
    const { results } = await env.DB.prepare("SELECT action FROM audit WHERE subject = ?1")
      .bind(`quarantine:${held?.id}`)
      .all();
    expect(results).toEqual([{ action: "quarantine.release" }]);
    expect(await receiptOf("Q-RELEASE-1")).toMatchObject({
      ...{ accepted: 5, quarantined: 0, rejected: 0 },
      problems: [{ row: 4, code: "slip", warning: true }],
    });
  });

  test("never counts once it is discarded", async () => {
    await slipOf("Q-DISCARD");
    const [held] = await rowsOf("Q-DISCARD");
    expect(await call("POST", `/api/quarantine/${held?.id}/discard`)).toMatchObject({
      status: 200,
      body: { status: "discarded" },
    });
    expect(await offersOf("Q-DISCARD")).toMatchObject([{ price: 10_000 }]);
    expect(await receiptOf("Q-DISCARD-1")).toMatchObject({
      ...{ accepted: 4, quarantined: 0, rejected: 1 },
      problems: [{ row: 4, code: "discarded", quarantineId: held?.id }],
    });
    const again = await postObservations("crawler", "Q-DISCARD-2", [
      observation("Q-DISCARD", "100.00", at(1)),
    ]);
    expect(again.accepted).toBe(1);
    expect(await rowsOf("Q-DISCARD", "&status=open")).toEqual([]);
  });

  test("counts when it is seen again, with what confirmed it", async () => {
    await addProducts({ sku: "Q-AGAIN" });
    const calm = [8, 7, 6, 5].map((hours) => observation("Q-AGAIN", "100.00", at(hours)));
    await postObservations("crawler", "Q-AGAIN-1", [...calm, observation("Q-AGAIN", "40.00", at(4))]);
    expect(await offersOf("Q-AGAIN")).toMatchObject([{ price: 10_000 }]);
    const receipt = await postObservations("crawler", "Q-AGAIN-2", [observation("Q-AGAIN", "40.00", at(3))]);
    expect(receipt).toMatchObject({ accepted: 1, quarantined: 0 });
    expect(await offersOf("Q-AGAIN")).toMatchObject([{ price: 4000 }]);
    expect(await rowsOf("Q-AGAIN")).toMatchObject([{ status: "confirmed", settledBy: "gate" }]);
    const { body } = await call<{ items: { price: string }[] }>("GET", "/api/products/Q-AGAIN/offers");
    expect(body.items).toMatchObject([{ price: "40.00" }]);
    const movement = { competitor: "acme", from: "100.00", to: "40.00", changePct: -60, direction: "down" };
    for (const query of ["?sku=Q-AGAIN", ""]) {
      const answer = await call<{ items: { sku: string }[] }>("GET", `/api/movements${query}`);
      expect(answer.body.items.filter(({ sku }) => sku === "Q-AGAIN")).toMatchObject([movement]);
    }
  });

  test("an unknown row is not found", async () => {
    expect(await call("POST", "/api/quarantine/qua_0/release")).toMatchObject({ status: 404 });
    await vi.waitFor(async () => expect((await rowsOf("Q-NONE")).length).toBe(0));
  });
});
