import { useNavigate } from "@solidjs/router";
import { useMutation, useQueryClient } from "@tanstack/solid-query";
import { createSignal } from "solid-js";
import { answer, api, inPath } from "../../api/client.ts";
import { FormDialog } from "../../components/FormDialog.tsx";
import { TextField } from "../../components/fields.tsx";
import { errorOf, whileSending } from "../../components/form.ts";
import { toastDone } from "../../components/toasts.tsx";
import { paths } from "../../paths.ts";
import { keys } from "../../queries/keys.ts";

/** Gives a product another SKU. */
export function RenameDialog(props: { sku: string; onClose: () => void }) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const [to, setTo] = createSignal("");
  const [reason, setReason] = createSignal("");
  const rename = useMutation(() => ({
    mutationFn: () =>
      answer(
        api.products[":sku"].rename.$post({
          param: { sku: inPath(props.sku) },
          json: { to: to().trim(), reason: reason().trim() },
        }),
      ),
    onSuccess: ({ sku }) => {
      toastDone(`The product is ${sku} now`, `${props.sku} leads to it.`);
      client.invalidateQueries({ queryKey: keys.products });
      props.onClose();
      navigate(paths.product(sku));
    },
  }));
  const blocked = () => {
    if (to().trim() === "") return "Say the new SKU.";
    return reason().trim() === "" ? "Say why." : whileSending(rename.isPending);
  };
  return (
    <FormDialog
      title={`Rename ${props.sku}`}
      button="Rename"
      blocked={blocked()}
      error={rename.error}
      onSend={() => rename.mutate()}
      onClose={() => props.onClose()}
    >
      <p class="muted">
        Offers, stock, demand, proposals and the price history go along. What is still posted as {props.sku}{" "}
        leads to the product until the alias is ended.
      </p>
      <TextField label="New SKU" value={to()} onInput={setTo} error={errorOf(rename.error, "to")} />
      <TextField
        label="Reason"
        value={reason()}
        onInput={setReason}
        error={errorOf(rename.error, "reason")}
      />
    </FormDialog>
  );
}
