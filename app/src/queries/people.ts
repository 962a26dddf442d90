import { useMutation, useQuery, useQueryClient } from "@tanstack/solid-query";
import type { InferRequestType } from "hono/client";
import type { Key, Session, SignInLink, User } from "../../../domain/contract/people.ts";
import { answer, api, inPath } from "../api/client.ts";
import type { ListSource } from "../list/list.ts";
import { keys } from "./keys.ts";

type UsersAsked = InferRequestType<typeof api.users.$get>["query"];
type KeysAsked = InferRequestType<typeof api.keys.$get>["query"];
export type NewUser = InferRequestType<typeof api.users.$post>["json"];
export type NewKey = InferRequestType<typeof api.keys.$post>["json"];
type UserChange = InferRequestType<(typeof api.users)[":id"]["$patch"]>["json"];
type LinkUse = InferRequestType<typeof api.auth.accept.$post>["json"];

export const USERS: ListSource<User> = {
  key: keys.users,
  facets: "role",
  fetch: (query, signal) => answer(api.users.$get({ query: query as UsersAsked }, { init: { signal } })),
};

export const API_KEYS: ListSource<Key> = {
  key: keys.apiKeys,
  fetch: (query, signal) => answer(api.keys.$get({ query: query as KeysAsked }, { init: { signal } })),
};

/** A change after which the lists named are read again. */
function useChange<Input, Output>(
  change: (input: Input) => Promise<Output>,
  lists: readonly (readonly string[])[],
) {
  const client = useQueryClient();
  return useMutation(() => ({
    mutationFn: change,
    onSuccess: () =>
      Promise.all(
        lists.flatMap((queryKey) => [
          client.invalidateQueries({ queryKey }),
          client.invalidateQueries({ queryKey: ["list", ...queryKey] }),
        ]),
      ),
  }));
}

const user = api.users[":id"];
const ofId = (id: string) => ({ param: { id: inPath(id) } });

export const useCreateUser = () =>
  useChange((json: NewUser) => answer(api.users.$post({ json })), [keys.users]);

export const useChangeUser = () =>
  useChange(
    ({ id, ...json }: UserChange & { id: string }) => answer(user.$patch({ ...ofId(id), json })),
    [keys.users],
  );

export const useUserLink = () =>
  useChange((id: string): Promise<SignInLink> => answer(user.link.$post(ofId(id))), [keys.users]);

export const useCreateKey = () =>
  useChange((json: NewKey) => answer(api.keys.$post({ json })), [keys.apiKeys]);

export const useRevokeKey = () =>
  useChange((id: string) => answer(api.keys[":id"].$delete(ofId(id))), [keys.apiKeys]);

/** The caller, with what only they see of themselves. */
export function useAccount() {
  return useQuery(() => ({
    queryKey: keys.account,
    queryFn: ({ signal }) => answer(api.auth.me.$get({}, { init: { signal } })),
  }));
}

const SESSIONS_MAX = 100;

export function useSessions() {
  return useQuery(() => ({
    queryKey: keys.sessions,
    queryFn: async ({ signal }): Promise<Session[]> => {
      const query = { limit: SESSIONS_MAX };
      return (await answer(api.sessions.$get({ query }, { init: { signal } }))).items;
    },
  }));
}

export const useEndSession = () =>
  useChange((id: string) => answer(api.sessions[":id"].$delete(ofId(id))), [keys.sessions]);

export const useEndOtherSessions = () => useChange(() => answer(api.sessions.$delete()), [keys.sessions]);

export const useChangePassword = () =>
  useChange(
    (json: { current: string; password: string }) => answer(api.auth.password.$post({ json })),
    [keys.sessions],
  );

const secondFactor = api.auth["second-factor"];

export const useBeginSecondFactor = () =>
  useChange((password: string) => answer(secondFactor.$post({ json: { password } })), []);

export const useConfirmSecondFactor = () =>
  useChange((code: string) => answer(secondFactor.confirm.$post({ json: { code } })), [keys.account]);

export const useEndSecondFactor = () =>
  useChange((password: string) => answer(secondFactor.off.$post({ json: { password } })), [keys.account]);

/** Whom a one-time link is for. */
export function useLinkReader(token: string) {
  return useQuery(() => ({
    queryKey: ["link", token],
    queryFn: () => answer(api.auth.link.$post({ json: { token } })),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  }));
}

export const useAcceptLink = () => useChange((json: LinkUse) => answer(api.auth.accept.$post({ json })), []);
