CREATE TABLE `deliveries` (
	`id` integer PRIMARY KEY NOT NULL,
	`target` text NOT NULL,
	`seq` integer,
	`what` text NOT NULL,
	`outcome` text NOT NULL,
	`status` integer,
	`error` text,
	`ms` integer NOT NULL,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `deliveries_target` ON `deliveries` (`target`,`id`);--> statement-breakpoint
CREATE TABLE `endpoint_secrets` (
	`endpoint_id` text NOT NULL,
	`id` text NOT NULL,
	`sealed` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer,
	PRIMARY KEY(`endpoint_id`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `endpoints` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`url` text NOT NULL,
	`types` text NOT NULL,
	`status` text NOT NULL,
	`reason` text,
	`cursor` integer NOT NULL,
	`ahead` text NOT NULL,
	`failures` integer NOT NULL,
	`failing_since` integer,
	`next_try_at` integer,
	`last_delivered_at` integer,
	`last_error` text,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL
) WITHOUT ROWID;
