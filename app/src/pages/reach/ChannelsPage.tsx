import { createSignal, Show } from "solid-js";
import { answer, inPath } from "../../api/client.ts";
import { ActionButton } from "../../components/ActionButton.tsx";
import { Until } from "../../components/facts.tsx";
import { whileSending } from "../../components/form.ts";
import { NewButton } from "../../components/NewButton.tsx";
import { EmptyState } from "../../components/states.tsx";
import { number } from "../../format/number.ts";
import type { Column } from "../../list/DataTable.tsx";
import { ListPage } from "../../list/ListPage.tsx";
import { useAction } from "../../queries/actions.ts";
import { missingRight, useMe } from "../../queries/session.ts";
import { CHANNELS, CHANNELS_KEY, type Channel, channels, KIND_NAMES } from "./channel-list.ts";
import { NewChannel } from "./NewChannel.tsx";
import { AlertTabs, DeleteButton, LastDelivery, ReceiverStatus, testWords } from "./parts.tsx";

const one = channels[":id"];
const ofId = (id: string) => ({ param: { id: inPath(id) } });

const COLUMNS: readonly Column<Channel>[] = [
  {
    ...{ label: "Channel", sort: "name", class: "cell-title" },
    cell: ({ name, kind, hint }) => (
      <span class="stack stack-start">
        <strong>{name}</strong>
        <span class="sub clip" title={hint}>
          {KIND_NAMES[kind]} · {hint}
        </span>
      </span>
    ),
  },
  { label: "Status", cell: (channel) => <ReceiverStatus of={channel} /> },
  { label: "Waiting", class: "num", isNamed: true, cell: (channel) => <Waiting of={channel} /> },
  {
    ...{ label: "Last delivery", class: "num muted", isNamed: true },
    cell: ({ lastDeliveredAt }) => <LastDelivery at={lastDeliveredAt} />,
  },
  { label: "", class: "cell-action", cell: (channel) => <Actions of={channel} /> },
];

/** Where alerts are sent. */
export function ChannelsPage() {
  const [isOpen, setOpen] = createSignal(false);
  return (
    <ListPage
      title="Alert channels"
      one="channel"
      source={CHANNELS}
      path="/api/alert-channels"
      asked={{ q: undefined }}
      filters={[]}
      searchFor="Name or address"
      columns={COLUMNS}
      idOf={({ id }) => id}
      isQuiet={({ status }) => status === "paused"}
      actions={
        <NewButton right="admin" onClick={() => setOpen(true)}>
          New channel
        </NewButton>
      }
      empty={
        <EmptyState title="There is no channel">
          Alerts go to e-mail, Slack, Microsoft Teams, Discord, Telegram, or a signed webhook.
        </EmptyState>
      }
    >
      <AlertTabs />
      <Show when={isOpen()}>
        <NewChannel onClose={() => setOpen(false)} />
      </Show>
    </ListPage>
  );
}

function Waiting(props: { of: Channel }) {
  return (
    <Show when={props.of.heldUntil} fallback={number(props.of.waiting)}>
      {(at) => (
        <>
          digest <Until at={at()} />
        </>
      )}
    </Show>
  );
}

function Actions(props: { of: Channel }) {
  const me = useMe();
  const right = () => missingRight(me.data, "admin");
  const isOn = () => props.of.status === "enabled";
  const test = useAction(CHANNELS_KEY, (id: string) => answer(one.test.$post(ofId(id))), testWords);
  const turn = useAction(
    CHANNELS_KEY,
    (status: "enabled" | "paused") => answer(one.$patch({ ...ofId(props.of.id), json: { status } })),
    (changed) => (changed.status === "enabled" ? "Channel is on" : "Channel is paused"),
  );
  const remove = useAction(
    CHANNELS_KEY,
    (id: string) => answer(one.$delete(ofId(id))),
    () => "Channel deleted",
  );
  return (
    <span class="button-row">
      <ActionButton
        small
        disabledReason={right() ?? whileSending(test.isPending)}
        onClick={() => test.mutate(props.of.id)}
      >
        Test
      </ActionButton>
      <ActionButton
        small
        disabledReason={right() ?? whileSending(turn.isPending)}
        onClick={() => turn.mutate(isOn() ? "paused" : "enabled")}
      >
        {isOn() ? "Pause" : "Turn on"}
      </ActionButton>
      <DeleteButton
        disabledReason={right() ?? whileSending(remove.isPending)}
        onDelete={() => remove.mutate(props.of.id)}
      />
    </span>
  );
}
