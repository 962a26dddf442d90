import { type JSX, Match, Show, Switch } from "solid-js";
import { describeError } from "../api/errors.ts";

/** The part of a query that decides what to show. */
interface Query<T> {
  isPending: boolean;
  isError: boolean;
  error: unknown;
  data: T | undefined;
  refetch: () => unknown;
}

interface AsyncProps<T> {
  query: Query<T>;
  skeleton: JSX.Element;
  children: (data: () => NonNullable<T>) => JSX.Element;
  /** shown for a null answer: there is no such thing, or not yet */
  none?: JSX.Element;
}

/** The one place where a query becomes a placeholder, a failure with a retry button, or its data. */
export function Async<T>(props: AsyncProps<T>) {
  return (
    <Switch fallback={props.skeleton}>
      <Match when={!props.query.isPending && props.query.data !== undefined}>
        <Show when={props.query.data as NonNullable<T> | null} fallback={props.none}>
          {(data) => props.children(data)}
        </Show>
      </Match>
      <Match when={props.query.isError}>
        <Failure error={props.query.error} onRetry={() => props.query.refetch()} />
      </Match>
    </Switch>
  );
}

/** A failure in words, in place of the data. */
export function Failure(props: { error: unknown; onRetry?: () => void }) {
  const text = () => describeError(props.error);
  return (
    <div class="notice notice-bad" role="alert">
      <strong>{text().title}</strong>
      <p>{text().detail}</p>
      <Show when={props.onRetry}>
        {(retry) => (
          <button type="button" class="button button-small" onClick={() => retry()()}>
            Try again
          </button>
        )}
      </Show>
    </div>
  );
}
