import { createMemo, createSignal, For, onMount, Show } from "solid-js";
import { ActionButton } from "../../components/ActionButton.tsx";
import { Async } from "../../components/Async.tsx";
import { Chip } from "../../components/chips.tsx";
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
import { SettingRow } from "./SettingRow.tsx";
import {
  changeOf,
  type Schema,
  type SettingField,
  type SettingGroup,
  settingGroups,
  valueAt,
} from "./schema.ts";
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

function Editor(props: { schema: Schema; settings: SettingsInForce }) {
  const me = useMe();
  const save = useChangeSettings();
  const whatIf = useWhatIf();
  const [wanted, setWanted] = createSignal("");
  const [changes, setChanges] = createSignal<ReadonlyMap<string, Change>>(new Map());
  const [wrong, setWrong] = createSignal<ReadonlySet<string>>(new Set());
  const groups = createMemo(() => settingGroups(props.schema));
  const shown = createMemo(() => groupsNaming(groups(), wanted()));
  const change = () => changeOf(props.settings, changes()) as SettingsChange;
  const blocked = () =>
    changes().size === 0
      ? "Nothing is changed."
      : wrong().size > 0
        ? "A value is not valid."
        : whileSending(save.isPending);

  const set = (field: SettingField, value: unknown) => {
    const next = new Map(changes());
    const key = field.path.join(".");
    if (JSON.stringify(value) === JSON.stringify(valueAt(props.settings, field.path))) next.delete(key);
    else next.set(key, { path: field.path, value });
    setChanges(next);
    whatIf.reset();
  };
  const mark = (field: SettingField, isWrong: boolean) => {
    const next = new Set(wrong());
    if (isWrong) next.add(field.path.join("."));
    else next.delete(field.path.join("."));
    setWrong(next);
  };
  const clear = () => {
    setChanges(new Map());
    setWrong(new Set<string>());
    whatIf.reset();
  };
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
            <div class="settings">
              <For each={group.fields}>
                {(field) => (
                  <SettingRow
                    field={field}
                    value={changes().get(field.path.join("."))?.value ?? valueAt(props.settings, field.path)}
                    isChanged={changes().has(field.path.join("."))}
                    error={save.error}
                    onChange={(value) => set(field, value)}
                    onWrong={(isWrong) => mark(field, isWrong)}
                  />
                )}
              </For>
            </div>
          </section>
        )}
      </For>
      <Show when={whatIf.data}>{(result) => <WhatIfResult result={result()} />}</Show>
      <div class="settings-bar">
        <Chip tone={changes().size > 0 ? "info" : "quiet"}>{plural(changes().size, "change")}</Chip>
        <ActionButton
          disabledReason={
            changes().size === 0 || wrong().size > 0
              ? blocked()
              : whatIf.isPending
                ? "It is being worked out."
                : null
          }
          onClick={() => whatIf.mutate({ settings: change() })}
        >
          What would it do?
        </ActionButton>
        <ActionButton disabledReason={changes().size === 0 ? "Nothing is changed." : null} onClick={clear}>
          Undo
        </ActionButton>
        <ActionButton
          tone="primary"
          disabledReason={missingRight(me.data, "admin") ?? blocked()}
          onClick={() => save.mutate({ ...change(), version: props.settings.version }, { onSuccess: clear })}
        >
          Save
        </ActionButton>
      </div>
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
