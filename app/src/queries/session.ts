import { useMutation, useQuery, useQueryClient } from "@tanstack/solid-query";
import { ROLE_SCOPES, type Scope } from "../../../domain/identity/rights.ts";
import { call, read } from "../api/client.ts";
import { ApiError } from "../api/errors.ts";
import type { Me } from "../api/types.ts";
import { apiUrl } from "../api/urls.ts";
import { keys } from "./keys.ts";

async function readMe(signal: AbortSignal): Promise<Me | null> {
  try {
    return await read<Me>(apiUrl.me(), signal);
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
    mutationFn: (credentials: { email: string; password: string }) =>
      call<Me>("POST", apiUrl.signIn(), { body: credentials }),
    onSuccess: (me) => client.setQueryData(keys.me, me),
  }));
}

export function useSignOut() {
  const client = useQueryClient();
  return useMutation(() => ({
    mutationFn: () => call<void>("POST", apiUrl.signOut()),
    onSuccess: () => {
      client.setQueryData(keys.me, null);
      // The next person at this browser sees nothing of this one's.
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
