import { writeFileSync } from "node:fs";

/** Takes a processor profile of the Worker while `work` runs, in the format that browsers' developer tools open. */
export async function profiled<T>(inspector: URL, file: string, work: () => Promise<T>): Promise<T> {
  const targets = await (await fetch(new URL("/json", inspector.href.replace(/^ws/, "http")))).json();
  const target = (targets as { id: string; webSocketDebuggerUrl: string }[]).find(({ id }) =>
    id.endsWith("bench"),
  );
  if (!target) throw new Error(`the debugger shows no Worker of the bench: ${JSON.stringify(targets)}`);
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  const call = commands(socket);
  await call("Profiler.enable");
  await call("Profiler.setSamplingInterval", { interval: 500 });
  await call("Profiler.start");
  const result = await work();
  const { profile } = (await call("Profiler.stop")) as { profile: unknown };
  writeFileSync(file, JSON.stringify(profile));
  socket.close();
  return result;
}

function commands(socket: WebSocket) {
  const waiting = new Map<number, (result: unknown) => void>();
  let last = 0;
  socket.onmessage = ({ data }) => {
    const { id, result } = JSON.parse(String(data)) as { id?: number; result?: unknown };
    if (id === undefined) return;
    waiting.get(id)?.(result);
    waiting.delete(id);
  };
  return (method: string, params: object = {}) =>
    new Promise<unknown>((resolve) => {
      waiting.set(++last, resolve);
      socket.send(JSON.stringify({ id: last, method, params }));
    });
}
