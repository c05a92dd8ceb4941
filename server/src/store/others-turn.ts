/** Lets requests in between two pieces of a long work, which must not hold the event loop. */
export const othersTurn = () => new Promise<void>((resume) => setTimeout(resume, 0));
