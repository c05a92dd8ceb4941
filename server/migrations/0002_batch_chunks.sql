CREATE TABLE `batch_chunks` (
	`batch_id` text NOT NULL,
	`position` integer NOT NULL,
	`people` text NOT NULL,
	PRIMARY KEY(`batch_id`, `position`),
	FOREIGN KEY (`batch_id`) REFERENCES `invitation_batches`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
ALTER TABLE `invitation_batches` DROP COLUMN `recipients`;