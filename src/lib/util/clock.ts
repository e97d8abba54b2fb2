/** Gives the present moment. Passed in wherever time matters, so that tests decide what time it is. */
export type Clock = () => Date;

export const systemClock: Clock = () => new Date();
