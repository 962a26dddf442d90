import { A, useNavigate } from "@solidjs/router";
import { createEffect, createSignal, onMount, Show } from "solid-js";
import { ApiError } from "../../api/errors.ts";
import { Async, Failure } from "../../components/Async.tsx";
import { TextField } from "../../components/fields.tsx";
import { errorOf } from "../../components/form.ts";
import { SkeletonRows } from "../../components/states.tsx";
import { paths } from "../../paths.ts";
import { useAcceptLink, useLinkReader } from "../../queries/people.ts";
import { useSignIn } from "../../queries/session.ts";
import { Mark } from "../../shell/Shell.tsx";

/** Where a one-time link leads: the person chooses a password and is signed in. */
export default function JoinPage() {
  const token = location.hash.slice(1);
  const link = useLinkReader(token);
  const isGone = () => link.error instanceof ApiError && [404, 422].includes(link.error.status);
  onMount(() => {
    document.title = "Choose a password · Pricewright";
  });
  return (
    <main class="sign-in">
      <div class="sign-in-card">
        <Mark />
        <Show when={!isGone()} fallback={<Gone />}>
          <Async query={link} skeleton={<SkeletonRows rows={3} height="line" />}>
            {(person) => <JoinForm token={token} {...person()} />}
          </Async>
        </Show>
      </div>
    </main>
  );
}

function Gone() {
  return (
    <>
      <h1>This link is over</h1>
      <p>It was used already, or it is too old. Ask an administrator for a new one.</p>
      <A class="button button-wide" href={paths.signIn()}>
        Go to the sign-in
      </A>
    </>
  );
}

function JoinForm(props: { token: string; kind: "invitation" | "reset"; email: string; name: string }) {
  const navigate = useNavigate();
  const accept = useAcceptLink();
  const signIn = useSignIn();
  const isNew = () => props.kind === "invitation";
  const [name, setName] = createSignal(props.name);
  const [password, setPassword] = createSignal("");
  const error = () => (errorOf(accept.error, "password") === undefined ? accept.error : null);
  const send = (event: SubmitEvent) => {
    event.preventDefault();
    if (accept.isPending || signIn.isPending) return;
    const use = { token: props.token, password: password(), ...(isNew() ? { name: name().trim() } : {}) };
    accept.mutate(use, {
      onSuccess: () => signIn.mutate({ email: props.email, password: password() }),
    });
  };
  // a second factor is asked for on the sign-in page
  createEffect(() => {
    if (signIn.isSuccess) navigate(paths.approvals(), { replace: true });
    else if (signIn.isError) navigate(paths.signIn(), { replace: true });
  });
  return (
    <form class="sign-in-form" onSubmit={send}>
      <h1>{isNew() ? "Welcome to Pricewright" : "Choose a new password"}</h1>
      <TextField
        required
        label="Email"
        type="email"
        autocomplete="username"
        readOnly
        value={props.email}
        onInput={() => undefined}
      />
      <Show when={isNew()}>
        <TextField required label="Your name" autocomplete="name" value={name()} onInput={setName} />
      </Show>
      <TextField
        required
        label="Password"
        type="password"
        autocomplete="new-password"
        help="At least 8 characters."
        value={password()}
        onInput={setPassword}
        error={errorOf(accept.error, "password")}
      />
      <Show when={error()}>
        <Failure error={error()} />
      </Show>
      <button
        type="submit"
        class="button button-primary button-wide"
        aria-busy={accept.isPending || signIn.isPending}
      >
        {isNew() ? "Join" : "Save the password"}
      </button>
    </form>
  );
}
