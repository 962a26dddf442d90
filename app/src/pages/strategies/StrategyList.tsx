import { For, Show } from "solid-js";
import { ActionButton } from "../../components/ActionButton.tsx";
import { EmptyState } from "../../components/states.tsx";
import { words } from "../../format/words.ts";
import { type Rule, type Strategy, wantedInWords } from "./rules.ts";

interface StrategyListProps {
  strategies: readonly Strategy[];
  rules: readonly Rule[];
  onEdit: (strategy: Strategy) => void;
  onCopy: (strategy: Strategy) => void;
  onRemove: (strategy: Strategy) => void;
}

/** The strategies with their names, and the rules that go by each. */
export function StrategyList(props: StrategyListProps) {
  const usersOf = ({ id }: Strategy) => props.rules.filter(({ strategy }) => strategy === id);
  return (
    <Show
      when={props.strategies.length > 0}
      fallback={
        <EmptyState title="No strategy yet">
          A strategy says which price is wanted, such as 2 % below the cheapest competitor. Any number of
          rules may go by it.
        </EmptyState>
      }
    >
      <ul class="rules">
        <For each={props.strategies}>
          {(strategy) => (
            <li class="rule">
              <div class="stack stack-start">
                <span class="setting-name">{strategy.name}</span>
                <span>{wantedInWords(strategy)}</span>
                <span class="sub">If none of these is known: {words(strategy.otherwise).toLowerCase()}</span>
                <span class="sub">{used(usersOf(strategy))}</span>
              </div>
              <span class="row-actions">
                <ActionButton small disabledReason={null} onClick={() => props.onEdit(strategy)}>
                  Edit
                </ActionButton>
                <ActionButton small disabledReason={null} onClick={() => props.onCopy(strategy)}>
                  Copy
                </ActionButton>
                <ActionButton
                  small
                  disabledReason={
                    usersOf(strategy).length > 0 ? "Rules go by it: give them another first." : null
                  }
                  onClick={() => props.onRemove(strategy)}
                >
                  Remove
                </ActionButton>
              </span>
            </li>
          )}
        </For>
      </ul>
    </Show>
  );
}

function used(rules: readonly Rule[]): string {
  if (rules.length === 0) return "No rule goes by it";
  return `Used by ${rules.map(({ name }) => `“${name}”`).join(", ")}`;
}
