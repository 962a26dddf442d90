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
CREATE INDEX `outcomes_sku` ON `outcomes` (`sku`,`at`);