import type { Import, Source } from "./source.ts";

/** The rooms of domain/: each may import only those before it. */
const ROOMS = [
  ...[
    "base",
    "identity",
    "settings",
    "messages",
    "reading",
    "matching",
    "intake",
    "delivery",
    "market",
    "learning",
    "shard",
    "analysis",
  ],
  ...["pricing", "ledger", "outgoing", "catalogue", "connectors", "experiments", "evaluation", "runs"],
  ...["lake", "metrics", "contract"],
] as const;

/** The arrow: a folder imports only itself and what stands to its left. */
const ARROW = ["domain", "db", "services", "durable", "queues", "worker"] as const;

/** What an install runs. */
export const CORE = /^(app|db|domain|durable|queues|services|worker)\//;

/** Type-only imports against the arrow that have a reason. */
const EXCEPTIONS: readonly { from: RegExp; to: RegExp; why: string }[] = [
  { from: /^app\//, to: /^worker\/app\.ts$/, why: "AppType, the contract of the API" },
];

/** Packages that a folder may import; every other folder may import any. */
const PACKAGES: Readonly<Record<string, RegExp>> = {
  domain: /^(zod|htmlparser2|otpauth|@noble\/hashes\/.*)$/,
  db: /^drizzle-orm(\/.*)?$/,
  services:
    /^(zod|jose|node:zlib|hyparquet(-writer)?(\/.*)?|ipaddr\.js|mimetext\/browser|robots-parser|standardwebhooks|@noble\/hashes\/.*|drizzle-orm(\/.*)?|csv-parse\/.*)$/,
  durable: /^(zod|cloudflare:workers|itty-durable|drizzle-orm(\/.*)?)$/,
  queues: /^zod$/,
};

/** A problem: where, and what is wrong. */
export type Problem = readonly [place: string, message: string];

/** Imports that a wall forbids. */
export function arrowProblems(sources: readonly Source[]): Problem[] {
  return sources.flatMap((source) =>
    source.imports.flatMap((one) => {
      const message = one.isFile ? fileWall(source.path, one) : packageWall(source.path, one);
      return message === null ? [] : [[`${source.path}:${one.line}`, message] as const];
    }),
  );
}

function fileWall(from: string, { target, isType }: Import): string | null {
  const [folder, room] = from.split("/");
  const [targetFolder, targetRoom] = target.split("/");
  if (EXCEPTIONS.some((e) => e.from.test(from) && e.to.test(target) && isType)) return null;
  if (folder === "domain" && targetFolder === "domain") return roomWall(room!, targetRoom!, target);
  if (folder === "app")
    return ["app", "domain"].includes(targetFolder!) ? null : `the app imports domain/ only, not ${target}`;
  const left = ARROW.indexOf(folder as (typeof ARROW)[number]);
  if (left < 0) return null;
  const right = ARROW.indexOf(targetFolder as (typeof ARROW)[number]);
  if (right < 0 || right > left) return `against the arrow: ${folder}/ may not import ${target}`;
  if (from.startsWith("worker/routes/") && target === "db/write.ts") return "no SQL in a route";
  return null;
}

function roomWall(room: string, targetRoom: string, target: string): string | null {
  const [at, to] = [room, targetRoom].map((name) => ROOMS.indexOf(name as (typeof ROOMS)[number])) as [
    number,
    number,
  ];
  if (at < 0) return `domain/${room} has no place in the order of rooms`;
  return to <= at ? null : `domain/${room} stands before domain/${targetRoom} and may not import ${target}`;
}

function packageWall(from: string, { target }: Import): string | null {
  if (target.startsWith(".")) return target.endsWith(".css") ? null : `imports ${target}, which is not there`;
  if (from.startsWith("worker/routes/") && target.startsWith("drizzle-orm")) return "no SQL in a route";
  const allowed = PACKAGES[from.split("/")[0]!];
  return allowed === undefined || allowed.test(target)
    ? null
    : `${from.split("/")[0]}/ may not use ${target}`;
}

/** What a browser may load of domain/: names and small rules, nothing that only the server runs. */
const FOR_BROWSERS = /^domain\/(base|identity|messages|pricing\/(approval|unit-economics)\.ts$)/;

/** Files and packages that the dashboard would load at run time and has no use for. */
export function bundleProblems(sources: readonly Source[]): Problem[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const loaded = new Set(["app/src/main.tsx"]);
  const problems: Problem[] = [];
  for (const path of loaded)
    for (const { target, isFile, isType, line } of byPath.get(path)?.imports ?? []) {
      if (isType) continue;
      const isServerOnly = target === "zod" || (target.startsWith("domain/") && !FOR_BROWSERS.test(target));
      if (isServerOnly) problems.push([`${path}:${line}`, `a browser would load ${target}`]);
      else if (isFile) loaded.add(target);
    }
  return problems;
}

/** Groups of files that import each other in a circle. */
export function fileCircles(sources: readonly Source[]): string[][] {
  const next = new Map(
    sources.map(({ path, imports }) => [path, imports.filter((i) => i.isFile).map((i) => i.target)]),
  );
  return circles(next);
}

/** Groups of rooms that import each other in a circle; scripts, tests and benches are not rooms. */
export function roomCircles(sources: readonly Source[]): string[][] {
  const next = new Map<string, string[]>();
  for (const { path, imports } of sources.filter(({ path }) => CORE.test(path))) {
    const room = roomOf(path);
    const rooms = imports.filter((i) => i.isFile).map((i) => roomOf(i.target));
    next.set(room, [...(next.get(room) ?? []), ...rooms.filter((other) => other !== room)]);
  }
  return circles(next);
}

/** A folder at the top is one room; domain/ has many. */
function roomOf(path: string): string {
  const [folder, room] = path.split("/");
  return folder === "domain" ? `domain/${room}` : folder!;
}

/** The strongly connected groups of more than one (Tarjan 1972). */
function circles(next: ReadonlyMap<string, readonly string[]>): string[][] {
  const found: string[][] = [];
  const places = new Map<string, { index: number; low: number; open: boolean }>();
  const stack: string[] = [];
  const visit = (node: string) => {
    const own = { index: places.size, low: places.size, open: true };
    places.set(node, own);
    stack.push(node);
    for (const other of next.get(node) ?? []) {
      const seen = places.get(other) ?? visit(other);
      if (seen.open) own.low = Math.min(own.low, seen.low);
    }
    if (own.low === own.index) {
      const group = stack.splice(stack.indexOf(node));
      for (const member of group) places.get(member)!.open = false;
      if (group.length > 1) found.push(group);
    }
    return own;
  };
  for (const node of next.keys()) if (!places.has(node)) visit(node);
  return found;
}
