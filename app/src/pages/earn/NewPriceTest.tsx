import { useMutation } from "@tanstack/solid-query";
import { createSignal, Show } from "solid-js";
import { TEST_DESIGNS } from "../../../../domain/messages/names.ts";
import { answer, api } from "../../api/client.ts";
import { ActionButton } from "../../components/ActionButton.tsx";
import { FormDialog } from "../../components/FormDialog.tsx";
import { choicesOf, SelectField, TextField } from "../../components/fields.tsx";
import { useFormAction } from "../../queries/actions.ts";
import type { TestRequest } from "../../queries/earn.ts";
import { keys } from "../../queries/keys.ts";
import { PreviewFacts } from "./parts.tsx";

const STRATEGIES = [
  "elasticity_optimizer",
  "cost_plus",
  "competitor_follow",
  "rule_based",
  "stock_rules",
  "ml_challenger",
] as const;

const DAYS = ["14", "28", "56", "84"].map((value) => ({ value, label: `${value} days` }));

/** What the test is about: with its preview before it is drafted. */
export function NewPriceTest(props: { onClose: () => void }) {
  const [name, setName] = createSignal("");
  const [design, setDesign] = createSignal<NonNullable<TestRequest["design"]>>("switchback");
  const [category, setCategory] = createSignal("");
  const [strategy, setStrategy] = createSignal<string>("cost_plus");
  const [markup, setMarkup] = createSignal("50");
  const [days, setDays] = createSignal("56");
  const [effect, setEffect] = createSignal("2");
  const preview = useMutation(() => ({
    mutationFn: (json: TestRequest) => answer(api["price-tests"].preview.$post({ json })),
  }));
  const create = useFormAction(
    keys.priceTests,
    (json: TestRequest) => answer(api["price-tests"].$post({ json })),
    ({ name: made }) => `${made} is drafted`,
  );
  const request = (): TestRequest => ({
    name: name().trim(),
    design: design(),
    arms: [
      { name: "control", change: {} },
      {
        name: "treatment",
        change: {
          strategy: strategy() as (typeof STRATEGIES)[number],
          ...(strategy() === "cost_plus" && { markup: Number(markup()) / 100 }),
        },
      },
    ],
    days: Number(days()),
    effect: Number(effect()) / 100,
    ...(category().trim() !== "" && { scope: { category: category().trim() } }),
  });
  const blocked = () => {
    if (name().trim() === "") return "Give the test a name.";
    if (!(Number(effect()) > 0 && Number(effect()) <= 100)) return "Name an effect between 0 and 100 %.";
    if (strategy() === "cost_plus" && !(Number(markup()) >= 0)) return "Enter the markup in per cent.";
    return create.isPending ? "It is being made." : null;
  };
  return (
    <FormDialog
      title="New price test"
      button="Save as a draft"
      blocked={blocked()}
      error={create.error ?? preview.error}
      onSend={() => create.mutate(request(), { onSuccess: () => props.onClose() })}
      onClose={props.onClose}
    >
      <TextField label="Name" value={name()} onInput={setName} required />
      <SelectField
        label="Design"
        value={design()}
        choices={choicesOf(TEST_DESIGNS)}
        onChange={(value) => setDesign(value as NonNullable<TestRequest["design"]>)}
      />
      <TextField label="Category (empty: all)" value={category()} onInput={setCategory} />
      <Treatment strategy={strategy()} onStrategy={setStrategy} markup={markup()} onMarkup={setMarkup} />
      <SelectField label="Planned time" value={days()} choices={DAYS} onChange={setDays} />
      <TextField label="Effect on profit to be found, %" value={effect()} onInput={setEffect} type="number" />
      <ActionButton small disabledReason={blocked()} onClick={() => preview.mutate(request())}>
        What can it find?
      </ActionButton>
      <Show when={preview.data}>
        {(found) => <PreviewFacts preview={found()} days={Number(days())} effect={Number(effect()) / 100} />}
      </Show>
    </FormDialog>
  );
}

/** What the treatment does otherwise than the control. */
function Treatment(props: {
  strategy: string;
  onStrategy: (strategy: string) => void;
  markup: string;
  onMarkup: (markup: string) => void;
}) {
  return (
    <>
      <SelectField
        label="Strategy of the treatment"
        value={props.strategy}
        choices={choicesOf(STRATEGIES)}
        onChange={props.onStrategy}
      />
      <Show when={props.strategy === "cost_plus"}>
        <TextField label="Markup, %" value={props.markup} onInput={props.onMarkup} type="number" />
      </Show>
    </>
  );
}
