import { useQueryClient } from "@tanstack/solid-query";
import type { InferRequestType } from "hono/client";
import { createSignal, Show } from "solid-js";
import { HOUR_MS } from "../../../../domain/base/time.ts";
import { OVERRIDE_KINDS, OVERRIDE_SCOPES } from "../../../../domain/messages/names.ts";
import { answer, api } from "../../api/client.ts";
import { FormDialog } from "../../components/FormDialog.tsx";
import { choicesOf, SelectField, TextField } from "../../components/fields.tsx";
import { words } from "../../format/words.ts";
import { useFormAction } from "../../queries/actions.ts";
import { keys } from "../../queries/keys.ts";

type Request = InferRequestType<typeof api.overrides.$post>["json"];

const HOURS = [
  { value: "24", label: "24 hours" },
  { value: "72", label: "3 days" },
  { value: "168", label: "a week" },
  { value: "720", label: "30 days" },
];

/** Orders a freeze, a fixed price or the rule-based strategy. `sku`: for this product, whatever else could be chosen. */
export function NewOverride(props: { sku?: string; onClose: () => void }) {
  const [kind, setKind] = createSignal<Request["kind"]>("PRICE_FREEZE");
  const [scope, setScope] = createSignal<Request["scope"]>("sku");
  const [key, setKey] = createSignal(props.sku ?? "");
  const [price, setPrice] = createSignal("");
  const [reason, setReason] = createSignal("");
  const [hours, setHours] = createSignal("72");
  const client = useQueryClient();
  const create = useFormAction(
    keys.overrides,
    (json: Request) => answer(api.overrides.$post({ json })),
    (answered) => ("status" in answered ? "It waits for a second person" : "Override in force"),
  );
  const blocked = () => {
    if (scope() !== "global" && key().trim() === "") return `Name the ${scope()}.`;
    if (kind() === "FIXED_PRICE" && price().trim() === "") return "Enter the price.";
    if (reason().trim() === "") return "Say why: everybody sees it on the page of the product.";
    return create.isPending ? "It is being made." : null;
  };
  const send = () =>
    create.mutate(
      {
        kind: kind(),
        scope: scope(),
        reason: reason().trim(),
        expiresAt: new Date(Date.now() + Number(hours()) * HOUR_MS).toISOString(),
        ...(scope() === "global" ? {} : { key: key().trim() }),
        ...(kind() === "FIXED_PRICE" ? { price: price().trim() } : {}),
      },
      {
        onSuccess: () => {
          props.onClose();
          if (props.sku) client.invalidateQueries({ queryKey: keys.product(props.sku) });
        },
      },
    );
  return (
    <FormDialog
      title="New override"
      button="Put in force"
      blocked={blocked()}
      error={create.error}
      onSend={send}
      onClose={props.onClose}
    >
      <SelectField
        label="Kind"
        value={kind()}
        choices={choicesOf(OVERRIDE_KINDS)}
        onChange={(value) => setKind(value as Request["kind"])}
      />
      <SelectField
        label="Scope"
        value={scope()}
        choices={choicesOf(OVERRIDE_SCOPES)}
        onChange={(value) => setScope(value as Request["scope"])}
      />
      <Show when={scope() !== "global"}>
        <TextField label={words(scope())} value={key()} onInput={setKey} required />
      </Show>
      <Show when={kind() === "FIXED_PRICE"}>
        <TextField label="Price" value={price()} onInput={setPrice} required />
      </Show>
      <TextField label="Reason" value={reason()} onInput={setReason} required />
      <SelectField label="Ends in" value={hours()} choices={HOURS} onChange={setHours} />
    </FormDialog>
  );
}
