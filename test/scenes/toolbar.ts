/** The little of the extension's own API that is asked inside its worker, where no types of it reach. */
declare global {
  const chrome: {
    action: { getBadgeText(details: object): Promise<string> };
    storage: { local: { get(keys: null): Promise<Record<string, unknown>>; set(items: Record<string, unknown>): Promise<void> } };
  };
}

export {};
