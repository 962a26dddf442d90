import { createSignal, Match, Show, Switch } from "solid-js";
import { createStore } from "solid-js/store";
import { CHANNEL_KINDS, type ChannelKind } from "../../../../domain/messages/alerts.ts";
import { answer } from "../../api/client.ts";
import { FormDialog } from "../../components/FormDialog.tsx";
import { SelectField, TextField } from "../../components/fields.tsx";
import { errorOf, whileSending } from "../../components/form.ts";
import { Secret } from "../../components/Secret.tsx";
import { useFormAction } from "../../queries/actions.ts";
import { CHANNELS_KEY, channels, KIND_NAMES, type NewChannelRequest } from "./channel-list.ts";

const ADDRESS: Partial<Record<ChannelKind, { placeholder: string; help: string }>> = {
  slack: {
    placeholder: "https://hooks.slack.com/services/…",
    help: "An incoming webhook of a Slack app.",
  },
  teams: {
    placeholder: "https://….logic.azure.com/workflows/…",
    help: "The address of a Teams workflow “post to a channel when a webhook request is received”.",
  },
  discord: {
    placeholder: "https://discord.com/api/webhooks/…",
    help: "A webhook from the channel's integrations.",
  },
  webhook: { placeholder: "https://…", help: "Signed by Standard Webhooks; its secret is shown once." },
};

const CHOICES = CHANNEL_KINDS.map((value) => ({ value, label: KIND_NAMES[value] }));

const EMPTY = { name: "", url: "", to: "", token: "", chatId: "" };
type Fields = typeof EMPTY;

function requestOf(kind: ChannelKind, { url, to, token, chatId, ...rest }: Fields): NewChannelRequest {
  const common = { name: rest.name.trim() };
  if (kind === "email") return { ...common, kind, to: to.split(/[\s,;]+/).filter(Boolean) };
  if (kind === "telegram") return { ...common, kind, token: token.trim(), chatId: chatId.trim() };
  return { ...common, kind, url: url.trim() };
}

/** Makes a channel; of a signed webhook it then shows the secret. */
export function NewChannel(props: { onClose: () => void }) {
  const [kind, setKind] = createSignal<ChannelKind>("slack");
  const [fields, set] = createStore({ ...EMPTY });
  const create = useFormAction(
    CHANNELS_KEY,
    (json: NewChannelRequest) => answer(channels.$post({ json })),
    () => "Channel made",
  );
  const blocked = () => (fields.name.trim() === "" ? "Give it a name." : whileSending(create.isPending));
  const send = () =>
    create.mutate(requestOf(kind(), fields), {
      onSuccess: (made) => made.secret === undefined && props.onClose(),
    });
  return (
    <Show
      when={create.data?.secret}
      fallback={
        <FormDialog
          title="New channel"
          button="Make it"
          blocked={blocked()}
          error={create.error}
          onSend={send}
          onClose={props.onClose}
        >
          <SelectField
            label="Kind"
            value={kind()}
            choices={CHOICES}
            onChange={(value) => setKind(value as ChannelKind)}
          />
          <TextField
            label="Name"
            value={fields.name}
            onInput={(value) => set("name", value)}
            required
            placeholder="Pricing team"
          />
          <AddressFields kind={kind()} fields={fields} set={set} error={create.error} />
        </FormDialog>
      }
    >
      {(secret) => (
        <Secret
          title={`The secret of ${fields.name}`}
          secret={secret()}
          help="Its receiver verifies with it, by any Standard Webhooks library."
          onClose={props.onClose}
        />
      )}
    </Show>
  );
}

interface AddressFieldsProps {
  kind: ChannelKind;
  fields: Fields;
  set: (name: keyof Fields, value: string) => void;
  error: unknown;
}

function AddressFields(props: AddressFieldsProps) {
  const field = (name: keyof Fields) => ({
    value: props.fields[name],
    onInput: (value: string) => props.set(name, value),
    required: true,
    error: errorOf(props.error, name === "to" ? "to.0" : name),
  });
  return (
    <Switch>
      <Match when={ADDRESS[props.kind]}>
        {(address) => (
          <TextField
            label="Address"
            type="url"
            {...field("url")}
            placeholder={address().placeholder}
            help={address().help}
          />
        )}
      </Match>
      <Match when={props.kind === "email"}>
        <TextField label="To" {...field("to")} placeholder="ada@shop.example, ben@shop.example" />
      </Match>
      <Match when={props.kind === "telegram"}>
        <TextField label="Token of the bot" {...field("token")} />
        <TextField
          label="Chat"
          {...field("chatId")}
          help="Its id, such as -1001234567890, or @name of a public channel."
        />
      </Match>
    </Switch>
  );
}
