export const traffic = {
  span: 'Time',
  hour: 'Last hour',
  day: 'Last 24 hours',
  week: 'Last 7 days',
  none: 'No call was decided by this policy in this time.',
  counted_one: '{{count}} call. The wider a way, the more calls took it.',
  counted_other: '{{count}} calls. The wider a way, the more calls took it.',
  cut: 'These are the newest of more calls.',
  gone: 'Calls also went ways that this drawing does not have any more.',
  table: 'Ways calls took',
  column: { step: 'Step', exit: 'Left by', calls: 'Calls', share: 'Of all calls' },
  ended: 'ended here',
} as const
