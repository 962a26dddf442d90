import { useMutation, useQuery, useQueryClient } from "@tanstack/solid-query";
import type { Person } from "../../../domain/contract/people.ts";
import { ROLE_SCOPES, type Scope } from "../../../domain/identity/rights.ts";
import { answer, api } from "../api/client.ts";
import { ApiError } from "../api/errors.ts";
import { keys } from "./keys.ts";

/** Who is signed in. */
export type Me = Pick<Person, "email" | "name" | "role">;

async function readMe(signal: AbortSignal): Promise<Me | null> {
  try {
    const { email, name, role } = await answer(api.auth.me.$get({}, { init: { signal } }));
    return email === undefined || role === undefined ? null : { email, name, role };
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null;
    throw error;
  }
}

/** Who is signed in; null when nobody is. */
export function useMe() {
  return useQuery(() => ({
    queryKey: keys.me,
    queryFn: ({ signal }) => readMe(signal),
    staleTime: Number.POSITIVE_INFINITY,
  }));
}

export function useSignIn() {
  const client = useQueryClient();
  return useMutation(() => ({
    mutationFn: (json: { email: string; password: string; code?: string }) =>
      answer(api.auth["sign-in"].$post({ json })),
    onSuccess: (me: Me) => client.setQueryData<Me>(keys.me, me),
  }));
}

export function useSignOut() {
  const client = useQueryClient();
  return useMutation(() => ({
    mutationFn: () => answer(api.auth["sign-out"].$post()),
    onSuccess: () => {
      client.setQueryData(keys.me, null);
      // the next person at this browser must see nothing of this one's
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== keys.me[0] });
    },
  }));
}

/** Why the person may not do what needs `scope`; null if they may. */
export function missingRight(me: Me | null | undefined, scope: Scope): string | null {
  if (!me) return "Sign in first.";
  const scopes: readonly Scope[] = ROLE_SCOPES[me.role];
  if (scopes.includes(scope)) return null;
  return `Your role (${me.role}) does not include “${scope}”.`;
}
