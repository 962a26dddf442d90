import { createSignal, For, onMount, Show } from "solid-js";
import type { Session } from "../../../../domain/contract/people.ts";
import { Async } from "../../components/Async.tsx";
import { Chip } from "../../components/chips.tsx";
import { Ago, Until } from "../../components/facts.tsx";
import { TextField } from "../../components/fields.tsx";
import { errorOf } from "../../components/form.ts";
import { SkeletonRows } from "../../components/states.tsx";
import { toastDone, toastError } from "../../components/toasts.tsx";
import { useChangePassword, useEndOtherSessions, useEndSession, useSessions } from "../../queries/people.ts";
import { useMe } from "../../queries/session.ts";
import { SecondFactorBlock } from "./SecondFactorBlock.tsx";

/** What a person settles for themselves: password, second factor, sessions. */
export default function AccountPage() {
  const me = useMe();
  onMount(() => {
    document.title = "Account · Pricewright";
  });
  return (
    <main class="page page-narrow">
      <div class="page-head">
        <h1>Account</h1>
        <span class="muted">
          {me.data?.name} · {me.data?.email} · {me.data?.role}
        </span>
      </div>
      <PasswordBlock />
      <SecondFactorBlock />
      <SessionsBlock />
    </main>
  );
}

function PasswordBlock() {
  const me = useMe();
  const change = useChangePassword();
  const [current, setCurrent] = createSignal("");
  const [password, setPassword] = createSignal("");
  const send = (event: SubmitEvent) => {
    event.preventDefault();
    if (change.isPending) return;
    change.mutate(
      { current: current(), password: password() },
      {
        onSuccess: () => {
          setCurrent("");
          setPassword("");
          toastDone("Password changed", "Your other sessions have ended.");
        },
        onError: (error) => {
          if (errorOf(error, "current") === undefined && errorOf(error, "password") === undefined)
            toastError(error);
        },
      },
    );
  };
  return (
    <section class="block" aria-labelledby="password-title">
      <h2 id="password-title">Password</h2>
      <form class="form" onSubmit={send}>
        {/* for password managers, which keep a password by its address */}
        <input type="hidden" name="username" autocomplete="username" value={me.data?.email ?? ""} />
        <TextField
          required
          label="Present password"
          type="password"
          autocomplete="current-password"
          value={current()}
          onInput={setCurrent}
          error={errorOf(change.error, "current")}
        />
        <TextField
          required
          label="New password"
          type="password"
          autocomplete="new-password"
          help="At least 8 characters. Your other sessions end."
          value={password()}
          onInput={setPassword}
          error={errorOf(change.error, "password")}
        />
        <button type="submit" class="button button-primary" aria-busy={change.isPending}>
          Change the password
        </button>
      </form>
    </section>
  );
}

function SessionsBlock() {
  const sessions = useSessions();
  const endOthers = useEndOtherSessions();
  return (
    <section class="block" aria-labelledby="sessions-title">
      <h2 id="sessions-title">Sessions</h2>
      <p class="muted">Every browser in which you are signed in. End what you do not know.</p>
      <Async query={sessions} skeleton={<SkeletonRows rows={3} height="line" />}>
        {(list) => (
          <>
            <ul class="session-list">
              <For each={list()}>{(session) => <SessionLine session={session} />}</For>
            </ul>
            <Show when={list().length > 1}>
              <button
                type="button"
                class="button"
                onClick={() =>
                  endOthers.mutate(undefined, {
                    onSuccess: () => toastDone("Your other sessions have ended"),
                    onError: toastError,
                  })
                }
              >
                End all others
              </button>
            </Show>
          </>
        )}
      </Async>
    </section>
  );
}

function SessionLine(props: { session: Session }) {
  const end = useEndSession();
  return (
    <li class="session">
      <span class="stack stack-start">
        <strong>{browserName(props.session.agent)}</strong>
        <span class="sub">
          {props.session.network} · signed in <Ago at={props.session.createdAt} /> · ends{" "}
          <Until at={props.session.expiresAt} />
        </span>
      </span>
      <Show when={!props.session.current} fallback={<Chip tone="good">This browser</Chip>}>
        <button
          type="button"
          class="button button-small"
          onClick={() => end.mutate(props.session.id, { onError: toastError })}
        >
          End<span class="sr-only"> the session of {browserName(props.session.agent)}</span>
        </button>
      </Show>
    </li>
  );
}

const BROWSERS = [
  ["Edg/", "Edge"],
  ["OPR/", "Opera"],
  ["Firefox/", "Firefox"],
  ["Chrome/", "Chrome"],
  ["Safari/", "Safari"],
] as const;
const SYSTEMS = [
  ["Android", "Android"],
  ["iPhone", "iPhone"],
  ["iPad", "iPad"],
  ["Windows", "Windows"],
  ["Mac OS X", "macOS"],
  ["Linux", "Linux"],
] as const;

/** "Firefox on Windows" of what a browser calls itself; the text itself if it is none of the usual ones. */
function browserName(agent: string): string {
  const find = (names: readonly (readonly [string, string])[]) =>
    names.find(([mark]) => agent.includes(mark))?.[1];
  const browser = find(BROWSERS);
  const system = find(SYSTEMS);
  if (browser && system) return `${browser} on ${system}`;
  return agent.slice(0, 60) || "An unknown browser";
}
