import { createSignal } from "solid-js";
import { FormDialog } from "../../components/FormDialog.tsx";
import { TextField } from "../../components/fields.tsx";
import { type Strategy, wrongWith } from "./rules.ts";
import { WantedFields } from "./WantedFields.tsx";

interface StrategyDialogProps {
  strategy: Strategy;
  onKeep: (strategy: Strategy) => void;
  onClose: () => void;
}

/** Writes one strategy: its name, and which price it wants. */
export function StrategyDialog(props: StrategyDialogProps) {
  const [strategy, setStrategy] = createSignal({ ...props.strategy });
  const blocked = () =>
    strategy().name.trim() === "" ? "The strategy needs a name." : wrongWith(strategy().steps);
  return (
    <FormDialog
      title={props.strategy.name === "" ? "New strategy" : `Strategy “${props.strategy.name}”`}
      button="Keep"
      blocked={blocked()}
      error={null}
      onSend={() => props.onKeep(strategy())}
      onClose={props.onClose}
    >
      <TextField
        label="Name"
        required
        placeholder="Just below the cheapest"
        value={strategy().name}
        onInput={(name) => setStrategy({ ...strategy(), name })}
      />
      <WantedFields wanted={strategy()} onChange={(wanted) => setStrategy({ ...strategy(), ...wanted })} />
    </FormDialog>
  );
}
