import { useMutation, useQueryClient } from "@tanstack/solid-query";
import type { z } from "zod";
import type { ImportReceipt } from "../../../domain/contract/catalogue.ts";
import type { FileKind, Profile } from "../../../domain/messages/file-kinds.ts";
import { answer } from "../api/client.ts";

export type Receipt = z.infer<typeof ImportReceipt>;

/** A file to import, and how it is to be read. */
export interface FileImport {
  kind: FileKind;
  file: File;
  /** the export of a shop system; undefined: a plain table */
  profile: Profile | undefined;
  /** field by column of the file, where their names differ */
  columns: Record<string, string>;
  /** whose file it is: its columns are then remembered */
  source: string;
  /** an empty cell clears the stored value */
  clears: boolean;
  dryRun: boolean;
}

const TYPES: readonly (readonly [ending: RegExp, type: string])[] = [
  [/\.xml$/i, "application/xml"],
  [/\.(jsonl|ndjson)$/i, "application/x-ndjson"],
  [/\.tsv$/i, "text/tab-separated-values"],
];

function queryOf({ profile, columns, source, clears, dryRun }: FileImport): URLSearchParams {
  const query = new URLSearchParams({ dryRun: String(dryRun), emptyMeans: clears ? "clear" : "keep" });
  if (profile) query.set("profile", profile);
  if (Object.keys(columns).length > 0) query.set("columns", JSON.stringify(columns));
  if (source.trim() !== "") query.set("source", source.trim());
  return query;
}

/** Imports a file, or only says what importing it would do. The typed client sends JSON only, this sends the file. */
export function useImport() {
  const client = useQueryClient();
  return useMutation(() => ({
    mutationFn: (asked: FileImport): Promise<Receipt> => {
      const type = TYPES.find(([ending]) => ending.test(asked.file.name))?.[1] ?? "text/csv";
      const sent = fetch(`/api/import/${asked.kind}?${queryOf(asked)}`, {
        method: "POST",
        headers: { "content-type": type },
        body: asked.file,
      });
      return answer(sent as Promise<Omit<Response, "status"> & { status: 200; json(): Promise<Receipt> }>);
    },
    onSuccess: (_receipt, { dryRun }) => {
      // anything may have changed
      if (!dryRun) client.invalidateQueries();
    },
  }));
}
