CREATE TABLE `models` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`version` integer NOT NULL,
	`status` text NOT NULL,
	`run_id` text NOT NULL,
	`code_version` text NOT NULL,
	`config_hash` text NOT NULL,
	`data_hash` text NOT NULL,
	`trained_from` text,
	`trained_to` text,
	`trigger` text NOT NULL,
	`reason` text,
	`metrics` text NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer,
	`decided_by` text,
	`decided_at` integer,
	`note` text
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `models_version` ON `models` (`kind`,`version`);--> statement-breakpoint
CREATE UNIQUE INDEX `models_active` ON `models` (`kind`) WHERE status = 'active';