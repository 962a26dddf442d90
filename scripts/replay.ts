import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { parse } from "csv-parse/sync";
import { DAY_MS } from "../domain/base/time.ts";
import { type Api, createApi } from "./client/api.ts";
import {
  type Batch,
  cutBatches,
  postBatch,
  type ReceiptSum,
  sumReceipts,
  waitUntilDone,
} from "./client/batches.ts";
import { importProducts } from "./client/products.ts";
import { type Conclusion, conclude } from "./replay/conclude.ts";
import { dayNumber, dayText, weekShift } from "./replay/dates.ts";
import { Mapping } from "./replay/mapping.ts";
import {
  type CsvRecord,
  demandLines,
  lastDay,
  observationLines,
  productLines,
  readMonths,
} from "./replay/rows.ts";
import { shuffled } from "./replay/shuffle.ts";

const USAGE = `npm run replay -- <folder> [--url http://localhost:8787] [--key <api key>] [--mapping <file>]
                          [--shuffle <seed>] [--today YYYY-MM-DD] [--runs]

Drives a data set through the public API. The key may also come as PRICEWRIGHT_KEY.
  --mapping  which columns are what; default: the one in bench/replay whose file is in the folder
  --shuffle  posts the same rows in another order
  --today    the day before which the data set is made to end; default: today (UTC)
  --runs     then runs elasticity and proposals, and tells what came of them`;

const MAPPINGS_FOLDER = join(import.meta.dirname, "../bench/replay");

/** Accepted batches that stand still this long are a failure. A restart of the server takes less. */
const STANDSTILL_MS = 300_000;

/** Requests in flight at once. */
const PARALLEL_POSTS = 3;

function findMapping(folder: string, given: string | undefined): Mapping {
  const files = given ? [given] : readdirSync(MAPPINGS_FOLDER).map((name) => join(MAPPINGS_FOLDER, name));
  for (const file of files) {
    const mapping = Mapping.parse(JSON.parse(readFileSync(file, "utf8")));
    if (existsSync(join(folder, mapping.file))) return mapping;
  }
  throw new Error(`no mapping of ${files.join(", ")} names a file of ${folder}`);
}

async function postAll(batches: readonly Batch[], post: (batch: Batch) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let batch = batches[next++]; batch; batch = batches[next++]) await post(batch);
  };
  await Promise.all(Array.from({ length: PARALLEL_POSTS }, worker));
}

interface Options {
  mapping?: string | undefined;
  shuffle?: string | undefined;
  today?: string | undefined;
}

/** Everything that is to be posted, with the dates shifted and in the order asked for. */
function readDataSet(folder: string, options: Options) {
  const mapping = findMapping(folder, options.mapping);
  const { currency, source } = mapping;
  const text = readFileSync(join(folder, mapping.file), "utf8");
  const months = readMonths(parse<CsvRecord>(text, { columns: true, bom: true }), mapping);
  const today = options.today ? dayNumber(options.today) : Math.floor(Date.now() / DAY_MS);
  const end = lastDay(months);
  const shift = weekShift(end, today);
  const order = <T>(items: T[]) =>
    options.shuffle === undefined ? items : shuffled(items, Number(options.shuffle));
  return {
    mapping,
    shift,
    end,
    products: order(productLines(months, mapping)),
    batches: [
      ...cutBatches("demand", source, order(demandLines(months, currency, shift))),
      ...cutBatches("observations", source, order(observationLines(months, currency, shift))),
    ],
  };
}

type DataSet = ReturnType<typeof readDataSet>;

function tellWhatIsPosted({ mapping, shift, end }: DataSet): void {
  const moved = `the last day ${dayText(end)} becomes ${dayText(end + shift)}`;
  console.log(`dates shifted by ${shift} days (${shift / 7} weeks): ${moved}`);
  console.log(
    `no unit cost in the data: ${mapping.costShareOfFirstPrice} of each product's first price is imported`,
  );
  console.log("no stock in the data: stock stays unknown");
}

/** Posts the data set and waits until every accepted row is processed. */
async function drive(api: Api, { products, batches }: DataSet): Promise<ReceiptSum & { seconds: number }> {
  const { inserted, updated, unchanged } = await importProducts(api, products);
  console.log(`products: ${inserted} inserted, ${updated} updated, ${unchanged} unchanged`);
  const started = Date.now();
  const elapsed = () => (Date.now() - started) / 1000;
  await postAll(batches, (batch) => postBatch(api, batch));
  console.log(`${batches.length} batches accepted in ${elapsed().toFixed(1)} s`);
  const sum = sumReceipts(await waitUntilDone(api, batches, { patience: STANDSTILL_MS }));
  const seconds = elapsed();
  console.log(`all done after ${seconds.toFixed(1)} s (${Math.round(sum.received / seconds)} rows/s)`);
  console.log(
    `received ${sum.received} = accepted ${sum.accepted} + duplicates ${sum.duplicates} + ` +
      `quarantined ${sum.quarantined} + rejected ${sum.rejected}`,
  );
  return { ...sum, seconds };
}

function tellConclusion({ elasticity, proposals }: Conclusion): void {
  const { skus, identified, positive, counts } = elasticity;
  console.log(`elasticities: ${skus}, ${identified} identified, ${positive} positive`);
  console.log(`elasticity run ${elasticity.status}: ${JSON.stringify(counts)}`);
  console.log(`proposals run ${proposals.status}: ${JSON.stringify(proposals.counts)}`);
  console.log(`proposals: ${proposals.pending} pending, ${proposals.explained} with a complete explanation`);
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      url: { type: "string", default: "http://localhost:8787" },
      key: { type: "string" },
      mapping: { type: "string" },
      shuffle: { type: "string" },
      today: { type: "string" },
      runs: { type: "boolean", default: false },
    },
  });
  const [folder] = positionals;
  const key = values.key ?? process.env.PRICEWRIGHT_KEY;
  if (!folder || !key) {
    console.error(folder ? `an API key is needed\n\n${USAGE}` : USAGE);
    process.exitCode = 2;
    return;
  }
  let waits = 0;
  const onWait = (reason: string) => {
    if (waits++ % 10 === 0) console.log(`waiting for the server: ${reason}`);
  };
  const api = createApi({ url: values.url, key, onWait });
  const dataSet = readDataSet(folder, values);
  tellWhatIsPosted(dataSet);
  const outcome = await drive(api, dataSet);
  const conclusion = values.runs ? await conclude(api) : undefined;
  if (conclusion) tellConclusion(conclusion);
  console.log(
    JSON.stringify({ mapping: dataSet.mapping.name, shift: dataSet.shift, ...outcome, ...conclusion }),
  );
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
