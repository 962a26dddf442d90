CREATE TABLE `metrics` (
	`writer` text PRIMARY KEY NOT NULL,
	`samples` text NOT NULL,
	`at` integer NOT NULL
) WITHOUT ROWID;
