import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import type { Browser } from "playwright-core";
import { launchBrowser } from "../../test/support/browser.ts";
import { API_KEY, type Install, newStateDir, startInstall } from "../../test/support/install.ts";
import { signIn } from "../../test/support/session.ts";
import { fillShop } from "./catalogue.ts";
import { type Cookies, type Load, loadOf, nodesOf, slowPage } from "./measures.ts";
import { approvals, approveTogether, movingMarket, openings, scrollToEnd, underUpdates } from "./work.ts";

const USAGE = `npm run bench:app -- [options]
  --products <n>    products of the catalogue (10000); most of them get a proposal
  --proposals <n>   proposals that have to wait for a decision (7000)
  --loads <n>       loads of each page, of which the median counts (3)
  --seconds <n>     for which somebody works while competitors' prices move (20)
  --state <folder>  keeps the filled install there for the next time; default: a folder that is removed
  --only <part>     one part only: load, live, interact or bulk
Loads the pages of the dashboard in Chromium at a quarter of this machine's speed, and works in them, on an install that
was filled through its API. The last line is JSON.`;

const { values } = parseArgs({
  options: {
    products: { type: "string", default: "10000" },
    proposals: { type: "string", default: "7000" },
    loads: { type: "string", default: "3" },
    seconds: { type: "string", default: "20" },
    state: { type: "string" },
    only: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
if (values.only !== undefined && !["load", "live", "interact", "bulk"].includes(values.only)) {
  console.error(USAGE);
  process.exit(2);
}
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
const [PRODUCTS, PROPOSALS, LOADS, SECONDS] = [
  values.products,
  values.proposals,
  values.loads,
  values.seconds,
].map(Number) as [number, number, number, number];
/** More are posted than have to arrive: several changes of a signal may be one. */
const [UPDATES, POSTED] = [20, 16];
const [OPENINGS, APPROVALS, BULK] = [12, 50, 500];

const PAGES = [
  { name: "home", path: "/", ready: ".home-list li" },
  { name: "approvals", path: "/approvals", ready: "tbody [data-row-link]" },
  { name: "signals", path: "/signals", ready: "tbody [data-row-link]" },
  { name: "products", path: "/products", ready: "tbody [data-row-link]" },
] as const;

const round = (value: number, digits = 0) => Number(value.toFixed(digits));
const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!;

const atMost = (name: string, value: number, limit: number) => ({
  ...{ name, value: round(value, 3), limit, holds: value <= limit },
});
type Gate = ReturnType<typeof atMost>;

/** An install with its shop; one that was filled before is taken as it is. */
async function prepare(state: string): Promise<Install> {
  mkdirSync(state, { recursive: true });
  const isFilled = existsSync(state) && readdirSync(state).length > 0;
  const install = await startInstall(state);
  if (isFilled) return install;
  const began = Date.now();
  const headers = { authorization: `Bearer ${API_KEY}`, "content-type": "application/json" };
  const all = JSON.stringify({ proposalCap: null });
  const answer = await fetch(`${install.url}/api/settings`, { method: "PUT", headers, body: all });
  if (!answer.ok) throw new Error(`the settings answered ${answer.status}`);
  await fillShop(install.api, PRODUCTS, (step) =>
    console.log(`${round((Date.now() - began) / 1_000)} s: ${step}`),
  );
  return install;
}

/** The median of each figure over some loads of a page. */
async function medianLoad(browser: Browser, url: string, cookies: Cookies, ready: string): Promise<Load> {
  const loads: Load[] = [];
  for (let i = 0; i < LOADS; i++) {
    const page = await slowPage(browser, cookies);
    loads.push(await loadOf(page, url, ready));
    await page.context().close();
  }
  const of = (name: keyof Load) => median(loads.map((load) => load[name]));
  return {
    ...{ scriptKb: round(of("scriptKb"), 1), lcpMs: round(of("lcpMs")) },
    ...{ blockingMs: round(of("blockingMs")), cls: round(of("cls"), 3), nodes: of("nodes") },
  };
}

/** The most nodes while the whole catalogue is scrolled through. */
async function catalogueNodes(browser: Browser, url: string, cookies: Cookies) {
  const page = await slowPage(browser, cookies);
  await loadOf(page, `${url}/products`, "tbody [data-row-link]");
  const { rows, nodes } = await scrollToEnd(page, PRODUCTS);
  const most = Math.max(nodes, await nodesOf(page));
  await page.context().close();
  return { rows, nodes: most };
}

/** What a part measures with. */
interface Desk {
  browser: Browser;
  cookies: Cookies;
  url: string;
  api: Install["api"];
  pending: number;
}

/** The first loads of the pages. */
async function load({ browser, cookies, url }: Desk) {
  const loads: Record<string, Load> = {};
  for (const { name, path, ready } of PAGES)
    loads[name] = await medianLoad(browser, url + path, cookies, ready);
  console.table(loads);
  const worst = (name: keyof Load) => Math.max(...Object.values(loads).map((one) => one[name]));
  return {
    figures: { loads },
    gates: [
      atMost("script of the first load, kB gzipped", worst("scriptKb"), 120),
      atMost("largest contentful paint, ms", worst("lcpMs"), 1_500),
      atMost("blocking, ms", worst("blockingMs"), 150),
      atMost("layout shift of a load", worst("cls"), 0.05),
      atMost("nodes of a page as it is loaded", worst("nodes"), 2_000),
    ],
  };
}

/** Work in the list while competitors' prices move. */
async function live({ browser, cookies, url, api }: Desk) {
  const shown = await api.get<{ items: { sku: string; price: string }[] }>("/api/products?limit=500");
  const feed = () => movingMarket(api, shown.items, POSTED);
  const found = await underUpdates(browser, { url, cookies, seconds: SECONDS, feed });
  return {
    figures: { live: found },
    gates: [
      atMost("interaction to next paint under updates, ms", found.inpMs, 100),
      atMost("updates missing to 20 a second", Math.max(0, UPDATES - found.updatesPerSecond), 0),
      atMost("layout shift under updates", found.cls, 0.05),
    ],
  };
}

/** Long lists, opened proposals, and approvals by keyboard. */
async function interact({ browser, cookies, url, pending }: Desk) {
  const catalogue = await catalogueNodes(browser, url, cookies);
  console.log({ catalogue });
  const opened = await openings(browser, { url, cookies, count: OPENINGS, total: pending });
  console.log({ opened });
  const approved = await approvals(browser, { url, cookies, count: APPROVALS });
  return {
    figures: { catalogue, opened, approved },
    gates: [
      atMost("nodes of a page, all rows read", Math.max(catalogue.nodes, opened.nodes), 2_000),
      atMost("rows that could not be scrolled to", PRODUCTS - catalogue.rows, 0),
      atMost("opening a proposal with all rows read, ms", median(opened.ms), 100),
      atMost("interaction to next paint while approving, ms", approved.inpMs, 100),
      atMost("key presses an approval", approved.presses, 2),
      atMost("requests a decision", approved.requests, 4),
    ],
  };
}

/** Many approvals at once. */
async function bulk({ browser, cookies, url }: Desk) {
  const together = await approveTogether(browser, { url, cookies, count: BULK });
  return {
    figures: { together },
    gates: [
      atMost("proposals of a bulk that were not approved", BULK - together.done, 0),
      atMost("500 in bulk with their preview, s", together.seconds, 6),
    ],
  };
}

const PARTS = { load, live, interact, bulk };

async function openDesk(browser: Browser, { url, api }: Install): Promise<Desk> {
  const page = await browser.newPage();
  await signIn(page, url);
  const cookies = await page.context().cookies();
  await page.close();
  const pending = await totalOf(api, "/api/proposals?status=pending&limit=1");
  if (pending < PROPOSALS) throw new Error(`${pending} proposals are pending: fill another install`);
  return { browser, cookies, url, api, pending };
}

/** All parts one after another, or one of them. */
async function measure(browser: Browser, install: Install) {
  const desk = await openDesk(browser, install);
  const figures: Record<string, unknown> = { pending: desk.pending };
  const gates: Gate[] = [];
  for (const [name, part] of Object.entries(PARTS)) {
    if (values.only !== undefined && values.only !== name) continue;
    const found = await part(desk);
    console.dir({ [name]: found.figures }, { depth: 5 });
    Object.assign(figures, found.figures);
    gates.push(...found.gates);
  }
  return { figures, gates };
}

async function totalOf(api: Install["api"], path: string): Promise<number> {
  return (await api.get<{ total: number }>(path)).total;
}

const state = values.state === undefined ? newStateDir() : { path: values.state, remove: () => undefined };
const { browser, name } = await launchBrowser();
const loadBefore = loadavg();
try {
  const install = await prepare(state.path);
  try {
    const { figures, gates } = await measure(browser, install);
    for (const gate of gates)
      console.log(`${gate.holds ? "holds" : "FAILS"}  ${gate.name}: ${gate.value} (at most ${gate.limit})`);
    const machine = { before: loadBefore, after: loadavg() };
    console.log(`browser: ${name}; load of this machine before and after: ${JSON.stringify(machine)}`);
    console.log(JSON.stringify({ products: PRODUCTS, ...figures, gates, load: machine }));
    if (gates.some(({ holds }) => !holds)) process.exitCode = 1;
  } finally {
    await install.stop();
  }
} finally {
  await browser.close();
  state.remove();
}
