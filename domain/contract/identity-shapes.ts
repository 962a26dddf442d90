import { z } from "zod";
import { ROLES, SCOPES } from "../identity/rights.ts";

export const Person = z.object({ id: z.string(), email: z.string(), name: z.string(), role: z.enum(ROLES) });

export const Me = z.object({
  kind: z.enum(["user", "key"]),
  name: z.string(),
  email: z.string().optional(),
  role: z.enum(ROLES).optional(),
  scopes: z.array(z.enum(SCOPES)),
});
