import { beforeAll, describe, expect, it } from "vitest";
import {
  PROPOSAL_ACTIONS,
  PROPOSAL_STATUSES,
  type ProposalAction,
  type ProposalStatus,
  proposalCan,
} from "../../domain/messages/proposal.ts";
import { expectUnbrokenChains, ledgerOf, type ProposalBody, servedPrice, tick } from "./back-support.ts";
import { addProposals, type Problem } from "./proposals-support.ts";
import { addProducts, call } from "./support.ts";

const LATER = new Date(Date.now() + 3_600_000).toISOString();

/** A request that asks for something, what it is of the proposal's actions, and the status that follows. */
const REQUESTS: Record<string, { action: ProposalAction; path: string; body?: object; to: ProposalStatus }> =
  {
    approve: { action: "apply", path: "approve", to: "applied" },
    "approve at another price": { action: "apply", path: "approve", body: { price: "20.50" }, to: "applied" },
    "approve for later": {
      ...{ action: "approve", path: "approve", body: { effectiveAt: LATER }, to: "approved" },
    },
    reject: { action: "reject", path: "reject", to: "rejected" },
    undo: { action: "undo", path: "undo", to: "pending" },
  };
const CASES = PROPOSAL_STATUSES.flatMap((status) =>
  Object.keys(REQUESTS).map((request): [ProposalStatus, string] => [status, request]),
);

const skuOf = (status: string, request: string) => `${status} ${request}`;
const idOf = (status: string, request: string) => `prp_${status}-${request.replaceAll(" ", "-")}`;
const stored = async (id: string) => (await call<ProposalBody>("GET", `/api/proposals/${id}`)).body;

async function add(pairs: readonly (readonly [ProposalStatus, string])[]): Promise<void> {
  await addProducts(...pairs.map(([status, request]) => ({ sku: skuOf(status, request), price: 2_000 })));
  await addProposals(
    pairs.map(([status, request]) => ({
      ...{ id: idOf(status, request), sku: skuOf(status, request), status },
      ...(status === "approved" && { effectiveAt: 8e15 }),
    })),
  );
}

beforeAll(() => add(CASES));

/** What a person asks for is an approval, and only of what is pending, though the tick applies what was approved. */
function mayAsk(request: string, status: ProposalStatus): boolean {
  const { action } = REQUESTS[request]!;
  return proposalCan(action === "apply" ? "approve" : action, status);
}

describe("every request for a proposal in every status", () => {
  it.each(CASES)("%s: %s", async (status, request) => {
    const { path, body = {}, to } = REQUESTS[request]!;
    const id = idOf(status, request);
    const sku = skuOf(status, request);
    const answer = await call<ProposalBody & Problem>("POST", `/api/proposals/${id}/${path}`, body);
    if (status === "applied" && request.startsWith("approve") && !request.includes("price")) {
      // an approval that is repeated is answered with what is so already
      expect([answer.status, answer.body.status]).toEqual([200, "applied"]);
    } else if (mayAsk(request, status)) expect([answer.status, answer.body.status]).toEqual([200, to]);
    else expect([answer.status, answer.body.code]).toEqual([409, "illegal_transition"]);
    const isMoved = mayAsk(request, status);
    expect((await stored(id)).status).toBe(isMoved ? to : status);
    const isApplied = isMoved && to === "applied";
    expect(await ledgerOf(sku)).toHaveLength(isApplied ? 1 : 0);
    expect(await servedPrice(sku)).toBe(isApplied ? (request === "approve" ? "21.00" : "20.50") : "20.00");
  });

  it("leaves sound chains", async () => {
    await expectUnbrokenChains();
  });
});

describe("what a bulk decision does to a proposal in every status", () => {
  it.each(["approve", "reject"] as const)("%s touches only what is pending", async (action) => {
    const pairs = PROPOSAL_STATUSES.map((status): [ProposalStatus, string] => [status, `bulk ${action}`]);
    await add(pairs);
    const ids = pairs.map(([status, request]) => idOf(status, request));
    const { body } = await call<{ done: number; skipped: number; failed: { id: string; code: string }[] }>(
      ...(["POST", "/api/proposals/bulk", { action, ids }] as const),
    );
    const may = (status: ProposalStatus) => mayAsk(action, status);
    // what is so already is skipped; anything else is refused
    const same = action === "approve" ? "applied" : "rejected";
    expect(body.done).toBe(PROPOSAL_STATUSES.filter(may).length);
    const refused = PROPOSAL_STATUSES.filter((status) => !may(status) && status !== same);
    expect(body.failed.map(({ id, code }) => [id, code]).toSorted()).toEqual(
      refused.map((status) => [idOf(status, `bulk ${action}`), "illegal_transition"]).toSorted(),
    );
    for (const [status, request] of pairs) {
      const next = may(status) ? REQUESTS[action]!.to : status;
      expect((await stored(idOf(status, request))).status, status).toBe(next);
      const isApplied = may(status) && action === "approve";
      expect(await ledgerOf(skuOf(status, request))).toHaveLength(isApplied ? 1 : 0);
    }
  });
});

describe("what the minute tick does to a proposal in every status", () => {
  const after: Record<string, (status: ProposalStatus) => ProposalStatus> = {
    apply: (status) => (status === "approved" ? PROPOSAL_ACTIONS.apply.to : status),
    expire: (status) => (status === "pending" ? PROPOSAL_ACTIONS.expire.to : status),
  };

  it.each(Object.keys(after))("%s, in time and only once", async (action) => {
    const pairs = PROPOSAL_STATUSES.map((status): [ProposalStatus, string] => [status, `tick ${action}`]);
    const at = Date.now() + 60_000;
    await addProducts(...pairs.map(([status, name]) => ({ sku: skuOf(status, name), price: 2_000 })));
    await addProposals(
      pairs.map(([status, name]) => ({
        ...{ id: idOf(status, name), sku: skuOf(status, name), status },
        ...(action === "apply" ? { effectiveAt: at } : { expiresAt: at, effectiveAt: 8e15 }),
      })),
    );
    await tick(at - 1);
    for (const [status, name] of pairs) expect((await stored(idOf(status, name))).status).toBe(status);
    await tick(at);
    await tick(at);
    for (const [status, name] of pairs) {
      const next = after[action]!(status);
      expect((await stored(idOf(status, name))).status).toBe(next);
      const isApplied = next === "applied" && status !== "applied";
      expect(await ledgerOf(skuOf(status, name))).toHaveLength(isApplied ? 1 : 0);
    }
  });

  it("fails what was approved for a product that is gone", async () => {
    await addProposals([{ id: "prp_gone", sku: "GONE", status: "approved", effectiveAt: 1 }]);
    await tick();
    expect(await stored("prp_gone")).toMatchObject({ status: "failed" });
  });
});
