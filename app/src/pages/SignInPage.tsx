import { useNavigate, useSearchParams } from "@solidjs/router";
import { createEffect, createSignal, onMount, Show } from "solid-js";
import { ApiError, describeError } from "../api/errors.ts";
import { TextField } from "../components/fields.tsx";
import { safeNext } from "../paths.ts";
import { useMe, useSignIn } from "../queries/session.ts";
import { Mark } from "../shell/Shell.tsx";

function needsCode(error: unknown): boolean {
  return error instanceof ApiError && error.code === "second_factor_required";
}

/** Why the sign-in was refused; the general text for 401 would be "Signed out". */
function refusal(error: unknown, sentCode: boolean): string {
  if (needsCode(error))
    return sentCode
      ? "The code is not right, or was used before. Wait for the next one."
      : "Your password is right. Enter the code of your authenticator app too.";
  if (error instanceof ApiError && error.status === 401) return "The email or the password is not right.";
  const { title, detail } = describeError(error);
  return `${title}. ${detail}`;
}

export function SignInPage() {
  const navigate = useNavigate();
  const [search] = useSearchParams<{ next?: string }>();
  const me = useMe();
  const signIn = useSignIn();
  const [email, setEmail] = createSignal("");
  const [password, setPassword] = createSignal("");
  const [code, setCode] = createSignal("");
  const [asksCode, setAsksCode] = createSignal(false);
  let emailInput!: HTMLInputElement;

  onMount(() => {
    document.title = "Sign in · Pricewright";
    emailInput.focus();
  });
  createEffect(() => {
    if (needsCode(signIn.error)) setAsksCode(true);
  });
  createEffect(() => {
    if (!me.isPending && me.data) navigate(safeNext(search.next), { replace: true });
  });

  function submit(event: SubmitEvent) {
    event.preventDefault();
    if (signIn.isPending) return;
    const given = code().trim() ? { code: code().trim() } : {};
    signIn.mutate({ email: email().trim(), password: password(), ...given });
  }

  return (
    <main class="sign-in">
      <form class="sign-in-card" onSubmit={submit}>
        <Mark />
        <h1>Sign in to Pricewright</h1>
        <p class="muted">Review price proposals and follow the market.</p>
        <TextField
          required
          label="Email"
          type="email"
          autocomplete="username"
          value={email()}
          onInput={setEmail}
          ref={(element) => {
            emailInput = element;
          }}
        />
        <TextField
          required
          label="Password"
          type="password"
          autocomplete="current-password"
          value={password()}
          onInput={setPassword}
        />
        <Show when={asksCode()}>
          <CodeField value={code()} onInput={setCode} />
        </Show>
        <Show when={signIn.isError}>
          <p class="field-error" role="alert">
            {refusal(signIn.error, code() !== "")}
          </p>
        </Show>
        <button type="submit" class="button button-primary button-wide" aria-busy={signIn.isPending}>
          {signIn.isPending ? "Signing in…" : "Sign in"}
        </button>
      </form>
    </main>
  );
}

/** Asked for once the password was right, and focused then. */
function CodeField(props: { value: string; onInput: (code: string) => void }) {
  return (
    <TextField
      required
      label="Code"
      help="Six digits of your app, or a recovery code"
      autocomplete="one-time-code"
      value={props.value}
      onInput={props.onInput}
      ref={(element) => queueMicrotask(() => element.focus())}
    />
  );
}
