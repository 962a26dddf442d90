import { createMemo, createSignal, For, onMount, Show } from "solid-js";
import { Async } from "../../components/Async.tsx";
import { SearchField } from "../../components/fields.tsx";
import { whileSending } from "../../components/form.ts";
import { SkeletonRows } from "../../components/states.tsx";
import { plural } from "../../format/words.ts";
import { missingRight, useMe } from "../../queries/session.ts";
import {
  type SettingsChange,
  type SettingsInForce,
  useChangeSettings,
  useSettings,
  useSettingsSchema,
  useWhatIf,
} from "../../queries/settings.ts";
import type { Schema } from "./json-schema.ts";
import { SaveBar } from "./SaveBar.tsx";
import { SettingRow } from "./SettingRow.tsx";
import { changeOf, type SettingField, type SettingGroup, settingGroups, valueAt } from "./schema.ts";
import { WhatIfResult } from "./WhatIfResult.tsx";

interface Change {
  path: readonly string[];
  value: unknown;
}

/** Every setting in words, with what a change would come to before it is saved. */
export function SettingsPage() {
  const schema = useSettingsSchema();
  const settings = useSettings();
  onMount(() => {
    document.title = "Settings · Pricewright";
  });
  return (
    <main class="page page-narrow">
      <div class="page-head">
        <h1>Settings</h1>
        <Show when={settings.data}>
          {(inForce) => <span class="muted">Version {inForce().version}</span>}
        </Show>
      </div>
      <Async query={schema} skeleton={<SkeletonRows rows={8} />}>
        {(described) => (
          <Async query={settings} skeleton={<SkeletonRows rows={8} />}>
            {(inForce) => <Editor schema={described()} settings={inForce()} />}
          </Async>
        )}
      </Async>
    </main>
  );
}

/** What has been changed and not saved, by the setting's path. */
function createDraft(settings: () => SettingsInForce, onChange: () => void) {
  const [changes, setChanges] = createSignal<ReadonlyMap<string, Change>>(new Map());
  const [wrong, setWrong] = createSignal<ReadonlySet<string>>(new Set<string>());
  return {
    changes,
    wrong,
    set: ({ path }: SettingField, value: unknown) => {
      const next = new Map(changes());
      const key = path.join(".");
      if (JSON.stringify(value) === JSON.stringify(valueAt(settings(), path))) next.delete(key);
      else next.set(key, { path, value });
      setChanges(next);
      onChange();
    },
    mark: ({ path }: SettingField, isWrong: boolean) => {
      const next = new Set(wrong());
      if (isWrong) next.add(path.join("."));
      else next.delete(path.join("."));
      setWrong(next);
    },
    clear: () => {
      setChanges(new Map());
      setWrong(new Set<string>());
      onChange();
    },
  };
}

function Editor(props: { schema: Schema; settings: SettingsInForce }) {
  const me = useMe();
  const save = useChangeSettings();
  const whatIf = useWhatIf();
  const [wanted, setWanted] = createSignal("");
  const draft = createDraft(
    () => props.settings,
    () => whatIf.reset(),
  );
  const shown = createMemo(() => groupsNaming(settingGroups(props.schema), wanted()));
  const change = () => changeOf(props.settings, draft.changes()) as SettingsChange;
  const blocked = () =>
    draft.changes().size === 0
      ? "Nothing is changed."
      : draft.wrong().size > 0
        ? "A value is not valid."
        : null;
  return (
    <>
      <div class="filters">
        <SearchField
          label="Find"
          value={wanted()}
          placeholder="margin, step, undercut …"
          onInput={setWanted}
        />
      </div>
      <For each={shown()} fallback={<p class="muted">No setting is called that.</p>}>
        {(group) => (
          <section class="block" aria-label={group.title}>
            <h2>{group.title}</h2>
            <For each={group.fields}>
              {(field) => (
                <SettingRow
                  field={field}
                  value={
                    draft.changes().get(field.path.join("."))?.value ?? valueAt(props.settings, field.path)
                  }
                  isChanged={draft.changes().has(field.path.join("."))}
                  error={save.error}
                  onChange={(value) => draft.set(field, value)}
                  onWrong={(isWrong) => draft.mark(field, isWrong)}
                />
              )}
            </For>
          </section>
        )}
      </For>
      <Show when={whatIf.data}>{(result) => <WhatIfResult result={result()} />}</Show>
      <SaveBar
        note={plural(draft.changes().size, "change")}
        whatIfBlocked={blocked() ?? (whatIf.isPending ? "It is being worked out." : null)}
        undoBlocked={draft.changes().size === 0 ? "Nothing is changed." : null}
        saveBlocked={missingRight(me.data, "admin") ?? blocked() ?? whileSending(save.isPending)}
        onWhatIf={() => whatIf.mutate({ settings: change() })}
        onUndo={draft.clear}
        onSave={() =>
          save.mutate({ ...change(), version: props.settings.version }, { onSuccess: draft.clear })
        }
      />
    </>
  );
}

function groupsNaming(groups: readonly SettingGroup[], wanted: string): SettingGroup[] {
  const text = wanted.trim().toLowerCase();
  const fits = ({ label, description, path }: SettingField) =>
    `${label} ${description} ${path.join(".")}`.toLowerCase().includes(text);
  return groups
    .map(({ title, fields }) => ({ title, fields: fields.filter(fits) }))
    .filter(({ fields }) => fields.length > 0);
}
