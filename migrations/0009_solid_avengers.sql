CREATE TABLE `market_days` (
	`day` text NOT NULL,
	`dimension` text NOT NULL,
	`key` text NOT NULL,
	`sums` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`dimension`, `key`, `day`)
) WITHOUT ROWID;
