import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { parseSync, Visitor } from "oxc-parser";
import { ROOT } from "../start/tools.ts";

/** An import of another file of this repository, or of a package. */
export interface Import {
  /** a path from the root, or a package's name */
  target: string;
  isFile: boolean;
  isType: boolean;
  line: number;
}

export interface Source {
  path: string;
  text: string;
  lines: number;
  imports: Import[];
  comments: { text: string; line: number }[];
  /** functions by the lines they take; a test's `describe` is none */
  functions: { name: string; line: number; lines: number }[];
  /** exported interfaces and types, and constants at the top */
  types: string[];
  constants: string[];
}

/** The repository's files, as git knows them. */
export function listFiles(): string[] {
  const listed = ["ls-files", "--cached", "--others", "--exclude-standard"];
  const output = execFileSync("git", listed, { cwd: ROOT, encoding: "utf8", maxBuffer: 2 ** 26 });
  // a file that was deleted is listed until the deletion is staged
  return output
    .trim()
    .split("\n")
    .filter((path) => existsSync(join(ROOT, path)));
}

/** Every TypeScript file, parsed. */
export function readSources(files: readonly string[]): Source[] {
  const known = new Set(files);
  return files.filter((path) => /\.tsx?$/.test(path)).map((path) => readSource(path, known));
}

function readSource(path: string, known: ReadonlySet<string>): Source {
  const text = readFileSync(join(ROOT, path), "utf8");
  const { program, module, comments, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]!.message}`);
  const lineAt = lineFinder(text);
  const imports: Import[] = [];
  const add = (specifier: string, isType: boolean, offset: number) => {
    const target = specifier.startsWith(".") ? normalize(join(dirname(path), specifier)) : specifier;
    imports.push({ target, isFile: known.has(target), isType, line: lineAt(offset) });
  };
  for (const { moduleRequest, entries, start } of module.staticImports)
    add(moduleRequest.value, entries.length > 0 && entries.every(({ isType }) => isType), start);
  for (const { entries } of module.staticExports)
    for (const { moduleRequest, isType, start } of entries)
      if (moduleRequest) add(moduleRequest.value, isType, start);
  for (const { moduleRequest } of module.dynamicImports) {
    const specifier = /^["'](.*)["']$/.exec(text.slice(moduleRequest.start, moduleRequest.end))?.[1];
    if (specifier) add(specifier, false, moduleRequest.start);
  }
  return {
    ...{ path, text, lines: text.split("\n").length - 1, imports },
    comments: comments.map(({ value, start }) => ({ text: value, line: lineAt(start) })),
    ...readShapes(program, lineAt),
  };
}

type Program = ReturnType<typeof parseSync>["program"];
type Span = { start: number; end: number };

function readShapes(program: Program, lineAt: (offset: number) => number) {
  const functions: Source["functions"] = [];
  const types: string[] = [];
  const constants: string[] = [];
  const groups = new Set<number>();
  const take = (node: Span, name: string) => {
    const line = lineAt(node.start);
    if (!groups.has(node.start)) functions.push({ name, line, lines: lineAt(node.end) - line + 1 });
  };
  new Visitor({
    CallExpression({ callee, arguments: [_, body] }) {
      if (callee.type === "Identifier" && callee.name === "describe" && body) groups.add(body.start);
    },
    FunctionDeclaration: (node) => take(node, node.id?.name ?? "a function"),
    FunctionExpression: (node) => take(node, "a function"),
    ArrowFunctionExpression: (node) => take(node, "an arrow function"),
    TSInterfaceDeclaration: ({ id }) => void types.push(id.name),
    TSTypeAliasDeclaration: ({ id }) => void types.push(id.name),
    VariableDeclarator({ id }) {
      if (id.type === "Identifier" && /^[A-Z][A-Z0-9_]*$/.test(id.name)) constants.push(id.name);
    },
  }).visit(program);
  return { functions, types, constants };
}

function lineFinder(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  };
}
