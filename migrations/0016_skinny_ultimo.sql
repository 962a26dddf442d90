CREATE TABLE `kvi_scores` (
	`sku` text PRIMARY KEY NOT NULL,
	`score` real NOT NULL,
	`tier` text NOT NULL,
	`parts` text NOT NULL,
	`scored_at` integer NOT NULL,
	`dismissed_at` integer,
	`dismissed_by` text
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `kvi_scores_score` ON `kvi_scores` (`score`);