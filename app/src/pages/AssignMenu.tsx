import { DropdownMenu } from "@kobalte/core/dropdown-menu";
import { For, Show } from "solid-js";
import { Menu } from "../components/menus.tsx";
import { missingRight, useMe } from "../queries/session.ts";
import { useAssign, usePeople } from "../queries/signals.ts";

interface PeopleMenuProps {
  /** on the button */
  label: string;
  /** for screen readers, where the label alone says too little */
  name?: string;
  isPlain?: boolean;
  hasNobody: boolean;
  onChoose: (email: string | null) => void;
}

/** A choice of a person, oneself first; nothing to choose for whoever may only read. */
export function PeopleMenu(props: PeopleMenuProps) {
  const me = useMe();
  const people = usePeople();
  const others = () =>
    (people.isPending ? [] : (people.data?.items ?? [])).filter(({ email }) => email !== me.data?.email);
  return (
    <Show when={missingRight(me.data, "write") === null} fallback={<span>{props.label}</span>}>
      <Menu
        label={props.label}
        name={props.name}
        class={`button button-small${props.isPlain ? " button-quiet" : ""}`}
        gutter={4}
        placement="bottom-end"
        panelClass="menu"
      >
        <DropdownMenu.Item class="menu-item" onSelect={() => props.onChoose(me.data?.email ?? null)}>
          Me
        </DropdownMenu.Item>
        <For each={others()}>
          {({ email, name }) => (
            <DropdownMenu.Item class="menu-item" onSelect={() => props.onChoose(email)}>
              {name} <span class="muted">{email}</span>
            </DropdownMenu.Item>
          )}
        </For>
        <Show when={props.hasNobody}>
          <DropdownMenu.Separator class="menu-line" />
          <DropdownMenu.Item class="menu-item" onSelect={() => props.onChoose(null)}>
            Nobody
          </DropdownMenu.Item>
        </Show>
      </Menu>
    </Show>
  );
}

interface AssignMenuProps {
  signal: { id: string; type: string; status: string; assignee?: string | undefined };
}

/** Who sees to a signal, and the way to give it to somebody. */
export function AssignMenu(props: AssignMenuProps) {
  const me = useMe();
  const people = usePeople();
  const assign = useAssign();
  const shown = () => {
    const email = props.signal.assignee;
    if (email === undefined) return props.signal.status === "resolved" ? "–" : "Assign";
    if (email === me.data?.email) return "Me";
    const known = people.isPending ? undefined : people.data?.items.find((one) => one.email === email);
    return known?.name ?? email;
  };
  return (
    <Show when={props.signal.status !== "resolved"} fallback={<span>{shown()}</span>}>
      <PeopleMenu
        label={shown()}
        name={props.signal.assignee === undefined ? "Assign the signal" : `Assigned to ${shown()}. Change`}
        isPlain={props.signal.assignee !== undefined}
        hasNobody={props.signal.assignee !== undefined}
        onChoose={(to) => assign.mutate({ id: props.signal.id, to })}
      />
    </Show>
  );
}
