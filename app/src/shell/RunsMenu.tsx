import { Progress } from "@kobalte/core/progress";
import { For, Show } from "solid-js";
import type { Run } from "../../../domain/contract/decisions.ts";
import { ActionButton } from "../components/ActionButton.tsx";
import { Async } from "../components/Async.tsx";
import { RunStatusChip } from "../components/chips.tsx";
import { Ago } from "../components/facts.tsx";
import { Panel } from "../components/menus.tsx";
import { EmptyState, SkeletonRows } from "../components/states.tsx";
import { toastDone, toastError } from "../components/toasts.tsx";
import { share } from "../format/number.ts";
import { plural, words } from "../format/words.ts";
import { isUnderWay } from "../queries/keys.ts";
import { runProgress, STARTABLE_RUNS, type StartableRun, useRuns, useStartRun } from "../queries/runs.ts";
import { missingRight, useMe } from "../queries/session.ts";

/** The runs: the present one with its progress, the newest ones, and buttons to start one. */
export function RunsMenu() {
  const runs = useRuns();
  const current = () => (runs.isPending ? undefined : runs.data?.items.find(isUnderWay));
  return (
    <Panel
      title="Runs"
      label={
        <Show when={current()} fallback={<span>Runs</span>}>
          {(run) => (
            <>
              <span class="runs-name">{words(run().kind)}</span>
              <RunBar run={run()} />
            </>
          )}
        </Show>
      }
      name={current() ? `Runs: ${words(current()?.kind ?? "")} under way` : "Runs"}
      class="runs-trigger"
      gutter={10}
      placement="bottom-end"
      panelClass="popover runs-panel"
    >
      {() => (
        <>
          <div class="runs-start">
            <For each={STARTABLE_RUNS}>
              {(kind) => <StartRun kind={kind} runs={runs.data?.items ?? []} />}
            </For>
          </div>
          <Async query={runs} skeleton={<SkeletonRows rows={4} height="line" />}>
            {(page) => (
              <Show
                when={page().items.length > 0}
                fallback={
                  <EmptyState title="No run yet">
                    Start an elasticity run first, then a proposals run.
                  </EmptyState>
                }
              >
                <ul class="runs-list">
                  <For each={page().items}>{(run) => <RunLine run={run} />}</For>
                </ul>
              </Show>
            )}
          </Async>
        </>
      )}
    </Panel>
  );
}

function StartRun(props: { kind: StartableRun; runs: readonly Run[] }) {
  const me = useMe();
  const start = useStartRun();
  const reason = () => {
    const missing = missingRight(me.data, "write");
    if (missing) return missing;
    if (start.isPending) return "The run is being started.";
    const busy = props.runs.some((run) => run.kind === props.kind && isUnderWay(run));
    return busy ? `A run of this kind (${props.kind}) is already under way.` : null;
  };
  return (
    <ActionButton
      small
      disabledReason={reason()}
      onClick={() =>
        start.mutate(props.kind, {
          onSuccess: () => toastDone(`${words(props.kind)} run started`),
          onError: toastError,
        })
      }
    >
      {`Start ${props.kind} run`}
    </ActionButton>
  );
}

function RunLine(props: { run: Run }) {
  return (
    <li class="run">
      <div class="run-head">
        <strong>{words(props.run.kind)}</strong>
        <RunStatusChip status={props.run.status} />
        <span class="muted run-when">
          <Show when={props.run.finishedAt ?? props.run.startedAt} fallback="waiting">
            {(at) => <Ago at={at()} />}
          </Show>
        </span>
      </div>
      <Show when={isUnderWay(props.run)}>
        <RunBar run={props.run} labelled />
      </Show>
      <Show when={props.run.shards.failed > 0}>
        <p class="run-failed">{plural(props.run.shards.failed, "run shard")} failed.</p>
      </Show>
    </li>
  );
}

function phaseText(run: Run): string {
  return `${words(run.phase)}: ${run.shards.done} of ${plural(run.shards.total, "run shard")}`;
}

/** The progress of the present phase. */
function RunBar(props: { run: Run; labelled?: boolean }) {
  const percent = () => Math.round(runProgress(props.run) * 100);
  return (
    <Progress
      class="progress"
      value={percent()}
      aria-label={`${words(props.run.kind)} run`}
      getValueLabel={() => share(percent() / 100)}
    >
      <Progress.Track class="progress-track">
        <Progress.Fill class="progress-fill" />
      </Progress.Track>
      <Show when={props.labelled}>
        <span class="progress-text muted">{phaseText(props.run)}</span>
      </Show>
    </Progress>
  );
}
