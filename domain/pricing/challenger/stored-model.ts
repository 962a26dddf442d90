import { z } from "zod";
import type { ChallengerModel } from "./config.ts";

const numbers = z.array(z.number());
const positions = z.array(z.int().nonnegative());

/** Children come after their parent, so that every path through a tree ends. */
const tree = z
  .object({ feature: positions, threshold: numbers, left: positions, value: numbers })
  .refine(
    ({ feature, threshold, left, value }) =>
      left.length > 0 &&
      [feature, threshold, value].every(({ length }) => length === left.length) &&
      left.every((child, node) => child === 0 || (child > node && child + 1 < left.length)),
    "not a tree",
  );

const schema = z
  .object({
    format: z.literal(1),
    kind: z.enum(["boosted", "forest"]),
    features: z.array(z.string()).min(1),
    base: z.number(),
    trees: z.array(tree),
  })
  .refine(
    ({ features, trees }) => trees.every(({ feature }) => feature.every((f) => f < features.length)),
    "a tree splits on a feature that there is not",
  );

/** A stored model, checked: prediction with it always ends. Throws ZodError (or SyntaxError) on anything else. */
export function readModel(json: string): ChallengerModel {
  return schema.parse(JSON.parse(json));
}

/** The model as canonical JSON: equal fits give equal text. */
export function writeModel({ format, kind, features, base, trees }: ChallengerModel): string {
  const plain = trees.map(({ feature, threshold, left, value }) => ({ feature, threshold, left, value }));
  return JSON.stringify({ format, kind, features, base, trees: plain });
}
