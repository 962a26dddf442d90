import { ApiError } from "../api/errors.ts";

/** What the server says is wrong with one field; undefined if nothing. */
export function errorOf(error: unknown, path: string): string | undefined {
  return error instanceof ApiError ? error.errors.find((each) => each.path === path)?.message : undefined;
}

/** Why a form that is on its way cannot be sent again; null if it can. */
export function whileSending(pending: boolean): string | null {
  return pending ? "It is being sent." : null;
}
