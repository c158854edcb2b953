/** How many people a journal of so many calls is of. */
export const peopleOf = (calls: number): number => Math.max(1_000, Math.min(calls, 200_000))
