CREATE TABLE `audit_instants` (
	`at` integer PRIMARY KEY NOT NULL,
	`from_seq` integer NOT NULL,
	`to_seq` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `held_overrides` (
	`id` text PRIMARY KEY NOT NULL,
	`scope` text NOT NULL,
	`key` text NOT NULL,
	`kind` text NOT NULL,
	`price` integer,
	`currency` text,
	`reason` text NOT NULL,
	`expires_at` integer,
	`status` text NOT NULL,
	`actor` text NOT NULL,
	`held_at` integer NOT NULL,
	`note` text,
	`decided_by` text,
	`decided_at` integer
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `held_overrides_open` ON `held_overrides` (`scope`,`key`,`kind`) WHERE status = 'held';--> statement-breakpoint
CREATE INDEX `held_overrides_status` ON `held_overrides` (`status`,`held_at`);--> statement-breakpoint
DROP INDEX `audit_at`;--> statement-breakpoint
ALTER TABLE `events` ADD `earlier` text;--> statement-breakpoint
INSERT INTO `audit_instants` SELECT `at`, min(`seq`), max(`seq`) FROM `audit` GROUP BY `at`;
