import { DropdownMenu } from "@kobalte/core/dropdown-menu";
import { Popover } from "@kobalte/core/popover";
import { createSignal, type JSX } from "solid-js";
import { OnApproach } from "./OnApproach.tsx";

interface OpenerProps {
  /** on the button */
  label: JSX.Element;
  /** for screen readers, where the label alone says too little */
  name?: string | undefined;
  /** of the button */
  class: string;
  /** px between the button and what it opens */
  gutter: number;
  placement: "bottom-start" | "bottom-end";
  /** of what it opens */
  panelClass: string;
}

/** The button as long as nobody has come to it. */
function Opener(props: OpenerProps & { opens: "menu" | "dialog" }) {
  return (
    <button
      type="button"
      class={props.class}
      aria-label={props.name}
      aria-haspopup={props.opens}
      aria-expanded="false"
    >
      {props.label}
    </button>
  );
}

/** A button with a menu; the children are `DropdownMenu.Item`s and what stands between them. */
export function Menu(props: OpenerProps & { children: JSX.Element }) {
  return (
    <OnApproach
      made={(standing) => (
        <DropdownMenu gutter={props.gutter} placement={props.placement}>
          <DropdownMenu.Trigger as={standing} />
          <DropdownMenu.Portal>
            <DropdownMenu.Content class={props.panelClass}>{props.children}</DropdownMenu.Content>
          </DropdownMenu.Portal>
        </DropdownMenu>
      )}
    >
      <Opener {...props} opens="menu" />
    </OnApproach>
  );
}

interface PanelProps extends OpenerProps {
  title: string;
  /** below the title */
  children: (close: () => void) => JSX.Element;
}

/** A button with a panel. */
export function Panel(props: PanelProps) {
  const [isOpen, setOpen] = createSignal(false);
  return (
    <OnApproach
      made={(standing) => (
        <Popover open={isOpen()} onOpenChange={setOpen} gutter={props.gutter} placement={props.placement}>
          <Popover.Trigger as={standing} />
          <Popover.Portal>
            <Popover.Content class={props.panelClass}>
              <Popover.Title class="popover-title">{props.title}</Popover.Title>
              {props.children(() => setOpen(false))}
            </Popover.Content>
          </Popover.Portal>
        </Popover>
      )}
    >
      <Opener {...props} opens="dialog" />
    </OnApproach>
  );
}
