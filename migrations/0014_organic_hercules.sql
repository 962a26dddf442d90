CREATE TABLE `shard_generations` (
	`generation` integer PRIMARY KEY NOT NULL,
	`count` integer NOT NULL,
	`status` text NOT NULL,
	`moved` text DEFAULT '[]' NOT NULL,
	`created_at` integer NOT NULL
);
