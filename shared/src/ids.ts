/** Ids are a prefix and the 26 characters of a UUIDv7 in lower-case Crockford base 32 (DESIGN.md, database rule 8). */
export type Id<Prefix extends string> = string & { readonly __prefix?: Prefix };

export type InvitationId = Id<'inv'>;
export type MemberId = Id<'mem'>;
export type AccessRequestId = Id<'req'>;
export type BatchId = Id<'bat'>;
export type ConnectedBrowserId = Id<'brw'>;
export type OutboxId = Id<'out'>;
export type AuditId = Id<'aud'>;
export type ScimTokenId = Id<'sct'>;
/** Made from the provider's object id, so that both sources name a person alike. */
export type DirectoryUserId = Id<'dus'>;
export type DirectoryGroupId = Id<'dgr'>;
