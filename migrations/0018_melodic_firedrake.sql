CREATE TABLE `alert_channels` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`kind` text NOT NULL,
	`sealed` text NOT NULL,
	`hint` text NOT NULL,
	`status` text NOT NULL,
	`reason` text,
	`per_hour` integer NOT NULL,
	`failures` integer NOT NULL,
	`failing_since` integer,
	`next_try_at` integer,
	`last_delivered_at` integer,
	`last_error` text,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `alert_digests` (
	`channel_id` text NOT NULL,
	`due_at` integer NOT NULL,
	`body` text NOT NULL,
	PRIMARY KEY(`channel_id`, `due_at`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `alert_messages` (
	`channel_id` text NOT NULL,
	`seq` integer NOT NULL,
	`rule_id` text NOT NULL,
	`item` text NOT NULL,
	PRIMARY KEY(`channel_id`, `seq`, `rule_id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `alert_rules` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`enabled` integer NOT NULL,
	`types` text NOT NULL,
	`category` text,
	`brand` text,
	`competitor` text,
	`query` text,
	`min_priority` integer,
	`direction` text NOT NULL,
	`min_pct` real,
	`min_amount` real,
	`level` real,
	`rearm_pct` real,
	`cool_down_minutes` real NOT NULL,
	`quiet_hours` text,
	`digest` text,
	`channels` text NOT NULL,
	`active_since` integer NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `alert_states` (
	`rule_id` text NOT NULL,
	`key` text NOT NULL,
	`at` integer NOT NULL,
	`price` real,
	`ended` integer NOT NULL,
	PRIMARY KEY(`rule_id`, `key`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `alert_states_at` ON `alert_states` (`at`);--> statement-breakpoint
CREATE TABLE `kept_mails` (
	`id` integer PRIMARY KEY NOT NULL,
	`to` text NOT NULL,
	`subject` text NOT NULL,
	`text` text NOT NULL,
	`html` text NOT NULL,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `kept_states` (
	`name` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
) WITHOUT ROWID;
