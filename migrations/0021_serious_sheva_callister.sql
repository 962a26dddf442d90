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
CREATE UNIQUE INDEX `models_active` ON `models` (`kind`) WHERE status = 'active';--> statement-breakpoint
CREATE TABLE `evaluations` (
	`day` text PRIMARY KEY NOT NULL,
	`run_id` text NOT NULL,
	`at` integer NOT NULL,
	`findings` text NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `incidents` (
	`id` text PRIMARY KEY NOT NULL,
	`playbook` text NOT NULL,
	`reason` text NOT NULL,
	`override_id` text NOT NULL,
	`opened_by` text NOT NULL,
	`opened_at` integer NOT NULL,
	`post_mortem` text,
	`closed_by` text,
	`closed_at` integer
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `outcomes` (
	`seq` integer PRIMARY KEY NOT NULL,
	`sku` text NOT NULL,
	`category` text NOT NULL,
	`at` integer NOT NULL,
	`status` text NOT NULL,
	`p_gain` real NOT NULL,
	`profit` real NOT NULL,
	`share` real NOT NULL,
	`share_sd` real NOT NULL,
	`alarm` text,
	`body` text NOT NULL,
	`evaluated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `outcomes_at` ON `outcomes` (`at`);--> statement-breakpoint
CREATE INDEX `outcomes_sku` ON `outcomes` (`sku`,`at`);--> statement-breakpoint
CREATE TABLE `price_test_members` (
	`test_id` text NOT NULL,
	`sku` text NOT NULL,
	`cluster` text NOT NULL,
	`stratum` text NOT NULL,
	`matched` text NOT NULL,
	`arm` integer NOT NULL,
	`pre_profit` real NOT NULL,
	`pre_units` real NOT NULL,
	PRIMARY KEY(`test_id`, `sku`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `price_test_members_sku` ON `price_test_members` (`sku`);--> statement-breakpoint
CREATE TABLE `price_tests` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`design` text NOT NULL,
	`status` text NOT NULL,
	`definition` text NOT NULL,
	`salt` integer NOT NULL,
	`plan` text NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`started_by` text,
	`started_at` integer,
	`first_day` text,
	`ended_by` text,
	`ended_at` integer,
	`end_reason` text,
	`result` text,
	`evaluated_at` integer
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `price_tests_status` ON `price_tests` (`status`,`created_at`);--> statement-breakpoint
CREATE TABLE `sku_baselines` (
	`sku` text PRIMARY KEY NOT NULL,
	`units` real NOT NULL,
	`profit` real NOT NULL,
	`revenue` real NOT NULL,
	`before_day` text NOT NULL
) WITHOUT ROWID;
