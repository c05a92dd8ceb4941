/** RFC 7644, table 9: what a 400 or 409 says besides its sentence. */
export type ScimType =
  | 'invalidFilter'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue';

/** `detail` is a sentence for the administrator who reads the provider's provisioning log; it never repeats what was sent. */
export type ScimRefusal = { status: 400 | 403 | 404 | 409 | 413; scimType?: ScimType; detail: string };

/** What was asked for, read; or why not. */
export type Read<T> = { value: T } | { refusal: ScimRefusal };

export const refused = (scimType: ScimType, detail: string): { refusal: ScimRefusal } => ({
  refusal: { status: scimType === 'uniqueness' ? 409 : 400, scimType, detail },
});

export const noSuch = (what: 'user' | 'group'): { refusal: ScimRefusal } => ({
  refusal: { status: 404, detail: `There is no ${what} with this id.` },
});
