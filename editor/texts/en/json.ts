export const json = {
  title: 'Policy as JSON',
  applied: 'In step with the drawing',
  notTaken: 'Not taken over yet: {{why}}',
  undrawable: 'a step has no kind, or an exit leads to something that is no name',
  changedElsewhere: 'The policy was changed elsewhere while this text could not be read.',
  takeTheirs: 'Show the policy as it is',
} as const
