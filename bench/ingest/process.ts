import { readdirSync, readFileSync, writeFileSync } from "node:fs";

/** Clock ticks a second in /proc: 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** The runtime's process, as the kernel sees it. Linux only: elsewhere the figures are null. */
export interface WorkerdProcess {
  /** seconds of processor time so far */
  cpuSeconds(): number | null;
  /** largest resident size so far, MB */
  peakMegabytes(): number | null;
  /** resident size now, MB */
  megabytes(): number | null;
  /** the largest resident size is measured anew from here on; proc_pid_clear_refs(5) */
  forgetPeak(): void;
}

/** The youngest workerd that this process started, itself or through others. */
export function findWorkerd(): WorkerdProcess {
  const isOurs = (pid: number): boolean =>
    pid === process.pid || (pid > 1 && isOurs(statOf(pid)?.parent ?? 0));
  const pids = procFolders().filter((pid) => statOf(pid)?.name === "workerd" && isOurs(pid));
  const pid = Math.max(...pids);
  return {
    cpuSeconds: () => statOf(pid)?.cpuSeconds ?? null,
    peakMegabytes: () => sizeOf(pid, "VmHWM"),
    megabytes: () => sizeOf(pid, "VmRSS"),
    forgetPeak: () => forgetPeak(pid),
  };
}

function procFolders(): number[] {
  try {
    return readdirSync("/proc").map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

/** Fields of /proc/pid/stat (proc(5)): the name stands in brackets and may hold blanks. */
function statOf(pid: number): { name: string; parent: number; cpuSeconds: number } | null {
  const text = read(`/proc/${pid}/stat`);
  if (text === null) return null;
  const close = text.lastIndexOf(")");
  const fields = text
    .slice(close + 2)
    .split(" ")
    .map(Number);
  return {
    name: text.slice(text.indexOf("(") + 1, close),
    parent: fields[1] ?? 0,
    cpuSeconds: ((fields[11] ?? 0) + (fields[12] ?? 0)) / TICKS_PER_SECOND,
  };
}

function sizeOf(pid: number, field: "VmHWM" | "VmRSS"): number | null {
  const kilobytes = new RegExp(`${field}:\\s+(\\d+)`).exec(read(`/proc/${pid}/status`) ?? "")?.[1];
  return kilobytes === undefined ? null : Math.round(Number(kilobytes) / 1024);
}

function forgetPeak(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, "5");
  } catch {
    // elsewhere than on Linux there is no peak either
  }
}

function read(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
