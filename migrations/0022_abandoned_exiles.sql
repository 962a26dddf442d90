CREATE TABLE `lake_erasures` (
	`visitor` integer PRIMARY KEY NOT NULL,
	`asked_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `lake_parts` (
	`key` text PRIMARY KEY NOT NULL,
	`table_name` text NOT NULL,
	`date` text NOT NULL,
	`pass` integer NOT NULL,
	`rows` integer NOT NULL,
	`bytes` integer NOT NULL,
	`sha256` text NOT NULL,
	`first_at` integer NOT NULL,
	`last_at` integer NOT NULL,
	`written_at` integer NOT NULL,
	`replaced_at` integer
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `lake_parts_of` ON `lake_parts` (`table_name`,`date`);--> statement-breakpoint
CREATE TABLE `lake_state` (
	`id` integer PRIMARY KEY NOT NULL,
	`pass` integer NOT NULL,
	`is_open` integer NOT NULL,
	`from_marks` text NOT NULL,
	`to_marks` text NOT NULL,
	`chunks` integer NOT NULL,
	`leased_until` integer NOT NULL,
	`shown` integer NOT NULL,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `quality_checks` (
	`name` text PRIMARY KEY NOT NULL,
	`area` text NOT NULL,
	`description` text NOT NULL,
	`status` text NOT NULL,
	`failing` integer NOT NULL,
	`rows` text NOT NULL,
	`detail` text,
	`checked_at` integer NOT NULL,
	`since` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `quality_history` (
	`name` text NOT NULL,
	`at` integer NOT NULL,
	`status` text NOT NULL,
	`failing` integer NOT NULL,
	PRIMARY KEY(`name`, `at`)
) WITHOUT ROWID;
