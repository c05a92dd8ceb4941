CREATE TABLE `client_credentials` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`client_id` text NOT NULL,
	`kind` text NOT NULL,
	`sealed` text NOT NULL,
	`certificate` text,
	`thumbprint` text,
	`expires_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text,
	`tested_at` integer,
	`refused_at` integer,
	`refused_code` text,
	`ended_at` integer,
	`attempt_id` text NOT NULL,
	CONSTRAINT "client_credentials_kind" CHECK("client_credentials"."kind" IN ('secret', 'certificate')),
	CONSTRAINT "client_credentials_certificate" CHECK(("client_credentials"."kind" = 'certificate') = ("client_credentials"."certificate" IS NOT NULL))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `client_credentials_attempt` ON `client_credentials` (`attempt_id`);--> statement-breakpoint
CREATE TABLE `domains` (
	`domain` text PRIMARY KEY NOT NULL,
	`token` text NOT NULL,
	`added_at` integer NOT NULL,
	`added_by` text NOT NULL,
	`verified_at` integer,
	`checked_at` integer,
	`found` text,
	`problem` text
);
--> statement-breakpoint
CREATE TABLE `mail_configuration` (
	`state` text PRIMARY KEY NOT NULL,
	`transport` text NOT NULL,
	`from_address` text NOT NULL,
	`sealed` text,
	`shown` text,
	`tested_at` integer,
	`changed_at` integer NOT NULL,
	`changed_by` text,
	CONSTRAINT "mail_configuration_state" CHECK("mail_configuration"."state" IN ('draft', 'on'))
);
--> statement-breakpoint
CREATE TABLE `single_sign_on` (
	`id` text PRIMARY KEY NOT NULL,
	`state` text NOT NULL,
	`issuer` text NOT NULL,
	`tenant_id` text NOT NULL,
	`client_id` text NOT NULL,
	`tested_at` integer,
	`tested_credential_id` text,
	`test` text,
	`created_at` integer NOT NULL,
	`created_by` text,
	`switched_on_at` integer,
	`attempt_id` text NOT NULL,
	CONSTRAINT "single_sign_on_state_known" CHECK("single_sign_on"."state" IN ('draft', 'on', 'off'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `single_sign_on_state` ON `single_sign_on` (`state`) WHERE "single_sign_on"."state" <> 'off';--> statement-breakpoint
CREATE TABLE `guest_codes` (
	`id` text PRIMARY KEY NOT NULL,
	`address` text NOT NULL,
	`invitation_id` text,
	`generation` integer,
	`browser_hash` text NOT NULL,
	`wrong_tries` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`ends_at` integer NOT NULL,
	`used_at` integer
);
--> statement-breakpoint
CREATE INDEX `guest_codes_address` ON `guest_codes` (`address`,`created_at`);--> statement-breakpoint
CREATE INDEX `guest_codes_ends` ON `guest_codes` (`ends_at`);--> statement-breakpoint
CREATE TABLE `passkeys` (
	`id` text PRIMARY KEY NOT NULL,
	`member_id` text NOT NULL,
	`public_key` text NOT NULL,
	`counter` integer NOT NULL,
	`transports` text NOT NULL,
	`name` text NOT NULL,
	`is_backed_up` integer NOT NULL,
	`created_at` integer NOT NULL,
	`last_used_at` integer,
	FOREIGN KEY (`member_id`) REFERENCES `members`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `passkeys_member` ON `passkeys` (`member_id`);--> statement-breakpoint
ALTER TABLE `access_requests` ADD `question` text;--> statement-breakpoint
ALTER TABLE `access_requests` ADD `answer` text;--> statement-breakpoint
ALTER TABLE `members` ADD `sponsor_id` text;--> statement-breakpoint
ALTER TABLE `members` ADD `proposed_by` text;--> statement-breakpoint
ALTER TABLE `members` ADD `proposed_at` integer;--> statement-breakpoint
ALTER TABLE `members` ADD `breaks_glass` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `members` ADD `request_mails` text DEFAULT 'at-once' NOT NULL;--> statement-breakpoint
CREATE INDEX `members_sponsor` ON `members` (`sponsor_id`) WHERE "members"."sponsor_id" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `members_guests` ON `members` (`id`) WHERE "members"."tenant_id" = 'guest';--> statement-breakpoint
CREATE INDEX `members_proposed` ON `members` (`proposed_at`) WHERE "members"."proposed_at" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `members_breaks_glass` ON `members` (`id`) WHERE "members"."breaks_glass" = 1;--> statement-breakpoint
ALTER TABLE `sessions` ADD `method` text DEFAULT 'provider' NOT NULL;--> statement-breakpoint
ALTER TABLE `workspace` ADD `question` text;--> statement-breakpoint
ALTER TABLE `workspace` ADD `members_may_knock` integer DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE `workspace` ADD `tenant_guests_may_knock` integer DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE `workspace` ADD `invitation_days` integer DEFAULT 7 NOT NULL;--> statement-breakpoint
ALTER TABLE `workspace` ADD `quiet_days` integer DEFAULT 7 NOT NULL;--> statement-breakpoint
ALTER TABLE `workspace` ADD `escalate_after_hours` integer;--> statement-breakpoint
ALTER TABLE `workspace` ADD `needs_two_approvals` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `workspace` ADD `vouches_for_email` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `workspace` ADD `forces_sso` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `workspace` ADD `guest_days` integer DEFAULT 90 NOT NULL;--> statement-breakpoint
ALTER TABLE `workspace` ADD `guest_end_is_compulsory` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `workspace` ADD `reminds_invited` integer DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE `workspace` ADD `logo_type` text;--> statement-breakpoint
ALTER TABLE `workspace` ADD `logo` blob;--> statement-breakpoint
ALTER TABLE `workspace` ADD `logo_hash` text;--> statement-breakpoint
ALTER TABLE `workspace` ADD `decision_time` integer;--> statement-breakpoint
ALTER TABLE `workspace` ADD `environment_secret_expires_at` integer;--> statement-breakpoint
ALTER TABLE `workspace` ADD `alerted` text;--> statement-breakpoint
CREATE INDEX `outbox_request_mails` ON `outbox_messages` (`member_id`,`created_at`) WHERE "outbox_messages"."kind" IN ('access-request', 'requests-digest');