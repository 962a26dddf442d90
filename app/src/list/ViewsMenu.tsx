import { A, useLocation } from "@solidjs/router";
import { createSignal, For, Show } from "solid-js";
import { TextField } from "../components/fields.tsx";
import { Panel } from "../components/menus.tsx";
import { forgetView, saveView, viewsOf } from "./views.ts";

/** The views of this list that were saved in this browser, and the way to save the present one. */
export function ViewsMenu(props: { page: string }) {
  const location = useLocation();
  const [name, setName] = createSignal("");
  const saved = () => viewsOf(props.page);
  const save = (event: Event, close: () => void) => {
    event.preventDefault();
    if (name().trim() === "") return;
    saveView(props.page, { name: name(), search: location.search });
    setName("");
    close();
  };
  return (
    <Panel
      title="Saved views"
      label="Views"
      class="button button-small"
      gutter={6}
      placement="bottom-end"
      panelClass="popover views"
    >
      {(close) => (
        <>
          <Show
            when={saved().length > 0}
            fallback={<p class="muted">A view keeps search, filters and order under a name.</p>}
          >
            <ul class="views-list">
              <For each={saved()}>
                {(view) => (
                  <li>
                    <A href={props.page + view.search} onClick={close}>
                      {view.name}
                    </A>
                    <button
                      type="button"
                      class="icon-button"
                      aria-label={`Forget the view ${view.name}`}
                      onClick={() => forgetView(props.page, view.name)}
                    >
                      ×
                    </button>
                  </li>
                )}
              </For>
            </ul>
          </Show>
          <form class="views-save" onSubmit={(event) => save(event, close)}>
            <TextField
              label="Save what is shown as"
              value={name()}
              onInput={setName}
              help="Kept in this browser. To share it, send the page’s address."
            />
            <button type="submit" class="button button-small" disabled={name().trim() === ""}>
              Save view
            </button>
          </form>
        </>
      )}
    </Panel>
  );
}
