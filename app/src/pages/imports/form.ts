import { createSignal } from "solid-js";
import { createStore } from "solid-js/store";
import type { FileKind, Profile } from "../../../../domain/messages/file-kinds.ts";
import { ApiError } from "../../api/errors.ts";
import { toastDone } from "../../components/toasts.tsx";
import { plural } from "../../format/words.ts";
import { type FileImport, useImport } from "../../queries/imports.ts";

/** Stands for "no shop system": the file is a plain table. */
export const PLAIN = "plain";

export interface ImportFields {
  kind: FileKind;
  file: File | undefined;
  profile: string;
  source: string;
  clears: boolean;
}

/** A file on its way in: how it is to be read, what checking it said, and whether it may be imported. */
export function createImportForm() {
  const send = useImport();
  const [fields, setFields] = createStore<ImportFields>({
    ...{ kind: "products", file: undefined, profile: PLAIN, source: "", clears: false },
  });
  const [columns, setColumns] = createSignal<Record<string, string>>({});
  const [isChecked, setChecked] = createSignal(false);
  const asked = (dryRun: boolean): FileImport => ({
    ...{ kind: fields.kind, file: fields.file!, source: fields.source, clears: fields.clears },
    ...{ columns: columns(), dryRun },
    profile: fields.profile === PLAIN ? undefined : (fields.profile as Profile),
  });
  /** columns that nobody knew, from the answer or from the refusal */
  const unknown = () => {
    const { error, data } = send;
    const { ignoredColumns, columns: header } = error instanceof ApiError ? error.problem : {};
    const told = ignoredColumns ?? header ?? data?.ignoredColumns;
    return [...new Set([...Object.keys(columns()), ...(Array.isArray(told) ? (told as string[]) : [])])];
  };
  return {
    ...{ fields, columns, unknown, isChecked, send },
    /** another question makes the last answer that of another file */
    set: (change: Partial<ImportFields>) => {
      setFields(change);
      if ("file" in change || "kind" in change) setColumns({});
      setChecked(false);
      send.reset();
    },
    map: (column: string, field: string) => {
      const { [column]: _, ...others } = columns();
      setColumns(field === "" ? others : { ...others, [column]: field });
      setChecked(false);
    },
    blocked: () => {
      if (!fields.file) return "Choose a file first.";
      return send.isPending ? "The file is being read." : null;
    },
    check: () => send.mutate(asked(true), { onSuccess: () => setChecked(true) }),
    run: () =>
      send.mutate(asked(false), {
        onSuccess: ({ inserted, updated }) => {
          setChecked(false);
          toastDone("File imported", `${plural(inserted, "row")} new, ${plural(updated, "row")} changed.`);
        },
      }),
  };
}

export type ImportForm = ReturnType<typeof createImportForm>;
