import { createSignal, Match, Switch } from "solid-js";
import type { Product } from "../../../../domain/contract/catalogue.ts";
import { answer, api, inPath } from "../../api/client.ts";
import { ActionButton } from "../../components/ActionButton.tsx";
import { FormDialog } from "../../components/FormDialog.tsx";
import { TextField } from "../../components/fields.tsx";
import { errorOf, whileSending } from "../../components/form.ts";
import { money } from "../../format/number.ts";
import { useFormAction } from "../../queries/actions.ts";
import { keys } from "../../queries/keys.ts";
import { missingRight, useMe } from "../../queries/session.ts";
import { NewOverride } from "../manage/NewOverride.tsx";
import { RenameDialog } from "./RenameDialog.tsx";

type Asked = "price" | "override" | "rollback" | "rename";

/** What a person may do to the price of one product. */
export function ProductActions(props: { product: Product }) {
  const me = useMe();
  const [asked, setAsked] = createSignal<Asked | null>(null);
  const close = () => setAsked(null);
  const button = (what: Asked, label: string, scope: "approve" | "write" = "approve") => (
    <ActionButton small disabledReason={missingRight(me.data, scope)} onClick={() => setAsked(what)}>
      {label}
    </ActionButton>
  );
  return (
    <>
      {button("price", "Set price")}
      {button("override", "Freeze or override")}
      {button("rollback", "Roll back")}
      {button("rename", "Rename", "write")}
      <Switch>
        <Match when={asked() === "price"}>
          <SetPrice product={props.product} onClose={close} />
        </Match>
        <Match when={asked() === "override"}>
          <NewOverride sku={props.product.sku} onClose={close} />
        </Match>
        <Match when={asked() === "rename"}>
          <RenameDialog sku={props.product.sku} onClose={close} />
        </Match>
        <Match when={asked() === "rollback"}>
          <RollBack product={props.product} onClose={close} />
        </Match>
      </Switch>
    </>
  );
}

function SetPrice(props: { product: Product; onClose: () => void }) {
  const { sku, currency } = props.product;
  const [price, setPrice] = createSignal(props.product.price);
  const [reason, setReason] = createSignal("");
  const save = useFormAction(
    keys.product(sku),
    (json: { price: string; reason: string }) =>
      answer(api.products[":sku"].price.$put({ param: { sku: inPath(sku) }, json })),
    (answered) =>
      "heldAt" in answered
        ? `${money(answered.price, answered.currency)} waits for a second person`
        : `The price is ${money(answered.price, answered.currency)} now`,
  );
  const blocked = () => {
    if (!(Number(price()) > 0)) return "Enter a price.";
    return reason().trim() === "" ? "Say why: the ledger keeps it." : whileSending(save.isPending);
  };
  return (
    <FormDialog
      title="Set the price by hand"
      button="Set price"
      blocked={blocked()}
      error={save.error}
      onSend={() =>
        save.mutate({ price: price().trim(), reason: reason().trim() }, { onSuccess: () => props.onClose() })
      }
      onClose={props.onClose}
    >
      <TextField
        label={`Price (${currency})`}
        value={price()}
        onInput={setPrice}
        help={`Now ${money(props.product.price, currency)}. The limits of every other price hold.`}
        error={errorOf(save.error, "price")}
        required
      />
      <TextField label="Reason" value={reason()} onInput={setReason} required />
    </FormDialog>
  );
}

function RollBack(props: { product: Product; onClose: () => void }) {
  const [reason, setReason] = createSignal("");
  const back = useFormAction(
    keys.product(props.product.sku),
    (text: string) =>
      answer(
        api.prices[":sku"].rollback.$post({
          param: { sku: inPath(props.product.sku) },
          json: text === "" ? {} : { reason: text },
        }),
      ),
    (product) => `Taken back: the price is ${money(product.price, product.currency)} again`,
  );
  return (
    <FormDialog
      title="Take the newest price back?"
      button="Roll back"
      tone="danger"
      blocked={whileSending(back.isPending)}
      error={back.error}
      onSend={() => back.mutate(reason().trim(), { onSuccess: () => props.onClose() })}
      onClose={props.onClose}
    >
      <p>
        The price before {money(props.product.price, props.product.currency)} is served again, if today’s
        limits allow it. Once more takes back the one before that.
      </p>
      <TextField label="Reason (optional)" value={reason()} onInput={setReason} />
    </FormDialog>
  );
}
