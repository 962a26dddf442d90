import { z } from "zod";
import { OVERRIDE_KINDS, PLAYBOOKS } from "../messages/names.ts";
import { count, instant, named } from "./answers.ts";

export const PlaybookPreview = named("PlaybookPreview", {
  playbook: z.enum(PLAYBOOKS),
  kind: z.enum(OVERRIDE_KINDS).describe("of the override for all products"),
  needsPostMortem: z.boolean().describe("what happened has to be written before it can be closed"),
  expiresAt: instant,
  products: count.describe("that are concerned"),
  pending: count.describe("proposals that wait for a decision"),
});
export type PlaybookPreview = z.infer<typeof PlaybookPreview>;

export const Incident = named("Incident", {
  id: z.string(),
  playbook: z.enum(PLAYBOOKS),
  reason: z.string(),
  overrideId: z.string(),
  openedBy: z.string(),
  openedAt: instant,
  postMortem: z.string().optional(),
  closedBy: z.string().optional(),
  closedAt: instant.optional(),
});
export type Incident = z.infer<typeof Incident>;
