import { createSignal, For, Show } from "solid-js";
import { STORE_KINDS, STORE_MODES } from "../../../../domain/messages/names.ts";
import { answer, api, inPath } from "../../api/client.ts";
import { FormDialog } from "../../components/FormDialog.tsx";
import { choicesOf, SelectField, TextField } from "../../components/fields.tsx";
import { useFormAction } from "../../queries/actions.ts";
import { KIND_NAMES, type Store, type StoreKind } from "./store.ts";

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

const FIELDS: Record<StoreKind, readonly Field[]> = {
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

interface Entered {
  id: string;
  name: string;
  kind: StoreKind;
  mode: Store["mode"];
  /** of the fields, by name */
  values: Record<string, string>;
}

function enteredOf(store: Store | null): Entered {
  const { id = "", name = "", kind = "shopify", mode = "read_only", options = {} } = store ?? {};
  const values = Object.entries(options).map(([field, value]) => [field, String(value)]);
  return { id, name, kind, mode, values: Object.fromEntries(values) };
}

/** Why it cannot be sent yet. Stored credentials are never shown: an empty field leaves them as they are. */
function blockedBy({ id, kind, values }: Entered, isNew: boolean): string | null {
  if (isNew && !/^[a-z0-9][a-z0-9-]{0,31}$/.test(id))
    return "Give it an id of small letters, digits and hyphens.";
  const missing = FIELDS[kind].find(
    ({ name, isOptional, part }) => !isOptional && (isNew || part === "options") && !values[name]?.trim(),
  );
  return missing ? `Enter: ${missing.label.toLowerCase()}.` : null;
}

/** Connects a store, or changes how it is connected. */
export function StoreDialog(props: { store: Store | null; onClose: () => void }) {
  const isNew = () => props.store === null;
  const [entered, setEntered] = createSignal(enteredOf(props.store));
  const enter = (change: Partial<Entered>) => setEntered({ ...entered(), ...change });
  const save = useFormAction(
    ["stores"],
    (body: object) =>
      props.store
        ? answer(api.stores[":id"].$patch({ param: { id: inPath(props.store.id) }, json: body }))
        : answer(api.stores.$post({ json: body as never })),
    () => (isNew() ? "Store connected: test it, then import its products" : "Store changed"),
  );
  return (
    <FormDialog
      title={props.store?.name ?? "Connect a store"}
      button={isNew() ? "Connect" : "Save"}
      blocked={blockedBy(entered(), isNew()) ?? (save.isPending ? "It is being sent." : null)}
      error={save.error}
      onSend={() => save.mutate(bodyOf(entered(), isNew()), { onSuccess: () => props.onClose() })}
      onClose={props.onClose}
    >
      <Show when={isNew()}>
        <TextField label="Id" value={entered().id} onInput={(id) => enter({ id })} required />
        <SelectField
          label="Kind"
          value={entered().kind}
          choices={STORE_KINDS.map((value) => ({ value, label: KIND_NAMES[value] }))}
          onChange={(kind) => enter({ kind: kind as StoreKind })}
        />
      </Show>
      <TextField label="Name" value={entered().name} onInput={(name) => enter({ name })} />
      <SelectField
        label="What is written"
        value={entered().mode}
        choices={choicesOf(STORE_MODES)}
        onChange={(mode) => enter({ mode: mode as Store["mode"] })}
      />
      <For each={FIELDS[entered().kind]}>
        {(field) => (
          <ConnectionField
            field={field}
            isNew={isNew()}
            value={entered().values[field.name] ?? ""}
            onInput={(value) => enter({ values: { ...entered().values, [field.name]: value } })}
          />
        )}
      </For>
    </FormDialog>
  );
}

interface ConnectionFieldProps {
  field: Field;
  isNew: boolean;
  value: string;
  onInput: (value: string) => void;
}

function ConnectionField(props: ConnectionFieldProps) {
  const isKept = () => !props.isNew && props.field.part === "credentials";
  return (
    <TextField
      label={props.field.label}
      type={props.field.part === "credentials" ? "password" : "text"}
      autocomplete="off"
      value={props.value}
      required={!props.field.isOptional && !isKept()}
      help={isKept() ? "Kept as it is, if nothing is entered" : (props.field.help ?? "")}
      onInput={props.onInput}
    />
  );
}

function bodyOf({ id, name, kind, mode, values }: Entered, isNew: boolean): object {
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
