CREATE TABLE `option_presets` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`options` text NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `option_presets_name` ON `option_presets` (lower("name"));--> statement-breakpoint
CREATE TABLE `user_group_members` (
	`group_id` text NOT NULL,
	`member_id` text NOT NULL,
	`added_at` integer NOT NULL,
	PRIMARY KEY(`group_id`, `member_id`),
	FOREIGN KEY (`group_id`) REFERENCES `user_groups`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`member_id`) REFERENCES `members`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `user_group_members_member` ON `user_group_members` (`member_id`);--> statement-breakpoint
CREATE TABLE `user_groups` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`directory_group_id` text,
	`created_at` integer NOT NULL,
	`created_by` text,
	`attempt_id` text NOT NULL,
	CONSTRAINT "user_groups_kind" CHECK(("user_groups"."kind" = 'synced') = ("user_groups"."directory_group_id" IS NOT NULL))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `user_groups_name` ON `user_groups` (lower("name"));--> statement-breakpoint
CREATE UNIQUE INDEX `user_groups_followed` ON `user_groups` (`directory_group_id`);--> statement-breakpoint
CREATE TABLE `admission_rules` (
	`id` text PRIMARY KEY NOT NULL,
	`directory_group_id` text,
	`domain` text,
	`effect` text NOT NULL,
	`role` text NOT NULL,
	`user_group_ids` text NOT NULL,
	`is_on` integer DEFAULT false NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`switched_on_at` integer,
	`switched_on_by` text,
	`attempt_id` text NOT NULL,
	CONSTRAINT "rules_who" CHECK(("admission_rules"."directory_group_id" IS NULL) <> ("admission_rules"."domain" IS NULL)),
	CONSTRAINT "rules_effect" CHECK("admission_rules"."effect" IN ('suggest', 'invite', 'let-in')),
	CONSTRAINT "rules_role" CHECK("admission_rules"."role" IN ('member', 'reader'))
);
--> statement-breakpoint
CREATE TABLE `directory` (
	`id` integer PRIMARY KEY NOT NULL,
	`tenant_id` text,
	`connected_at` integer,
	`connected_by` text,
	`mark` integer DEFAULT 0 NOT NULL,
	`next_sync_at` integer,
	`sync_wanted_at` integer,
	`sync_wanted_by` text,
	`last_sync_at` integer,
	`retry_at` integer,
	`failures` integer DEFAULT 0 NOT NULL,
	`missing_permissions` text DEFAULT '[]' NOT NULL,
	`assignment_required` integer,
	`assignment_from` text,
	`assignment_at` integer,
	`suggests` text DEFAULT 'everybody' NOT NULL,
	`follows` integer DEFAULT false NOT NULL,
	`follow_after` integer,
	`released_run_id` text,
	`alerted` text,
	CONSTRAINT "directory_is_one" CHECK("directory"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE `directory_addresses` (
	`object_id` text NOT NULL,
	`address` text NOT NULL,
	`owner` text NOT NULL,
	`source` text NOT NULL,
	PRIMARY KEY(`object_id`, `address`, `source`)
);
--> statement-breakpoint
CREATE INDEX `directory_addresses_address` ON `directory_addresses` (`address`);--> statement-breakpoint
CREATE TABLE `directory_changes` (
	`object_id` text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE `directory_contacts` (
	`object_id` text PRIMARY KEY NOT NULL,
	`name` text,
	`graph_mark` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `directory_domains` (
	`domain` text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE `directory_group_members` (
	`group_id` text NOT NULL,
	`member_id` text NOT NULL,
	`is_group` integer NOT NULL,
	`graph_mark` integer,
	`is_from_scim` integer DEFAULT false NOT NULL,
	PRIMARY KEY(`group_id`, `member_id`)
);
--> statement-breakpoint
CREATE INDEX `directory_members_member` ON `directory_group_members` (`member_id`);--> statement-breakpoint
CREATE INDEX `directory_members_nested` ON `directory_group_members` (`group_id`,`member_id`) WHERE "directory_group_members"."is_group";--> statement-breakpoint
CREATE TABLE `directory_groups` (
	`seq` integer PRIMARY KEY NOT NULL,
	`object_id` text NOT NULL,
	`name` text,
	`address` text,
	`kind` text,
	`graph_state` text,
	`graph_mark` integer,
	`scim_state` text,
	`scim_document` text,
	`changed_at` integer NOT NULL,
	`is_present` integer GENERATED ALWAYS AS (coalesce(graph_state, '') <> 'removed' AND (graph_state IS NOT NULL OR scim_state = 'present')) VIRTUAL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `directory_groups_object` ON `directory_groups` (`object_id`);--> statement-breakpoint
CREATE INDEX `directory_groups_scim_name` ON `directory_groups` (lower("scim_document"->>'displayName')) WHERE "directory_groups"."scim_state" = 'present';--> statement-breakpoint
CREATE INDEX `directory_groups_name` ON `directory_groups` (lower("name"));--> statement-breakpoint
CREATE TABLE `directory_runs` (
	`id` text PRIMARY KEY NOT NULL,
	`mark` integer NOT NULL,
	`state` text NOT NULL,
	`is_full` integer NOT NULL,
	`by_member_id` text,
	`started_at` integer NOT NULL,
	`ended_at` integer,
	`requests` integer DEFAULT 0 NOT NULL,
	`users` integer DEFAULT 0 NOT NULL,
	`groups` integer DEFAULT 0 NOT NULL,
	`suspended` integer DEFAULT 0 NOT NULL,
	`resumed` integer DEFAULT 0 NOT NULL,
	`problem` text,
	`detail` text,
	`plan` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `directory_runs_mark` ON `directory_runs` (`mark`);--> statement-breakpoint
CREATE TABLE `directory_seen_links` (
	`stream` text NOT NULL,
	`hash` text NOT NULL,
	PRIMARY KEY(`stream`, `hash`)
);
--> statement-breakpoint
CREATE TABLE `directory_streams` (
	`stream` text PRIMARY KEY NOT NULL,
	`link` text,
	`phase` text NOT NULL,
	`full_mark` integer NOT NULL,
	`done_mark` integer NOT NULL,
	`pages` integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE `directory_users` (
	`seq` integer PRIMARY KEY NOT NULL,
	`object_id` text NOT NULL,
	`name` text,
	`address` text,
	`user_name` text,
	`is_guest` integer DEFAULT false NOT NULL,
	`guest_of` text,
	`language` text,
	`graph_state` text,
	`graph_next` text,
	`graph_mark` integer,
	`scim_state` text,
	`scim_document` text,
	`is_in_scope` integer DEFAULT true NOT NULL,
	`is_dismissed` integer DEFAULT false NOT NULL,
	`is_member` integer DEFAULT false NOT NULL,
	`is_invited` integer DEFAULT false NOT NULL,
	`first_seen_at` integer NOT NULL,
	`changed_at` integer NOT NULL,
	`status` text GENERATED ALWAYS AS (CASE WHEN graph_state IN ('removed', 'deleted') OR scim_state = 'deleted' THEN 'gone'
          WHEN graph_state = 'disabled' OR scim_state = 'inactive' THEN 'disabled' ELSE 'enabled' END) VIRTUAL,
	`standing` text GENERATED ALWAYS AS (CASE WHEN is_member THEN 'member' WHEN is_invited THEN 'invited'
          WHEN graph_state IN ('disabled', 'removed', 'deleted') OR scim_state IN ('inactive', 'deleted') OR NOT is_in_scope THEN 'out-of-scope'
          WHEN is_dismissed THEN 'dismissed' ELSE 'invitation-required' END) VIRTUAL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `directory_users_object` ON `directory_users` (`object_id`);--> statement-breakpoint
CREATE INDEX `directory_users_standing` ON `directory_users` (`standing`);--> statement-breakpoint
CREATE INDEX `directory_users_losing` ON `directory_users` (`object_id`) WHERE "directory_users"."graph_next" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `directory_users_scim_name` ON `directory_users` (lower("scim_document"->>'displayName')) WHERE "directory_users"."scim_state" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `directory_users_scim` ON `directory_users` (`scim_state`) WHERE "directory_users"."scim_state" IS NOT NULL;--> statement-breakpoint
CREATE TABLE `scim_tokens` (
	`id` text PRIMARY KEY NOT NULL,
	`token_hash` text NOT NULL,
	`name` text NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`last_used_at` integer,
	`ended_at` integer,
	`attempt_id` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `scim_tokens_hash` ON `scim_tokens` (`token_hash`);--> statement-breakpoint
DROP INDEX `invitations_bound`;--> statement-breakpoint
ALTER TABLE `invitations` ADD `user_group_ids` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `invitations` ADD `admission_rule_id` text;--> statement-breakpoint
CREATE INDEX `invitations_admission` ON `invitations` (`admission_rule_id`) WHERE "invitations"."admission_rule_id" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `invitations_batch` ON `invitations` (`batch_id`);--> statement-breakpoint
CREATE INDEX `invitations_bound` ON `invitations` (`object_id`) WHERE "invitations"."object_id" IS NOT NULL;--> statement-breakpoint
ALTER TABLE `members` ADD `admission_rule_id` text;--> statement-breakpoint
ALTER TABLE `members` ADD `suspended_by` text;--> statement-breakpoint
CREATE INDEX `members_suspended` ON `members` (`state_at`) WHERE "members"."suspended_by" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `members_admission` ON `members` (`admission_rule_id`) WHERE "members"."admission_rule_id" IS NOT NULL;--> statement-breakpoint
ALTER TABLE `outbox_messages` ADD `about_id` text;--> statement-breakpoint
CREATE INDEX `sessions_others` ON `sessions` (`object_id`) WHERE "sessions"."kind" <> 'member';