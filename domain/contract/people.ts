import { z } from "zod";
import { PASSWORD_LENGTH_MAX, PASSWORD_LENGTH_MIN } from "../identity/password.ts";
import { LINK_KINDS, ROLES, SCOPES } from "../identity/rights.ts";
import { SourceId } from "../messages/batch.ts";
import { InstantIn, instant, named } from "./answers.ts";

export const Person = named("Person", {
  id: z.string(),
  email: z.string(),
  name: z.string(),
  role: z.enum(ROLES),
});

export type Person = z.infer<typeof Person>;

export const Me = named("Me", {
  kind: z.enum(["user", "key", "service"]),
  id: z.string(),
  name: z.string(),
  email: z.string().optional(),
  role: z.enum(ROLES).optional(),
  secondFactor: z.boolean().optional(),
  scopes: z.array(z.enum(SCOPES)),
});

/** What may stand where a password is expected; whether it may be chosen is the verb's to say. */
const passwordIn = z.string().min(1).max(PASSWORD_LENGTH_MAX);
const newPassword = passwordIn.describe(`at least ${PASSWORD_LENGTH_MIN} characters`);
const code = z.string().min(6).max(20).describe("six digits by time, or a recovery code");
const emailIn = z.string().min(3).max(320);
const nameIn = z.string().trim().min(1).max(100);
const token = z.string().min(1).max(200);

export const Credentials = z.strictObject({
  email: emailIn,
  password: passwordIn,
  code: code.optional().describe("of the second factor, if the person has one"),
});

export const LinkToken = z.strictObject({ token });

export const LinkUse = z.strictObject({
  token,
  password: newPassword,
  name: nameIn.optional().describe("how the person wants to be called; for an invitation"),
});

export const PasswordChange = z.strictObject({ current: passwordIn, password: newPassword });

export const SecondFactorCode = z.strictObject({ code });

export const PasswordAgain = z.strictObject({ password: passwordIn });

export const LinkReader = named("LinkReader", {
  kind: z.enum(LINK_KINDS),
  email: z.string(),
  name: z.string(),
});

export const NewSecondFactor = named("NewSecondFactor", {
  secret: z.string().describe("base 32, to type into an authenticator app"),
  uri: z.string().describe("the same as a link: otpauth://totp/…"),
});

export const RecoveryCodes = named("RecoveryCodes", {
  recoveryCodes: z.array(z.string()).describe("each replaces one code, once; shown only this once"),
});

const USER_STATUSES = ["invited", "active", "deactivated"] as const;

export const User = named("User", {
  ...Person.shape,
  status: z.enum(USER_STATUSES),
  secondFactor: z.boolean(),
  createdAt: instant,
  lastSignInAt: instant.optional(),
});

export type User = z.infer<typeof User>;

export const SignInLink = named("SignInLink", {
  kind: z.enum(LINK_KINDS),
  token: z.string().describe("shown only this once"),
  url: z.string().describe("where the person chooses a password; works once"),
  expiresAt: instant,
});

export type SignInLink = z.infer<typeof SignInLink>;

export const MadeUser = named("MadeUser", {
  ...User.shape,
  invitation: SignInLink.optional().describe("without a password in the request: how the person gets one"),
});

export const NewUser = z.strictObject({
  email: z.email().max(320),
  name: nameIn.optional().describe("default: the address up to the @"),
  role: z.enum(ROLES),
  password: newPassword.optional().describe("without it the person is invited"),
});

export const UserChange = z.strictObject({
  name: nameIn.optional(),
  role: z.enum(ROLES).optional(),
  active: z.boolean().optional().describe("false: cannot sign in, and has no session any more"),
  secondFactor: z.literal(false).optional().describe("false: switches a lost second factor off"),
});

export const NamedUserChange = UserChange.extend({ id: z.string() });

export const Session = named("Session", {
  id: z.string().describe("the SHA-256 of its token: opens nothing"),
  current: z.boolean().describe("the session of this request"),
  agent: z.string().describe("the browser, as it calls itself"),
  network: z.string(),
  createdAt: instant,
  lastSeenAt: instant.describe("to the hour"),
  expiresAt: instant,
});

export type Session = z.infer<typeof Session>;

export const Key = named("Key", {
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.string()),
  sources: z
    .array(z.string())
    .optional()
    .describe("the sources that it may post as; absent: any that does not sign"),
  createdAt: instant,
  createdBy: z.string(),
  expiresAt: instant.optional(),
  lastUsedAt: instant.optional(),
  revokedAt: instant.optional(),
});

export type Key = z.infer<typeof Key>;

export const NewKey = z.strictObject({
  name: z.string().trim().min(1).max(100).describe("never used before, not even by a revoked key"),
  scopes: z.array(z.enum(SCOPES)).min(1).max(SCOPES.length),
  expiresAt: InstantIn.optional().describe("default: no end"),
  sources: z
    .array(SourceId)
    .min(1)
    .max(100)
    .optional()
    .describe("the sources that it may post as; default: any that does not sign"),
});

export const MadeKey = named("MadeKey", {
  id: z.string(),
  key: z.string().describe("shown only this once"),
  name: z.string(),
  scopes: z.array(z.enum(SCOPES)),
  sources: z.array(z.string()).optional(),
  expiresAt: instant.optional(),
});
