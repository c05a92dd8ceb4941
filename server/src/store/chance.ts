/** A number in [0, 1) from the cryptographic generator: there is no second source of randomness in the house (INV-33). */
export const chance = (): number => crypto.getRandomValues(new Uint32Array(1))[0]! / 2 ** 32;
