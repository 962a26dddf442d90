CREATE TABLE `match_reviews` (
	`competitor` text NOT NULL,
	`listing_id` text NOT NULL,
	`sku` text NOT NULL,
	`id` text NOT NULL,
	`listing` text NOT NULL,
	`score` real NOT NULL,
	`why` text NOT NULL,
	`pack_factor` real,
	`status` text NOT NULL,
	`settled_by` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`competitor`, `listing_id`, `sku`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `match_reviews_id` ON `match_reviews` (`id`);