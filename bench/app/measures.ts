import { gzipSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";

/** What a page that has loaded says of itself, in its own figures. */
export interface Load {
  /** gzipped bytes of all scripts of the first load, kB of 1,000 bytes */
  scriptKb: number;
  lcpMs: number;
  /** what long tasks took beyond 50 ms each */
  blockingMs: number;
  cls: number;
  nodes: number;
}

/** The slowest event of an interaction, and where its time went, in ms: all of it adds up to `ms`. */
interface Interaction {
  /** the event, and what it was meant for */
  event: string;
  /** since the page began to load */
  at: number;
  ms: number;
  /** until its listeners ran, because the page was busy */
  inputDelay: number;
  processing: number;
  /** from the last listener to the next paint */
  presentation: number;
}

interface Seen {
  lcp: number;
  cls: number;
  blocking: number;
  interactions: Map<number, Interaction>;
}

declare global {
  interface Window {
    seen: Seen;
  }
}

/** Runs in the page before anything else: listens to what the browser measures. */
function observe(): void {
  const seen: Seen = { lcp: 0, cls: 0, blocking: 0, interactions: new Map() };
  window.seen = seen;
  const on = (type: string, more: object, take: (entry: PerformanceEntry) => void) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({
      type,
      buffered: true,
      ...more,
    });
  on("largest-contentful-paint", {}, ({ startTime }) => {
    seen.lcp = startTime;
  });
  on("layout-shift", {}, (entry) => {
    const shift = entry as PerformanceEntry & { value: number; hadRecentInput: boolean };
    if (!shift.hadRecentInput) seen.cls += shift.value;
  });
  on("longtask", {}, ({ duration }) => {
    seen.blocking += Math.max(0, duration - 50);
  });
  on("event", { durationThreshold: 16 }, (entry) => {
    const { interactionId, name, startTime, processingStart, processingEnd, duration } =
      entry as PerformanceEventTiming;
    if (interactionId === 0 || duration <= (seen.interactions.get(interactionId)?.ms ?? 0)) return;
    const target = (entry as PerformanceEventTiming).target as Element | null;
    const on = target === null ? "what is gone" : `${target.localName}.${target.className}`;
    seen.interactions.set(interactionId, {
      ...{ event: `${name} on ${on}`, at: Math.round(startTime), ms: duration },
      inputDelay: Math.round(processingStart - startTime),
      processing: Math.round(processingEnd - processingStart),
      presentation: Math.round(startTime + duration - processingEnd),
    });
  });
}

/** A slow machine fails a gate, but not the bench. */
const PATIENCE_MS = 120_000;

/** As slow as a small laptop beside this machine. */
const CPU_SLOWDOWN = 4;

export type Cookies = Awaited<ReturnType<ReturnType<Page["context"]>["cookies"]>>;

/** A page in a slow browser with an empty cache, in which somebody has signed in. */
export async function slowPage(browser: Browser, cookies: Cookies): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  await context.addCookies(cookies);
  await context.addInitScript(observe);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const session = await context.newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: CPU_SLOWDOWN });
  return page;
}

/** How long a loaded page is watched for what still moves, ms. */
const SETTLE_MS = 1_500;

/** Opens an address and waits until it is quiet. */
export async function loadOf(page: Page, url: string, ready: string): Promise<Load> {
  const scripts: Promise<number>[] = [];
  page.on("response", (response) => {
    if (response.request().resourceType() === "script")
      scripts.push(response.body().then((body) => gzipSync(body).length));
  });
  await page.goto(url);
  await page.locator(ready).first().waitFor();
  await page.waitForTimeout(SETTLE_MS);
  const bytes = (await Promise.all(scripts)).reduce((sum, length) => sum + length, 0);
  const { lcp, cls, blocking } = await page.evaluate(() => ({ ...window.seen, interactions: undefined }));
  return { scriptKb: bytes / 1_000, lcpMs: lcp, blockingMs: blocking, cls, nodes: await nodesOf(page) };
}

export function nodesOf(page: Page): Promise<number> {
  return page.evaluate(() => document.getElementsByTagName("*").length);
}

export interface Interactions {
  count: number;
  /** interaction to next paint: the slowest, but for one of every fifty */
  inpMs: number;
  /** slowest first */
  slowest: Interaction[];
  /** layout shift of the page so far */
  cls: number;
}

const SLOWEST = 3;

/** What the clicks and keys of a page took until something was painted. */
export async function interactionsOf(page: Page): Promise<Interactions> {
  const { count, cls, all } = await page.evaluate(() => ({
    ...{ count: performance.interactionCount, cls: window.seen.cls },
    all: [...window.seen.interactions.values()],
  }));
  const slowest = all.sort((a, b) => b.ms - a.ms);
  const leftOut = Math.min(slowest.length - 1, Math.floor(count / 50));
  return { count, inpMs: slowest[leftOut]?.ms ?? 0, slowest: slowest.slice(0, SLOWEST), cls };
}
