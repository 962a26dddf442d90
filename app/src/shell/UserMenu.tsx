import { DropdownMenu } from "@kobalte/core/dropdown-menu";
import { useNavigate } from "@solidjs/router";
import { Show } from "solid-js";
import { Menu } from "../components/menus.tsx";
import { toastError } from "../components/toasts.tsx";
import { paths } from "../paths.ts";
import { missingRight, useMe, useSignOut } from "../queries/session.ts";

/** Who is signed in, the API's documentation, and the way out. */
export function UserMenu() {
  const me = useMe();
  const signOut = useSignOut();
  const initial = () => (me.data?.name || me.data?.email || "?").charAt(0).toUpperCase();
  return (
    <Menu
      label={initial()}
      name="Account"
      class="avatar"
      gutter={10}
      placement="bottom-end"
      panelClass="menu"
    >
      <div class="menu-head">
        <strong>{me.data?.name || me.data?.email}</strong>
        <span class="muted">{me.data?.email}</span>
        <span class="muted">Role: {me.data?.role}</span>
      </div>
      <DropdownMenu.Separator class="menu-line" />
      <PageItem href={paths.account()} label="Account" />
      <Show when={missingRight(me.data, "admin") === null}>
        <PageItem href={paths.users()} label="Users" />
        <PageItem href={paths.apiKeys()} label="API keys" />
      </Show>
      <DropdownMenu.Separator class="menu-line" />
      <DropdownMenu.Item class="menu-item" as="a" href="/docs" target="_blank">
        API documentation
      </DropdownMenu.Item>
      <DropdownMenu.Item
        class="menu-item"
        onSelect={() => signOut.mutate(undefined, { onError: toastError })}
      >
        Sign out
      </DropdownMenu.Item>
    </Menu>
  );
}

function PageItem(props: { href: string; label: string }) {
  const navigate = useNavigate();
  return (
    <DropdownMenu.Item class="menu-item" onSelect={() => navigate(props.href)}>
      {props.label}
    </DropdownMenu.Item>
  );
}
