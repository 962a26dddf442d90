import { parseArgs } from "node:util";
import { DAY_MS, SECOND_MS } from "../../domain/base/time.ts";
import type { Bill } from "./bill.ts";
import { billText } from "./bill.ts";
import { type Billed, INCLUDED, PLAN_DOLLARS, PRICES, PRICES_READ_AT } from "./prices.ts";
import { type Plan, runReal } from "./scenarios.ts";

/**
 * npm run bench:bill [-- --only "23/s, waiting 60 s"]
 *
 * What a million observations cost at the rates at which installs run, in batches of 100 as scrapers send them, and what
 * that is in a month. At 23 observations a second minutes would pass for few batches, so that time runs faster there: the
 * rate is so many times higher, and what waits waits so many times shorter. The operations counted are the same.
 */
const FASTER = 3;
const SKUS = 4_000;
const CHECKS_A_DAY = 4;
const COMPETITORS = 5;
const MONTH_DAYS = 30;

interface Case {
  name: string;
  /** observations a second */
  rate: number;
  /** INGEST_WAIT_SECONDS */
  wait: number;
  faster: number;
  shards?: number;
}

/** As configured: what becomes due in one second is delivered together. */
const QUEUE_WAIT_SECONDS = 1;
const CASES: readonly Case[] = [
  { name: "2,000/s", rate: 2_000, wait: 0, faster: 1 },
  { name: "23/s", rate: 23, wait: 0, faster: FASTER },
  { name: "23/s, waiting 30 s", rate: 23, wait: 30, faster: FASTER },
  { name: "23/s, waiting 60 s", rate: 23, wait: 60, faster: FASTER },
  { name: "23/s, 16 shards", rate: 23, wait: 0, faster: FASTER, shards: 16 },
  { name: "231/s, waiting 30 s", rate: 231, wait: 30, faster: FASTER },
];

async function measure({ rate, wait, faster, shards }: Case): Promise<Bill> {
  const plan: Plan = {
    ...{ skus: SKUS, batches: 0, repeat: 0, profile: null },
    ...{ pacedRate: rate * faster, pacedSeconds: Math.max(10, 5_000 / (rate * faster)) },
    ...{ waitSeconds: wait / faster, shards },
    // a delay is a whole number of seconds: what waits for the same one is due within a second
    queueWaitSeconds: wait > 0 ? QUEUE_WAIT_SECONDS : QUEUE_WAIT_SECONDS / faster,
  };
  const { paced } = await runReal(plan);
  return paced!.bill;
}

/** A month's dollars: the plan, and what is used beyond that which it includes. */
function month(bill: Bill, observations: number): number {
  const beyond = bill.lines.map(({ item, quantity }) => {
    const used = (quantity * observations) / 1e6;
    return (Math.max(0, used - INCLUDED[item as Billed]) * PRICES[item as Billed].perMillion) / 1e6;
  });
  return PLAN_DOLLARS + beyond.reduce((sum, dollars) => sum + dollars, 0);
}

const { only } = parseArgs({ options: { only: { type: "string" } } }).values;
const bills = new Map<string, Bill>();
for (const one of CASES) {
  if (only !== undefined && one.name !== only) continue;
  const bill = await measure(one);
  bills.set(one.name, bill);
  console.log(`\n${one.name}: bill per million observations (prices of ${PRICES_READ_AT})`);
  for (const line of billText(bill)) console.log(line);
}
if (only !== undefined) process.exit(0);
const low = bills.get("23/s")!;
const monthly = [
  // a batch comes so rarely that nothing is to be gained by waiting
  { skus: 1_000, bill: low },
  { skus: 10_000, bill: low },
  { skus: 100_000, bill: bills.get("23/s, waiting 60 s")! },
  { skus: 1_000_000, bill: bills.get("231/s, waiting 30 s")! },
].map(({ skus, bill }) => {
  const perDay = skus * COMPETITORS * CHECKS_A_DAY;
  return {
    SKUs: skus,
    "observations/s": Number((perDay / (DAY_MS / SECOND_MS)).toFixed(2)),
    "observations/month": perDay * MONTH_DAYS,
    "$ a month": Number(month(bill, perDay * MONTH_DAYS).toFixed(2)),
  };
});
console.table(monthly);
console.log(
  JSON.stringify({
    dollarsPerMillion: Object.fromEntries(
      [...bills].map(([name, { dollars }]) => [name, Number(dollars.toFixed(4))]),
    ),
    monthly,
  }),
);
process.exit(0);
