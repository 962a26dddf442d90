import { createSignal, For, Match, Show, Switch } from "solid-js";
import { Async } from "../../components/Async.tsx";
import { Chip } from "../../components/chips.tsx";
import { FormDialog } from "../../components/FormDialog.tsx";
import { TextField } from "../../components/fields.tsx";
import { errorOf, whileSending } from "../../components/form.ts";
import { SkeletonRows } from "../../components/states.tsx";
import { toastDone } from "../../components/toasts.tsx";
import {
  useAccount,
  useBeginSecondFactor,
  useConfirmSecondFactor,
  useEndSecondFactor,
} from "../../queries/people.ts";

type Step =
  | { kind: "password"; to: "begin" | "end" }
  | { kind: "confirm"; secret: string; uri: string }
  | { kind: "codes"; codes: string[] };

/** The second factor of the person's own sign-in: codes of an authenticator app. */
export function SecondFactorBlock() {
  const account = useAccount();
  const [step, setStep] = createSignal<Step>();
  const isOn = () => !account.isPending && account.data?.secondFactor === true;
  const at = <K extends Step["kind"]>(kind: K) => {
    const now = step();
    return now?.kind === kind ? (now as Extract<Step, { kind: K }>) : undefined;
  };
  return (
    <section class="block" aria-labelledby="factor-title">
      <h2 id="factor-title">Second factor</h2>
      <p class="muted">A code of an app on your phone, asked for beside the password.</p>
      <Async query={account} skeleton={<SkeletonRows rows={1} height="line" />}>
        {() => (
          <p class="factor-state">
            <Chip tone={isOn() ? "good" : "quiet"}>{isOn() ? "On" : "Off"}</Chip>
            <button
              type="button"
              class="button button-small"
              onClick={() => setStep({ kind: "password", to: isOn() ? "end" : "begin" })}
            >
              {isOn() ? "Switch off" : "Switch on"}
            </button>
          </p>
        )}
      </Async>
      <Show when={at("codes")}>
        {(shown) => <RecoveryCodes codes={shown().codes} onDone={() => setStep(undefined)} />}
      </Show>
      <Switch>
        <Match when={at("password")}>
          {(asked) => <AskPassword to={asked().to} onStep={setStep} onClose={() => setStep(undefined)} />}
        </Match>
        <Match when={at("confirm")}>
          {(begun) => (
            <Confirm
              secret={begun().secret}
              uri={begun().uri}
              onStep={setStep}
              onClose={() => setStep(undefined)}
            />
          )}
        </Match>
      </Switch>
    </section>
  );
}

interface StepProps {
  onStep: (step: Step | undefined) => void;
  onClose: () => void;
}

function AskPassword(props: StepProps & { to: "begin" | "end" }) {
  const begin = useBeginSecondFactor();
  const end = useEndSecondFactor();
  const [password, setPassword] = createSignal("");
  const used = () => (props.to === "begin" ? begin : end);
  const send = () => {
    if (props.to === "begin")
      begin.mutate(password(), { onSuccess: (begun) => props.onStep({ kind: "confirm", ...begun }) });
    else
      end.mutate(password(), {
        onSuccess: () => {
          toastDone("Second factor switched off");
          props.onClose();
        },
      });
  };
  const wrong = () => errorOf(used().error, "password");
  return (
    <FormDialog
      title={props.to === "begin" ? "Switch the second factor on" : "Switch the second factor off?"}
      button="Continue"
      blocked={whileSending(used().isPending)}
      error={wrong() === undefined ? used().error : null}
      onSend={send}
      onClose={props.onClose}
    >
      <p class="dialog-about">Your password, once more: this browser may have been left open.</p>
      <TextField
        required
        label="Password"
        type="password"
        autocomplete="current-password"
        value={password()}
        onInput={setPassword}
        error={wrong()}
      />
    </FormDialog>
  );
}

function Confirm(props: StepProps & { secret: string; uri: string }) {
  const confirm = useConfirmSecondFactor();
  const [code, setCode] = createSignal("");
  const send = () =>
    confirm.mutate(code(), {
      onSuccess: ({ recoveryCodes }) => props.onStep({ kind: "codes", codes: recoveryCodes }),
    });
  const wrong = () => errorOf(confirm.error, "code");
  return (
    <FormDialog
      title="Add it to your app"
      button="Switch on"
      blocked={whileSending(confirm.isPending)}
      error={wrong() === undefined ? confirm.error : null}
      onSend={send}
      onClose={props.onClose}
    >
      <div class="dialog-about">
        <p>Add an account to your authenticator app with this key, then enter the code that it shows.</p>
        <code class="secret-key">{props.secret.match(/.{1,4}/g)?.join(" ")}</code>
        <a href={props.uri}>Open it in an app of this device</a>
      </div>
      <TextField
        required
        label="Code"
        inputmode="numeric"
        autocomplete="one-time-code"
        value={code()}
        onInput={setCode}
        error={wrong()}
      />
    </FormDialog>
  );
}

function RecoveryCodes(props: { codes: readonly string[]; onDone: () => void }) {
  return (
    <div class="notice notice-good" role="status">
      <strong>The second factor is on. Keep these recovery codes</strong>
      <p>
        Each replaces one code of the app, once: for the day on which the phone is gone. They are shown this
        once.
      </p>
      <ul class="recovery-codes">
        <For each={props.codes}>
          {(code) => (
            <li>
              <code>{code}</code>
            </li>
          )}
        </For>
      </ul>
      <button type="button" class="button button-small" onClick={() => props.onDone()}>
        I have kept them
      </button>
    </div>
  );
}
