CREATE TABLE `competitor_names` (
	`key` text PRIMARY KEY NOT NULL,
	`competitor` text NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `import_columns` (
	`source` text NOT NULL,
	`kind` text NOT NULL,
	`columns` text NOT NULL,
	PRIMARY KEY(`source`, `kind`)
) WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `competitors` ADD `merged_into` text;--> statement-breakpoint
ALTER TABLE `api_keys` ADD `sources` text;--> statement-breakpoint
ALTER TABLE `sources` ADD `allow_token` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `unmatched` ADD `named` text DEFAULT '' NOT NULL;