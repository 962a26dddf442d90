import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/**
 * A process. The time it began distinguishes it from a later one with the same pid. `began` is null where the
 * system does not say.
 */
export interface ProcessId {
  pid: number;
  began: string | null;
}

interface ProcessRow extends ProcessId {
  parent: number;
  command: string;
}

/** One line of /proc/<pid>/stat: the command in brackets, which may itself hold spaces and brackets, then fields. */
function readProcRow(pid: number): ProcessRow | null {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, "utf8");
    const end = line.lastIndexOf(")");
    const fields = line.slice(end + 2).split(" ");
    // A zombie has ended; its parent has only not asked yet.
    if (fields[0] === "Z") return null;
    const command = line.slice(line.indexOf("(") + 1, end);
    return { pid, parent: Number(fields[1]), began: fields[19] ?? null, command };
  } catch {
    return null;
  }
}

function readPsRows(): ProcessRow[] {
  const output = execFileSync("ps", ["-A", "-o", "pid=,ppid=,stat=,lstart=,comm="], { encoding: "utf8" });
  return output.split("\n").flatMap((line) => {
    const [pid, parent, state, ...rest] = line.trim().split(/\s+/);
    if (!pid || !parent || state?.startsWith("Z")) return [];
    const began = rest.slice(0, 5).join(" ");
    return [{ pid: Number(pid), parent: Number(parent), began, command: rest.slice(5).join(" ") }];
  });
}

/** Every process of the machine; none where neither /proc nor ps is there. */
function processTable(): ProcessRow[] {
  if (process.platform === "linux") {
    const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
    return pids.flatMap((pid) => readProcRow(Number(pid)) ?? []);
  }
  try {
    return readPsRows();
  } catch {
    return [];
  }
}

/** The process with this pid, as it is now; null if there is none. */
export function identify(pid: number): ProcessId | null {
  const row = processTable().find((candidate) => candidate.pid === pid);
  return row ? { pid, began: row.began } : null;
}

const SHELL = /(^|\/)(sh|dash|bash|ash|busybox|zsh)$/;

/** The process that asked for this one: its parent, or what stands behind the shell that npm puts in between. */
export function starter(): ProcessId | null {
  const table = processTable();
  const find = (pid: number | undefined) => table.find((row) => row.pid === pid) ?? null;
  const parent = find(process.ppid);
  const asking = parent && SHELL.test(parent.command) ? find(parent.parent) : parent;
  return asking && { pid: asking.pid, began: asking.began };
}

/** Whether that very process still runs. */
export function isAlive({ pid, began }: ProcessId): boolean {
  const now = identify(pid);
  if (now) return began === null || now.began === began;
  if (process.platform === "linux") return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The processes below `root`, children of children included, `root` itself left out. */
export function descendants(root: number): ProcessId[] {
  const table = processTable();
  const found: ProcessId[] = [];
  let parents = new Set([root]);
  while (parents.size > 0) {
    const level = table.filter(({ parent, pid }) => parents.has(parent) && pid !== root);
    found.push(...level.map(({ pid, began }) => ({ pid, began })));
    parents = new Set(level.map(({ pid }) => pid));
  }
  return found;
}

/** Sends SIGKILL to those of the processes that still run. */
export function endAll(processes: readonly ProcessId[]): void {
  for (const known of processes) {
    if (!isAlive(known)) continue;
    try {
      process.kill(known.pid, "SIGKILL");
    } catch {
      // ended in between
    }
  }
}
