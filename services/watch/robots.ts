import robotsParser from "robots-parser";
import type { watchedHosts } from "../../db/schema.ts";
import { DAY_MS } from "../../domain/base/time.ts";
import { type FetchOptions, fetchPage } from "./fetch-page.ts";

type HostRecord = typeof watchedHosts.$inferSelect;

/** A host's rules are asked for once a day, as RFC 9309 has it. */
const RULES_KEPT_MS = DAY_MS;
/** RFC 9309: at least 500 KiB have to be read. */
const RULES_BYTES_MAX = 512_000;
/** A host that cannot say what it allows allows nothing for now; one without rules allows everything. */
const NOTHING_ALLOWED = "User-agent: *\nDisallow: /";

/** What a host's robots.txt says of one page. */
export interface Allowance {
  allowed: boolean;
  /** seconds */
  crawlDelay: number | null;
}

/** The host's record with rules that are at most a day old. */
export async function withRules(
  host: HostRecord,
  url: string,
  now: number,
  options: FetchOptions,
): Promise<HostRecord> {
  if (host.robotsAt !== null && now - host.robotsAt < RULES_KEPT_MS) return host;
  const { agent, allowLoopback } = options;
  const answer = await fetchPage(new URL("/robots.txt", url).href, {
    ...{ agent, allowLoopback, bytesMax: RULES_BYTES_MAX },
  });
  const robots = rulesOf(answer.outcome, answer.body);
  // what only a fault forbids is asked again soon
  const robotsAt = robots === NOTHING_ALLOWED ? now - RULES_KEPT_MS * 0.95 : now;
  return { ...host, robots, robotsAt: Math.round(robotsAt) };
}

/** RFC 9309, 2.3.1: a client error means that there are no rules; a server's fault, that nothing may be fetched. */
function rulesOf(outcome: string, body: string): string {
  if (outcome === "read") return body;
  return outcome === "not_found" || outcome === "refused" || outcome === "not_a_page" ? "" : NOTHING_ALLOWED;
}

/** Whether the host's rules allow an agent to fetch a page. */
export function allowanceOf(host: Pick<HostRecord, "robots">, url: string, agent: string): Allowance {
  const rules = robotsParser(new URL("/robots.txt", url).href, host.robots ?? "");
  const name = agent.split(/[/\s]/)[0] ?? agent;
  return { allowed: rules.isAllowed(url, name) ?? true, crawlDelay: rules.getCrawlDelay(name) ?? null };
}
