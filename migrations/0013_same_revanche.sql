CREATE TABLE `changed_days` (
	`day` text PRIMARY KEY NOT NULL,
	`at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `customer_scores` (
	`day` text NOT NULL,
	`recency` integer NOT NULL,
	`frequency` integer NOT NULL,
	`monetary` integer NOT NULL,
	`customers` integer NOT NULL,
	`orders` integer NOT NULL,
	`spend` integer NOT NULL,
	`recency_days` integer NOT NULL,
	`devices` text NOT NULL,
	PRIMARY KEY(`day`, `recency`, `frequency`, `monetary`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `daily_demand` (
	`day` text NOT NULL,
	`category` text NOT NULL,
	`products` integer NOT NULL,
	`sellers` integer NOT NULL,
	`units` integer NOT NULL,
	`revenue` integer NOT NULL,
	`views` integer NOT NULL,
	`carts` integer NOT NULL,
	PRIMARY KEY(`day`, `category`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `daily_forecasts` (
	`day` text NOT NULL,
	`category` text NOT NULL,
	`products` integer NOT NULL,
	`units` real NOT NULL,
	`baseline` real NOT NULL,
	PRIMARY KEY(`day`, `category`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `daily_funnel` (
	`day` text NOT NULL,
	`category` text NOT NULL,
	`device` text NOT NULL,
	`page_views` integer NOT NULL,
	`shop_page_views` integer NOT NULL,
	`product_views` integer NOT NULL,
	`carts` integer NOT NULL,
	`purchases` integer NOT NULL,
	`page_view_sessions` integer NOT NULL,
	`product_view_sessions` integer NOT NULL,
	`cart_sessions` integer NOT NULL,
	`purchase_sessions` integer NOT NULL,
	`cart_after_view` integer NOT NULL,
	`purchase_after_cart` integer NOT NULL,
	PRIMARY KEY(`day`, `category`, `device`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `daily_movements` (
	`day` text NOT NULL,
	`competitor` text NOT NULL,
	`category` text NOT NULL,
	`hour` integer NOT NULL,
	`up` integer NOT NULL,
	`down` integer NOT NULL,
	`change` real NOT NULL,
	`absolute_change` real NOT NULL,
	PRIMARY KEY(`day`, `competitor`, `category`, `hour`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `daily_sessions` (
	`day` text NOT NULL,
	`device` text NOT NULL,
	`converted` integer NOT NULL,
	`events_from` integer NOT NULL,
	`sessions` integer NOT NULL,
	`events` integer NOT NULL,
	`seconds` integer NOT NULL,
	`event_types` integer NOT NULL,
	PRIMARY KEY(`day`, `device`, `converted`, `events_from`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `daily_signals` (
	`day` text NOT NULL,
	`type` text NOT NULL,
	`competitor` text NOT NULL,
	`category` text NOT NULL,
	`opened` integer NOT NULL,
	`urgent` integer NOT NULL,
	`acknowledged` integer NOT NULL,
	`resolved` integer NOT NULL,
	PRIMARY KEY(`day`, `type`, `competitor`, `category`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `hourly_demand` (
	`day` text NOT NULL,
	`category` text NOT NULL,
	`hour` integer NOT NULL,
	`views` integer NOT NULL,
	`searches` integer NOT NULL,
	`comparisons` integer NOT NULL,
	`carts` integer NOT NULL,
	`removals` integer NOT NULL,
	`purchases` integer NOT NULL,
	`units` integer NOT NULL,
	`revenue` integer NOT NULL,
	`refunds` integer NOT NULL,
	`refund_amount` integer NOT NULL,
	`dwells` integer NOT NULL,
	`dwell_seconds` integer NOT NULL,
	PRIMARY KEY(`day`, `category`, `hour`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `mart_days` (
	`mart` text NOT NULL,
	`day` text NOT NULL,
	`version` integer NOT NULL,
	`source` integer NOT NULL,
	`rows` integer NOT NULL,
	`rolled_at` integer NOT NULL,
	PRIMARY KEY(`mart`, `day`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `price_movers` (
	`days` integer NOT NULL,
	`kind` text NOT NULL,
	`rank` integer NOT NULL,
	`sku` text NOT NULL,
	`competitor` text NOT NULL,
	`currency` text NOT NULL,
	`from_price` integer NOT NULL,
	`to_price` integer NOT NULL,
	`change` real NOT NULL,
	`path` real NOT NULL,
	`moves` integer NOT NULL,
	PRIMARY KEY(`days`, `kind`, `rank`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `pricing_analysis` (
	`sku` text PRIMARY KEY NOT NULL,
	`category` text NOT NULL,
	`brand` text,
	`title` text NOT NULL,
	`currency` text NOT NULL,
	`price` integer NOT NULL,
	`competitors` integer NOT NULL,
	`min_competitor` integer,
	`avg_competitor` integer,
	`max_competitor` integer,
	`gap_pct` real,
	`avg_gap_pct` real,
	`position` text NOT NULL,
	`recommendation` text NOT NULL,
	`proposed_price` integer,
	`confidence` real,
	`units_per_day` real
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `product_performance` (
	`sku` text PRIMARY KEY NOT NULL,
	`category` text NOT NULL,
	`brand` text,
	`title` text NOT NULL,
	`currency` text NOT NULL,
	`day` text NOT NULL,
	`days` integer NOT NULL,
	`in_stock_days` real NOT NULL,
	`views` integer NOT NULL,
	`carts` integer NOT NULL,
	`units` integer NOT NULL,
	`revenue` integer NOT NULL,
	`prior_units` integer NOT NULL,
	`prior_revenue` integer NOT NULL,
	`avg_sale_price` integer,
	`conversion` real,
	`variation` real,
	`units_per_hour` real NOT NULL
) WITHOUT ROWID;
