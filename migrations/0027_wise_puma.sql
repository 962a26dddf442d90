CREATE TABLE `sku_renames` (
	`id` text PRIMARY KEY NOT NULL,
	`alias` text NOT NULL,
	`sku` text NOT NULL,
	`from_seq` integer NOT NULL,
	`seq` integer,
	`reason` text NOT NULL,
	`actor` text NOT NULL,
	`started_at` integer NOT NULL,
	`cleared_at` integer,
	`ended_at` integer,
	`ended_by` text
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `sku_renames_open` ON `sku_renames` (`alias`) WHERE ended_at IS NULL;--> statement-breakpoint
CREATE INDEX `sku_renames_alias` ON `sku_renames` (`alias`);--> statement-breakpoint
CREATE INDEX `sku_renames_sku` ON `sku_renames` (`sku`);--> statement-breakpoint
CREATE INDEX `sku_renames_uncleared` ON `sku_renames` (`id`) WHERE cleared_at IS NULL;