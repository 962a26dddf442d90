import { createDurable, proxyDurable } from "itty-durable";

/** How far a run is, as its progress bar shows it. */
export interface RunProgressView {
  status: string;
  phase: number;
  phaseName: string;
  shards: { total: number; done: number; failed: number };
  /** ms; 0 = nothing was reported yet */
  at: number;
}

/** What a caller may ask of the object. */
export interface RunProgressClient {
  /** Takes a report; answers the newest state, which an older report does not set back. */
  report(view: RunProgressView): Promise<RunProgressView>;
  read(): Promise<RunProgressView>;
}

const NOTHING_YET: RunProgressView = {
  status: "queued",
  phase: 0,
  phaseName: "",
  shards: { total: 0, done: 0, failed: 0 },
  at: 0,
};

/** Reports may come out of order: within a phase the one with more shards behind it is the newer. */
function newerProgress(known: RunProgressView, report: RunProgressView): RunProgressView {
  if (report.phase !== known.phase) return report.phase > known.phase ? report : known;
  const behind = (view: RunProgressView) => view.shards.done + view.shards.failed;
  if (behind(report) !== behind(known)) return behind(report) > behind(known) ? report : known;
  return report.at >= known.at ? report : known;
}

/** The part of the library's class that is used here; its own declarations say `any`. */
interface IttyObject {
  persist(): Promise<void>;
}
const IttyDurable = createDurable({ autoPersist: false }) as unknown as new (
  state?: unknown,
  env?: unknown,
) => IttyObject;

/**
 * The newest progress of a run, which the live feed publishes for its progress bar: shards end side by side, and their
 * reports come in any order. Small JSON state at a low rate; D1 holds the truth, so losing this loses nothing. The library keeps every own property of the object as one stored value and carries calls over fetch as JSON.
 */
export class RunProgress extends IttyDurable {
  view: RunProgressView = NOTHING_YET;

  async report(view: RunProgressView): Promise<RunProgressView> {
    this.view = newerProgress(this.view, view);
    await this.persist();
    return this.view;
  }

  read(): RunProgressView {
    return this.view;
  }
}

/** Calls to the object of one run. The class tells the library which names are methods. */
export function runProgressClient(namespace: DurableObjectNamespace, runId: string): RunProgressClient {
  return proxyDurable(namespace, { class: RunProgress, parse: true }).get(
    `run:${runId}`,
  ) as RunProgressClient;
}
