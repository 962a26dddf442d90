import { ago, dateTime, until } from "../format/time.ts";
import { now } from "../now.ts";

/** How long ago, with the exact instant on hover. */
export function Ago(props: { at: string }) {
  return (
    <time dateTime={props.at} title={dateTime(props.at)}>
      {ago(props.at, now())}
    </time>
  );
}

/** How long until, with the exact instant on hover. */
export function Until(props: { at: string }) {
  return (
    <time dateTime={props.at} title={dateTime(props.at)}>
      {until(props.at, now())}
    </time>
  );
}
