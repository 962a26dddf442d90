CREATE TABLE `held_prices` (
	`id` text PRIMARY KEY NOT NULL,
	`sku` text NOT NULL,
	`from_price` integer NOT NULL,
	`price` integer NOT NULL,
	`currency` text NOT NULL,
	`code` text NOT NULL,
	`limit_price` integer,
	`status` text NOT NULL,
	`actor` text NOT NULL,
	`held_at` integer NOT NULL,
	`note` text,
	`decided_by` text,
	`decided_at` integer
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `held_prices_open` ON `held_prices` (`sku`) WHERE status = 'held';--> statement-breakpoint
CREATE INDEX `held_prices_status` ON `held_prices` (`status`,`held_at`);--> statement-breakpoint
CREATE TABLE `past_prices` (
	`sku` text NOT NULL,
	`from_at` integer NOT NULL,
	`until_at` integer,
	`price` integer NOT NULL,
	PRIMARY KEY(`sku`, `from_at`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `status_changes` (
	`sku` text NOT NULL,
	`at` integer NOT NULL,
	`status` text NOT NULL,
	PRIMARY KEY(`sku`, `at`)
) WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `products` ADD `first_on_sale_at` integer;