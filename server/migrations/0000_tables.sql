CREATE TABLE `access_requests` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`object_id` text NOT NULL,
	`state` text NOT NULL,
	`why` text NOT NULL,
	`invitation_id` text,
	`name` text,
	`address` text,
	`address_is_trusted` integer NOT NULL,
	`guest_of` text,
	`login_hint` text,
	`reason` text,
	`asked_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`decided_at` integer,
	`decided_by` text,
	`decision_reason` text,
	`attempt_id` text NOT NULL,
	FOREIGN KEY (`invitation_id`) REFERENCES `invitations`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`decided_by`) REFERENCES `members`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "requests_state" CHECK("access_requests"."state" IN ('open', 'approved', 'denied', 'withdrawn', 'superseded', 'expired')),
	CONSTRAINT "requests_why" CHECK("access_requests"."why" = 'no-invitation' OR ("access_requests"."why" IN ('address-not-proven', 'other-account', 'invitation-expired') AND "access_requests"."invitation_id" IS NOT NULL))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `requests_open_identity` ON `access_requests` (`tenant_id`,`object_id`) WHERE "access_requests"."state" = 'open';--> statement-breakpoint
CREATE INDEX `requests_identity` ON `access_requests` (`tenant_id`,`object_id`,`asked_at`);--> statement-breakpoint
CREATE INDEX `requests_open_asked` ON `access_requests` (`asked_at`) WHERE "access_requests"."state" = 'open';--> statement-breakpoint
CREATE INDEX `requests_attempt` ON `access_requests` (`attempt_id`);--> statement-breakpoint
CREATE TABLE `audit_events` (
	`id` text PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`what` text NOT NULL,
	`result` text NOT NULL,
	`by_member_id` text,
	`about` text,
	`facts` text,
	`request_id` text,
	`client_address` text,
	`seq` integer,
	`hash` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `audit_seq` ON `audit_events` (`seq`);--> statement-breakpoint
CREATE INDEX `audit_at` ON `audit_events` (`at`,`id`);--> statement-breakpoint
CREATE INDEX `audit_about` ON `audit_events` (`about`);--> statement-breakpoint
CREATE INDEX `audit_by` ON `audit_events` (`by_member_id`);--> statement-breakpoint
CREATE INDEX `audit_unsealed` ON `audit_events` (`at`) WHERE "audit_events"."seq" IS NULL;--> statement-breakpoint
CREATE TABLE `batch_chunks` (
	`batch_id` text NOT NULL,
	`position` integer NOT NULL,
	`people` text NOT NULL,
	PRIMARY KEY(`batch_id`, `position`),
	FOREIGN KEY (`batch_id`) REFERENCES `invitation_batches`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `connect_codes` (
	`code_hash` text PRIMARY KEY NOT NULL,
	`member_id` text NOT NULL,
	`client_id` text NOT NULL,
	`redirect_uri` text NOT NULL,
	`code_challenge` text NOT NULL,
	`ends_at` integer NOT NULL,
	`used_at` integer,
	`connected_browser_id` text,
	FOREIGN KEY (`member_id`) REFERENCES `members`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `connected_browsers` (
	`id` text PRIMARY KEY NOT NULL,
	`member_id` text NOT NULL,
	`token_hash` text NOT NULL,
	`client_id` text NOT NULL,
	`origin` text NOT NULL,
	`connected_at` integer NOT NULL,
	`last_used_at` integer NOT NULL,
	`ends_at` integer NOT NULL,
	`ended_at` integer,
	FOREIGN KEY (`member_id`) REFERENCES `members`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `browsers_token` ON `connected_browsers` (`token_hash`);--> statement-breakpoint
CREATE INDEX `browsers_member` ON `connected_browsers` (`member_id`);--> statement-breakpoint
CREATE TABLE `counters` (
	`name` text PRIMARY KEY NOT NULL,
	`value` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `invitation_batches` (
	`id` text PRIMARY KEY NOT NULL,
	`inviter_id` text NOT NULL,
	`state` text NOT NULL,
	`options` text NOT NULL,
	`refused` text NOT NULL,
	`counts` text NOT NULL,
	`next_position` integer NOT NULL,
	`run_id` text NOT NULL,
	`idempotency_key` text,
	`body_hash` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`inviter_id`) REFERENCES `members`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "batches_state" CHECK("invitation_batches"."state" IN ('writing', 'done', 'stopped'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `batches_idempotency` ON `invitation_batches` (`inviter_id`,`idempotency_key`);--> statement-breakpoint
CREATE INDEX `batches_writing` ON `invitation_batches` (`created_at`) WHERE "invitation_batches"."state" = 'writing';--> statement-breakpoint
CREATE TABLE `invitations` (
	`id` text PRIMARY KEY NOT NULL,
	`person` text NOT NULL,
	`state` text NOT NULL,
	`address` text,
	`name` text,
	`tenant_id` text,
	`object_id` text,
	`role` text NOT NULL,
	`access_until` integer,
	`language` text,
	`note` text,
	`batch_id` text,
	`chunk_id` text NOT NULL,
	`access_request_id` text,
	`inviter_id` text,
	`created_at` integer NOT NULL,
	`sent_at` integer NOT NULL,
	`generation` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`redemption_id` text,
	`redeemed_at` integer,
	`closed_at` integer,
	`member_id` text,
	`ended_at` integer,
	FOREIGN KEY (`batch_id`) REFERENCES `invitation_batches`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`inviter_id`) REFERENCES `members`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "invitations_state" CHECK("invitations"."state" IN ('pending', 'redeemed', 'revoked', 'declined')),
	CONSTRAINT "invitations_generation" CHECK("invitations"."generation" BETWEEN 1 AND 1023),
	CONSTRAINT "invitations_role" CHECK("invitations"."role" IN ('administrator', 'member', 'reader'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `invitations_pending_person` ON `invitations` (`person`) WHERE "invitations"."state" = 'pending';--> statement-breakpoint
CREATE UNIQUE INDEX `invitations_redemption` ON `invitations` (`redemption_id`);--> statement-breakpoint
CREATE INDEX `invitations_pending_address` ON `invitations` (lower("address")) WHERE "invitations"."state" = 'pending';--> statement-breakpoint
CREATE INDEX `invitations_request` ON `invitations` (`access_request_id`) WHERE "invitations"."access_request_id" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `invitations_bound` ON `invitations` (`tenant_id`,`object_id`) WHERE "invitations"."object_id" IS NOT NULL AND "invitations"."state" = 'pending';--> statement-breakpoint
CREATE INDEX `invitations_inviter` ON `invitations` (`inviter_id`) WHERE "invitations"."state" = 'pending';--> statement-breakpoint
CREATE INDEX `invitations_chunk` ON `invitations` (`chunk_id`);--> statement-breakpoint
CREATE INDEX `invitations_expires` ON `invitations` (`expires_at`) WHERE "invitations"."state" = 'pending' AND "invitations"."ended_at" IS NULL;--> statement-breakpoint
CREATE TABLE `leases` (
	`name` text PRIMARY KEY NOT NULL,
	`owner` text NOT NULL,
	`until` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `members` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`object_id` text NOT NULL,
	`state` text NOT NULL,
	`role` text NOT NULL,
	`name` text,
	`address` text,
	`address_is_trusted` integer DEFAULT false NOT NULL,
	`guest_of` text,
	`joined_at` integer NOT NULL,
	`access_until` integer,
	`last_seen_at` integer,
	`state_at` integer NOT NULL,
	`invitation_id` text,
	`attempt_id` text NOT NULL,
	`ended_at` integer,
	CONSTRAINT "members_state" CHECK("members"."state" IN ('active', 'suspended', 'removed')),
	CONSTRAINT "members_role" CHECK("members"."role" IN ('administrator', 'member', 'reader'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `members_identity` ON `members` (`tenant_id`,`object_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `members_attempt` ON `members` (`attempt_id`);--> statement-breakpoint
CREATE INDEX `members_address` ON `members` (lower("address")) WHERE "members"."address_is_trusted" = 1;--> statement-breakpoint
CREATE INDEX `members_administrators` ON `members` (`id`) WHERE "members"."role" = 'administrator';--> statement-breakpoint
CREATE INDEX `members_access_until` ON `members` (`access_until`) WHERE "members"."access_until" IS NOT NULL AND "members"."ended_at" IS NULL;--> statement-breakpoint
CREATE TABLE `outbox_messages` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`state` text NOT NULL,
	`invitation_id` text,
	`generation` integer,
	`request_id` text,
	`member_id` text,
	`attempts` integer DEFAULT 0 NOT NULL,
	`due_at` integer NOT NULL,
	`lease_owner` text,
	`lease_until` integer,
	`called_at` integer,
	`settled_at` integer,
	`provider_message_id` text,
	`because` text,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`invitation_id`) REFERENCES `invitations`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`request_id`) REFERENCES `access_requests`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`member_id`) REFERENCES `members`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "outbox_state" CHECK("outbox_messages"."state" IN ('queued', 'claimed', 'called', 'sent', 'failed', 'uncertain', 'dropped', 'delivered', 'bounced'))
);
--> statement-breakpoint
CREATE INDEX `outbox_due` ON `outbox_messages` (`due_at`) WHERE "outbox_messages"."state" = 'queued';--> statement-breakpoint
CREATE INDEX `outbox_leased` ON `outbox_messages` (`lease_until`) WHERE "outbox_messages"."state" IN ('claimed', 'called');--> statement-breakpoint
CREATE INDEX `outbox_uncertain` ON `outbox_messages` (`due_at`) WHERE "outbox_messages"."state" = 'uncertain';--> statement-breakpoint
CREATE INDEX `outbox_invitation` ON `outbox_messages` (`invitation_id`);--> statement-breakpoint
CREATE INDEX `outbox_request` ON `outbox_messages` (`request_id`);--> statement-breakpoint
CREATE TABLE `queue_stops` (
	`queue` text PRIMARY KEY NOT NULL,
	`because` text NOT NULL,
	`since` integer NOT NULL,
	`retry_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `sessions` (
	`token_hash` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`member_id` text,
	`request_id` text,
	`invitation_id` text,
	`tenant_id` text NOT NULL,
	`object_id` text NOT NULL,
	`visitor` text,
	`in_connect_window` integer DEFAULT false NOT NULL,
	`provider_session_id` text,
	`signed_in_at` integer NOT NULL,
	`fresh_at` integer,
	`last_used_at` integer NOT NULL,
	`ends_at` integer NOT NULL,
	FOREIGN KEY (`member_id`) REFERENCES `members`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`request_id`) REFERENCES `access_requests`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`invitation_id`) REFERENCES `invitations`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "sessions_kind" CHECK(("sessions"."kind" = 'member' AND "sessions"."member_id" IS NOT NULL) OR ("sessions"."kind" = 'waiting' AND "sessions"."request_id" IS NOT NULL) OR "sessions"."kind" = 'visitor')
);
--> statement-breakpoint
CREATE INDEX `sessions_member` ON `sessions` (`member_id`);--> statement-breakpoint
CREATE INDEX `sessions_request` ON `sessions` (`request_id`);--> statement-breakpoint
CREATE INDEX `sessions_provider` ON `sessions` (`provider_session_id`) WHERE "sessions"."provider_session_id" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `sessions_ends` ON `sessions` (`ends_at`);--> statement-breakpoint
CREATE TABLE `spent_attempts` (
	`state_hash` text PRIMARY KEY NOT NULL,
	`ends_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `spent_attempts_ends` ON `spent_attempts` (`ends_at`);--> statement-breakpoint
CREATE TABLE `workspace` (
	`id` integer PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`secret_proof` text NOT NULL,
	`created_at` integer NOT NULL,
	CONSTRAINT "workspace_is_one" CHECK("workspace"."id" = 1)
);
