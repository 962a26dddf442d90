import { createSignal, For, Show } from "solid-js";
import { STORE_KINDS, STORE_MODES } from "../../../../domain/messages/names.ts";
import { answer, api, inPath } from "../../api/client.ts";
import { FormDialog } from "../../components/FormDialog.tsx";
import { choicesOf, SelectField, TextField } from "../../components/fields.tsx";
import { useAction } from "../../queries/actions.ts";
import type { Store } from "./StoresPage.tsx";

type Kind = (typeof STORE_KINDS)[number];

/** A field of a connection: where it goes, and how it is asked for. */
interface Field {
  name: string;
  label: string;
  part: "options" | "credentials";
  help?: string;
  isOptional?: true;
  isNumber?: true;
}

const URL_FIELD: Field = { name: "url", label: "Address", part: "options", help: "https://shop.example" };
const CURRENCY: Field = {
  ...{ name: "currency", label: "Currency of its prices", part: "options" },
  help: "The install's, if nothing is entered",
  isOptional: true,
};
const RATE: Field = {
  ...{ name: "requestsPerSecond", label: "Requests a second", part: "options" },
  help: "As the shop's host allows",
  isOptional: true,
  isNumber: true,
};
const secret = (name: string, label: string, help?: string): Field => ({
  ...{ name, label, part: "credentials" },
  ...(help === undefined ? {} : { help }),
});

const FIELDS: Record<Kind, readonly Field[]> = {
  shopify: [
    { ...URL_FIELD, help: "https://my-shop.myshopify.com" },
    CURRENCY,
    {
      ...{ name: "priorPriceField", label: "Metafield for the lowest prior price", part: "options" },
      help: "namespace.key of a variant metafield of type money",
      isOptional: true,
    },
    secret("accessToken", "Access token", "Of an app with write_products and read_orders"),
  ],
  woocommerce: [
    URL_FIELD,
    CURRENCY,
    RATE,
    {
      ...{ name: "priorPriceField", label: "Meta key for the lowest prior price", part: "options" },
      isOptional: true,
    },
    secret("consumerKey", "Consumer key"),
    secret("consumerSecret", "Consumer secret"),
  ],
  medusa: [
    URL_FIELD,
    CURRENCY,
    RATE,
    { name: "priceListId", label: "Price list", part: "options", help: "Its id, such as plist_…" },
    secret("apiKey", "Secret API key"),
  ],
  http: [
    URL_FIELD,
    CURRENCY,
    RATE,
    { name: "productsPath", label: "Path of the products", part: "options", help: "GET, as JSON or CSV" },
    { name: "pricesPath", label: "Path that takes prices", part: "options", help: "POST" },
    { ...secret("authorization", "Authorization header", "Such as Bearer …"), isOptional: true },
  ],
};

/** Connects a store, or changes how it is connected. Credentials are never shown: an empty field leaves them as they are. */
export function StoreDialog(props: {
  store: Store | null;
  kinds: Record<Kind, string>;
  onClose: () => void;
}) {
  const known = props.store;
  const [id, setId] = createSignal(known?.id ?? "");
  const [name, setName] = createSignal(known?.name ?? "");
  const [kind, setKind] = createSignal<Kind>(known?.kind ?? "shopify");
  const [mode, setMode] = createSignal<Store["mode"]>(known?.mode ?? "read_only");
  const [values, setValues] = createSignal<Record<string, string>>(
    Object.fromEntries(Object.entries(known?.options ?? {}).map(([field, value]) => [field, String(value)])),
  );
  const save = useAction(
    ["stores"],
    (body: object) =>
      known
        ? answer(api.stores[":id"].$patch({ param: { id: inPath(known.id) }, json: body }))
        : answer(api.stores.$post({ json: body as never })),
    () => (known ? "Store changed" : "Store connected: test it, then import its products"),
  );
  const missing = () =>
    FIELDS[kind()].find(
      ({ name: field, isOptional, part }) =>
        !isOptional && !(known && part === "credentials") && !values()[field]?.trim(),
    );
  const blocked = () => {
    if (!known && !/^[a-z0-9][a-z0-9-]{0,31}$/.test(id()))
      return "Give it an id of small letters, digits and hyphens.";
    const field = missing();
    if (field) return `Enter: ${field.label.toLowerCase()}.`;
    return save.isPending ? "It is being sent." : null;
  };
  const send = () =>
    save.mutate(
      bodyOf({ isNew: known === null, id: id(), name: name(), kind: kind(), mode: mode() }, values()),
      {
        onSuccess: () => props.onClose(),
      },
    );
  return (
    <FormDialog
      title={known ? known.name : "Connect a store"}
      button={known ? "Save" : "Connect"}
      blocked={blocked()}
      error={save.error}
      onSend={send}
      onClose={props.onClose}
    >
      <Show when={!known}>
        <TextField label="Id" value={id()} onInput={setId} required />
        <SelectField
          label="Kind"
          value={kind()}
          choices={STORE_KINDS.map((value) => ({ value, label: props.kinds[value] }))}
          onChange={(value) => setKind(value as Kind)}
        />
      </Show>
      <TextField label="Name" value={name()} onInput={setName} />
      <SelectField
        label="What is written"
        value={mode()}
        choices={choicesOf(STORE_MODES)}
        onChange={(value) => setMode(value as Store["mode"])}
      />
      <For each={FIELDS[kind()]}>
        {(field) => (
          <TextField
            label={field.label}
            type={field.part === "credentials" ? "password" : "text"}
            autocomplete="off"
            value={values()[field.name] ?? ""}
            required={!field.isOptional && !(known && field.part === "credentials")}
            help={
              known && field.part === "credentials"
                ? "Kept as it is, if nothing is entered"
                : (field.help ?? "")
            }
            onInput={(value) => setValues({ ...values(), [field.name]: value })}
          />
        )}
      </For>
    </FormDialog>
  );
}

function bodyOf(
  { isNew, id, name, kind, mode }: { isNew: boolean; id: string; name: string; kind: Kind; mode: string },
  values: Record<string, string>,
): object {
  const part = (wanted: Field["part"]) =>
    Object.fromEntries(
      FIELDS[kind].flatMap(({ name: field, part: place, isNumber }) => {
        const value = values[field]?.trim();
        return place !== wanted || !value ? [] : [[field, isNumber ? Number(value) : value]];
      }),
    );
  const credentials = part("credentials");
  return {
    ...(isNew ? { id, kind, credentials } : Object.keys(credentials).length > 0 ? { credentials } : {}),
    ...(name.trim() ? { name: name.trim() } : {}),
    ...{ mode, options: part("options") },
  };
}
